"""How many threads NumPy's and SciPy's products run on.

Those that have nothing to do spin for a while: beside short products that costs more processor time than the products.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

import numpy as np  # noqa: F401 the controller knows the libraries that are loaded when it is made
from scipy.linalg import lapack  # noqa: F401
from threadpoolctl import ThreadpoolController


def one_blas_thread() -> AbstractContextManager[Any]:
    """Return a context in which every product runs in the thread that asked for it."""
    limits: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return limits


def blas_threads() -> int:
    """Return on how many threads products may run: OMP_NUM_THREADS, or as many as there are cores."""
    return max((library["num_threads"] for library in _controller().select(user_api="blas").info()), default=1)


@lru_cache(maxsize=1)
def _controller() -> ThreadpoolController:
    """Return the libraries' controller; finding them takes 20 ms."""
    return ThreadpoolController()
