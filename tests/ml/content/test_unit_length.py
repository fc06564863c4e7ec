import numpy as np

from ml.content.unit_length import unit_rows


def test_rows_get_length_one_and_zero_rows_stay():
    rows = unit_rows(np.array([[3, 4], [0, 0], [-2, 0]], np.float32))

    assert rows.dtype == np.float32
    assert rows.tolist() == np.array([[0.6, 0.8], [0, 0], [-1, 0]], np.float32).tolist()
