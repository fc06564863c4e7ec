"""Dense vectors of texts: their term rows projected on the first singular vectors of a catalogue's texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ml.content.rows import SparseRows, unit_rows
from ml.content.terms import TermIndex, tokenize

N_DIMENSIONS = 64
TEXTS_PER_BLOCK = 1_024


@dataclass(frozen=True, eq=False)
class TextVectors:
    """Vectors of n texts, and the projection of others. See `fit_text_vectors`. Raise ValueError for shapes that
    differ.

    - `terms`: t terms with their idf, without rows; `projection`: float32 [t, d];
    - `vectors`: float32 [n, d], unit rows, zero for a text without a known term.
    """

    terms: TermIndex
    projection: NDArray[np.float32]
    vectors: NDArray[np.float32]

    def __post_init__(self) -> None:
        expected = (self.terms.n_terms, self.n_dimensions)
        if self.projection.shape != expected or self.vectors.ndim != 2 or self.vectors.shape[1] != expected[1]:
            raise ValueError(
                f"expected projection [{expected[0]}, d] and vectors [n, d], got {self.projection.shape}"
                f" and {self.vectors.shape}"
            )

    @property
    def n_dimensions(self) -> int:
        """Length d of a vector."""
        return int(self.projection.shape[-1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of m texts, float32 [m, d], unit rows or zero; texts of the fit get the same vectors."""
        return project(self.terms.vectorise_all([Counter(tokenize(text)) for text in texts]), self.projection)

    def to_arrays(self, prefix: str = "text_") -> dict[str, NDArray[Any]]:
        """Return all parts as arrays whose names start with prefix."""
        return {
            f"{prefix}terms": self.terms.terms,
            f"{prefix}idf": self.terms.idf,
            f"{prefix}projection": self.projection,
            f"{prefix}vectors": self.vectors,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str = "text_") -> Self:
        """Return the vectors that `to_arrays` wrote. Raise KeyError for a missing part."""
        terms = TermIndex.without_items(arrays[f"{prefix}terms"], arrays[f"{prefix}idf"])
        return cls(terms, arrays[f"{prefix}projection"], arrays[f"{prefix}vectors"])


def project(rows: SparseRows, projection: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Return the vectors of m term rows, float32 [m, d], unit rows or zero; projection: float [t, d]."""
    result = np.zeros((len(rows), projection.shape[1]), np.float32)
    for start in range(0, len(rows), TEXTS_PER_BLOCK):
        block = rows.take(np.arange(start, min(start + TEXTS_PER_BLOCK, len(rows))))
        filled = np.flatnonzero(block.lengths)  # reduceat gives an empty row the next entry
        if filled.size:
            products = projection[block.indices].astype(np.float32, copy=False) * block.values[:, None]
            result[start + filled] = np.add.reduceat(products, block.indptr[:-1][filled], axis=0)
    return unit_rows(result)
