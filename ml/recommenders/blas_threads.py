"""Number of BLAS threads of NumPy and SciPy.

Idle threads spin for a while, which for short products costs more processor time than the products.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

import numpy as np  # noqa: F401 the controller finds only libraries that are loaded
from scipy.linalg import lapack  # noqa: F401
from threadpoolctl import ThreadpoolController


def one_blas_thread() -> AbstractContextManager[Any]:
    """Return a context in which every product runs in the calling thread."""
    limits: AbstractContextManager[Any] = _libraries()[0].limit(limits=1, user_api="blas")
    return limits


def blas_threads() -> int:
    """Return the number of threads outside such a context: OMP_NUM_THREADS, or the number of cores."""
    return _libraries()[1]


@lru_cache(maxsize=1)
def _libraries() -> tuple[ThreadpoolController, int]:
    """Return the controller of the libraries and their number of threads, cached because this takes 20 ms."""
    controller = ThreadpoolController()
    threads = [library["num_threads"] for library in controller.select(user_api="blas").info()]
    return controller, max(threads, default=1)
