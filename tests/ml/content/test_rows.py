import numpy as np
import pytest

from ml.content.rows import SparseRows, unit_rows

ROWS = SparseRows(np.array([0, 2, 2, 5]), np.array([1, 3, 0, 1, 2], np.int32), np.array([0.5, 2, 3, 1, 4], np.float32))


def listed(rows: SparseRows) -> list[list[tuple[int, float]]]:
    return [
        list(zip(rows.indices[start:end].tolist(), rows.values[start:end].tolist(), strict=True))
        for start, end in zip(rows.indptr[:-1], rows.indptr[1:], strict=True)
    ]


def test_take_gathers_rows_in_the_order_asked_for():
    assert listed(ROWS.take(np.array([2, 1, 0, 2]))) == [
        [(0, 3.0), (1, 1.0), (2, 4.0)],
        [],
        [(1, 0.5), (3, 2.0)],
        [(0, 3.0), (1, 1.0), (2, 4.0)],
    ]


def test_take_can_stop_after_the_first_entries():
    assert listed(ROWS.take(np.array([2, 0]), longest=1)) == [[(0, 3.0)], [(1, 0.5)]]


def test_take_of_nothing_is_empty():
    assert listed(ROWS.take(np.zeros(0, np.int64))) == []


def test_dot_is_the_dense_product():
    assert ROWS.dot(np.array([1.0, 10.0, 100.0, 1000.0])).tolist() == [2005.0, 0.0, 413.0]


def test_transposed_lists_the_heaviest_first_and_the_lower_row_on_ties():
    rows = SparseRows(np.array([0, 1, 2, 3]), np.array([1, 1, 1], np.int32), np.array([2, 3, 2], np.float32))

    assert listed(rows.transposed(3)) == [[], [(1, 3.0), (0, 2.0), (2, 2.0)], []]


def test_stacked_puts_rows_below():
    assert listed(ROWS.take(np.array([0])).stacked(ROWS.take(np.array([1, 2])))) == listed(ROWS)


def test_heaviest_keeps_the_largest_and_the_lower_index_on_ties():
    rows = SparseRows(np.array([0, 4, 5]), np.array([0, 1, 2, 3, 0], np.int32), np.array([1, 5, 1, 1, 7], np.float32))

    assert listed(rows.heaviest(2)) == [[(0, 1.0), (1, 5.0)], [(0, 7.0)]]


def test_unit_rows_have_length_one_and_zeros_stay():
    rows = SparseRows(np.array([0, 2, 3, 3]), np.array([0, 1, 0], np.int32), np.array([3, 4, 0], np.float32))

    assert rows.unit_rows().values.tolist() == pytest.approx([0.6, 0.8, 0.0])


def test_arrays_survive_the_round_trip():
    assert listed(SparseRows.from_arrays(ROWS.to_arrays("x_"), "x_")) == listed(ROWS)


@pytest.mark.parametrize(
    ("indptr", "indices", "values"),
    [([0, 3], [1, 2], [1, 2]), ([0, 2], [1, 2], [1]), ([], [], []), ([[0, 2]], [1, 2], [1, 2])],
)
def test_shapes_that_do_not_fit_are_refused(indptr, indices, values):
    with pytest.raises(ValueError, match="indptr"):
        SparseRows(np.array(indptr, np.int64), np.array(indices, np.int32), np.array(values, np.float32))


def test_dense_rows_get_length_one_and_zero_rows_stay():
    rows = unit_rows(np.array([[3, 4], [0, 0], [-2, 0]], np.float32))

    assert rows.dtype == np.float32
    assert rows.tolist() == np.array([[0.6, 0.8], [0, 0], [-1, 0]], np.float32).tolist()
