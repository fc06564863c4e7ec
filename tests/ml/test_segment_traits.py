"""Distinctive traits of segments, computed by hand."""

import numpy as np
from scipy import sparse

from ml.segment_traits import Trait, distinctive_traits


def weights(*rows):
    return sparse.csr_array(np.array(rows, np.float32))


def test_what_one_has_more_of_comes_first_and_what_it_has_less_of_not_at_all():
    # Column 0 is large everywhere, 1 belongs to the first segment, 2 to the second.
    first, second = distinctive_traits(weights([60, 40, 0], [80, 0, 20]), 3)

    assert first == [Trait(1, 0.4)]
    assert second == [Trait(2, 0.2), Trait(0, 0.8)]


def test_no_more_than_asked_for():
    assert distinctive_traits(weights([1, 3, 2, 4], [0, 0, 0, 0.5]), 2)[0] == [Trait(1, 0.3), Trait(2, 0.2)]


def test_one_segment_is_told_by_its_largest_shares():
    assert distinctive_traits(weights([1, 3, 0, 4]), 3) == [[Trait(3, 0.5), Trait(1, 0.375), Trait(0, 0.125)]]


def test_segments_of_the_same_make_are_told_by_their_largest_shares():
    assert [[trait.column for trait in row] for row in distinctive_traits(weights([1, 3], [2, 6]), 2)] == [
        [1, 0],
        [1, 0],
    ]


def test_equals_stand_as_preferred_then_as_they_come():
    row = weights([1, 1, 1, 1])

    assert [trait.column for trait in distinctive_traits(row, 4)[0]] == [0, 1, 2, 3]
    preferred = np.array([0.0, 0.5, 0.0, 0.9])
    assert [trait.column for trait in distinctive_traits(row, 4, preference=preferred)[0]] == [3, 1, 0, 2]


def test_a_segment_without_weight_has_no_traits():
    assert distinctive_traits(weights([0, 0], [1, 0]), 3) == [[], [Trait(0, 1.0)]]
    assert distinctive_traits(weights([0, 0]), 3) == [[]]
