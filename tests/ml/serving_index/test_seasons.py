from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from ml.artifact import read_artifact, write_artifact
from ml.serving_index.seasons import Moment, Seasons
from tests.ml.small_index import ints


@pytest.fixture
def seasons() -> Seasons:
    """Category 0 is for December, category 1 for the evenings of working days and for November."""
    seasons = Seasons.none(2)
    seasons.months[0, 11], seasons.months[1, 10] = 1.5, 1.6
    seasons.hours[1, 20], seasons.hours[1, 24 + 20] = 1.5, 0.5
    return replace(seasons, popularity_scale=6.25)


@pytest.mark.parametrize(
    ("local", "moment"),
    [
        pytest.param(datetime(2026, 1, 2, 0, 30), Moment(0, 0, is_weekend=False), id="a Friday in January"),
        pytest.param(datetime(2026, 12, 5, 23, 59), Moment(11, 23, is_weekend=True), id="a Saturday in December"),
        pytest.param(datetime(2026, 6, 7, 12), Moment(5, 12, is_weekend=True), id="a Sunday in June"),
    ],
)
def test_a_moment_is_month_hour_and_kind_of_day(local, moment):
    assert Moment.of(local) == moment


@pytest.mark.parametrize(
    ("moment", "factors"),
    [
        pytest.param(Moment(5, 20, is_weekend=False), [1.0, 1.5, 1.0], id="an evening"),
        pytest.param(Moment(5, 20, is_weekend=True), [1.0, 0.5, 1.0], id="an evening of a weekend"),
        pytest.param(Moment(11, 19, is_weekend=False), [1.5, 1.0, 1.0], id="December"),
        pytest.param(Moment(10, 20, is_weekend=False), [1.0, 2.0, 1.0], id="both together, held to 2"),
    ],
)
def test_month_and_hour_multiply(seasons, moment, factors):
    assert seasons.factors(ints(0, 1, -1), moment).tolist() == factors


def test_an_artefact_gives_them_back(seasons, tmp_path):
    write_artifact(tmp_path / "v1", seasons.to_arrays("s_"), {})

    again = Seasons.from_arrays(read_artifact(tmp_path / "v1").arrays, "s_")

    assert (again.n_categories, again.popularity_scale) == (2, 6.25)
    assert again.factors(ints(1), Moment(10, 1, is_weekend=False)).tolist() == [np.float32(1.6)]


def test_without_categories_there_is_nothing_to_tell():
    assert Seasons.none(0).factors(ints(-1, -1), Moment(11, 23, is_weekend=True)).tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("months", "hours"),
    [
        pytest.param(np.ones((2, 12)), np.ones((2, 48), np.float32), id="double precision"),
        pytest.param(np.ones((2, 12), np.float32), np.ones((3, 48), np.float32), id="other categories"),
        pytest.param(np.ones((2, 12), np.float32), np.ones((2, 24), np.float32), id="a day too few"),
        pytest.param(np.ones((0, 12), np.float32), np.ones((0, 48), np.float32), id="no row at all"),
    ],
)
def test_tables_that_do_not_fit_are_refused(months, hours):
    with pytest.raises(ValueError, match=r"expected float32 \[categories \+ 1"):
        Seasons(months, hours)


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf")])
def test_a_scale_that_is_none_is_refused(scale):
    with pytest.raises(ValueError, match="popularity_scale is"):
        replace(Seasons.none(1), popularity_scale=scale)


def test_seasons_are_flat_while_every_factor_is_one():
    flat = Seasons.none(3)
    hours = flat.hours.copy()
    hours[1, 20] = 1.5

    assert flat.is_flat
    assert not Seasons(flat.months, hours).is_flat
