import numpy as np
import pytest

from ml.content.content_map import ContentMap
from ml.content.placement import Placement
from ml.content.rows import SparseRows
from tests.ml.small_index import floats, ints

# two terms that are one text direction each; of two categories the second points down
PLACEMENT = Placement(
    np.array([[2, 0], [0, 5]], np.float32),
    ContentMap(np.array([[1, 0], [0, 1]], np.float32), np.array([[0, 0], [0, -3]], np.float32), floats(0.5, 0)),
)


def test_terms_and_categories_add_up():
    rows = SparseRows(np.array([0, 1, 1, 1]), ints(0), floats(1))
    nodes = np.array([[-1, -1], [1, 0], [-1, -1]], np.int32)

    assert PLACEMENT.vectors(rows, nodes).tolist() == [[1.5, 0], [0.5, -3], [0, 0]]


def test_what_was_stored_places_the_same():
    again = Placement.from_arrays(PLACEMENT.to_arrays())

    rows = SparseRows(np.array([0, 2]), ints(0, 1), floats(0.6, 0.8))
    nodes = np.array([[0]], np.int32)
    assert again.vectors(rows, nodes).tolist() == PLACEMENT.vectors(rows, nodes).tolist()
    assert again.shape == (2, 2, 2)


def test_nowhere_is_the_zero_vector():
    nowhere = Placement.zero(2, 3, 4)

    assert nowhere.shape == (2, 3, 4)
    rows = SparseRows(np.array([0, 1]), ints(0), floats(1))
    assert nowhere.vectors(rows, np.array([[2]], np.int32)).tolist() == [[0, 0, 0, 0]]


def test_parts_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"expected projection \[t, 2\], got \(2, 3\)"):
        Placement(np.zeros((2, 3), np.float32), PLACEMENT.content_map)
