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
    limits: AbstractContextManager[Any] = _libraries()[0].limit(limits=1, user_api="blas")
    return limits


def blas_threads() -> int:
    """Return on how many threads products may run outside such a context: OMP_NUM_THREADS, or as many as there are
    cores."""
    return _libraries()[1]


@lru_cache(maxsize=1)
def _libraries() -> tuple[ThreadpoolController, int]:
    """Return the libraries' controller and their threads before anybody limits them; finding them takes 20 ms."""
    controller = ThreadpoolController()
    threads = [library["num_threads"] for library in controller.select(user_api="blas").info()]
    return controller, max(threads, default=1)
