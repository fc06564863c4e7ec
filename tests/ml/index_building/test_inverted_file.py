"""Conditions of an inverted file; tests/ml/serving_index/test_inverted_file.py tests the search."""

import numpy as np

from ml.index_building.inverted_file import MOST_ITEMS_FOR_EXACT_SEARCH, fit_inverted_file

RANDOM = np.random.default_rng(3)
VECTORS = RANDOM.normal(size=(600, 4)).astype(np.float32)


def test_a_small_index_has_none():
    assert fit_inverted_file(VECTORS, VECTORS[:5]) is None
    assert MOST_ITEMS_FOR_EXACT_SEARCH > 600


def test_without_shoppers_nobody_can_say_what_is_found():
    assert fit_inverted_file(VECTORS, VECTORS[:0], least_items=1) is None
    assert fit_inverted_file(VECTORS, np.zeros((3, 4), np.float32), least_items=1) is None


def test_where_nearly_everything_is_near_there_are_none():
    """200 of 600 are asked for: no quarter of the items holds nearly all of them."""
    spread = RANDOM.normal(size=(600, 64)).astype(np.float32)

    assert fit_inverted_file(spread, spread[:20], least_items=1) is None


def test_the_same_vectors_give_the_same_lists():
    many = RANDOM.normal(size=(3000, 3)).astype(np.float32)
    first, again = (fit_inverted_file(many, many[:20], least_items=1) for _ in range(2))

    assert first is not None
    assert again is not None
    assert np.array_equal(first.items, again.items)
    assert first.probes == again.probes
