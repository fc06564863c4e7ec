"""Products run on one thread where they are told to, and on as many as before after it."""

import numpy as np
from threadpoolctl import threadpool_info

from ml.recommenders.blas_threads import blas_threads, one_blas_thread


def _numbers_of_threads() -> list[int]:
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_one_thread_inside_and_as_many_as_before_outside():
    before = _numbers_of_threads()

    with one_blas_thread():
        inside = _numbers_of_threads()
        allowed_inside = blas_threads()
        product = np.ones((2, 3)) @ np.ones((3, 1))

    assert inside == [1] * len(before)
    assert allowed_inside == max(before)
    assert product.tolist() == [[3.0], [3.0]]
    assert _numbers_of_threads() == before
    assert blas_threads() == max(before)
