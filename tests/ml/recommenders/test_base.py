import numpy as np
import pytest

from ml.interactions import Interactions
from ml.recommenders.base import Changes, RecommenderError, part_of
from ml.recommenders.popularity import Popularity


def test_values_of_the_fit_are_put_in_the_order_of_the_items():
    changes = Changes(np.array([2, -1, 0]), np.zeros(0, bool))

    assert changes.in_order(np.array([1, 2, 3], np.float32)).tolist() == [3, 0, 1]
    assert changes.in_order(np.array([1, 2, 3], np.float32), 9.0).tolist() == [3, 9, 1]


def test_an_interaction_is_seen_unless_it_is_new_or_said_to_be_both():
    is_new = np.array([True, False, True])
    both = Changes(np.arange(1), is_new, np.array([True, True, False])).of(np.array([True, False, True]))

    assert Changes(np.arange(1), is_new).seen.tolist() == [False, True, False]
    assert (both.is_new.tolist(), both.seen.tolist()) == ([True, True], [True, False])


@pytest.mark.parametrize(
    ("known_as", "is_new"),
    [([0], [False, True]), ([0, 1], [False]), ([0, 0], [False, True]), ([0, 2], [False, True])],
    ids=["too few items", "too few interactions", "an item twice", "an unknown item"],
)
def test_changes_of_other_data_are_refused(known_as, is_new):
    interactions = Interactions(np.array([0, 1]), np.array([0, 1]), np.ones(2, np.float32), None, 2, 2)
    fitted = Popularity().fit(interactions)

    with pytest.raises(RecommenderError, match="known_as"):
        Popularity().fine_tune(fitted, interactions, Changes(np.array(known_as), np.array(is_new)))


def test_a_part_of_progress_fills_its_share():
    reports: list[tuple[float, str]] = []
    part = part_of(lambda fraction, text: reports.append((fraction, text)), 0.25, 0.75)

    part(0.0, "start")
    part(0.5, "half")

    assert reports == [(0.25, "start"), (0.5, "half")]
