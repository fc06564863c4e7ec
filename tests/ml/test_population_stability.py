"""The population stability index: planted shares with a known answer."""

import math

import numpy as np
import pytest

from ml.population_stability import LARGE_SHIFT, SMALL_SHIFT, population_stability_index


def counts(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def test_alike_populations_have_none():
    assert population_stability_index(counts(10, 20, 30), counts(10, 20, 30)) == 0.0


def test_the_sum_over_bins_of_difference_times_log_ratio():
    found = population_stability_index(counts(1e9, 1e9), counts(3e9, 1e9))

    assert found == pytest.approx(0.25 * math.log(1.5) - 0.25 * math.log(0.5), abs=1e-6)
    assert found > LARGE_SHIFT > SMALL_SHIFT


def test_both_directions_count_alike():
    one, other = counts(500, 300, 200), counts(200, 300, 500)

    assert population_stability_index(one, other) == pytest.approx(population_stability_index(other, one))


def test_an_empty_bin_gives_a_large_finite_figure():
    found = population_stability_index(counts(100, 0), counts(0, 100))

    assert math.isfinite(found)
    assert found > 5


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        pytest.param(counts(1, 2), counts(1, 2, 3), id="lengths"),
        pytest.param(counts(), counts(), id="no-bins"),
        pytest.param(counts(0, 0), counts(1, 2), id="nothing-before"),
        pytest.param(counts(1, 2), counts(0, 0), id="nothing-now"),
    ],
)
def test_what_cannot_be_compared_is_refused(expected, actual):
    with pytest.raises(ValueError, match="histogram"):
        population_stability_index(expected, actual)
