"""Tables of predictors that are small enough to check by hand."""

from typing import Any

import numpy as np

from ml.rating_prediction.biases import Biases


def column(*values: float) -> np.ndarray:
    """Return float32 [k]."""
    return np.array(values, np.float32)


def common() -> dict[str, Any]:
    """User 0 and item 1 have ratings, user 1 and item 0 have none."""
    known = np.array([True, False])
    biases = Biases(3.0, column(0.5, 0.0), column(0.0, -1.0), known, ~known)
    return {"model": "m", "scale": (1.0, 5.0), "biases": biases}
