"""Terms: TF-IDF vectors of texts over a fixed vocabulary, in NumPy."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ml.content.rows import SparseRows

LONGEST_TEXT = 20_000
LONGEST_TERM = 40
LONGEST_ROW = 64
STOP_WORDS = frozenset(
    {"a", "an", "and", "are", "as", "at", "be", "but", "by", "can", "for", "from", "has", "have", "if", "in", "into",
     "is", "it", "its", "no", "not", "of", "on", "or", "our", "so", "such", "that", "the", "their", "then", "there",
     "these", "they", "this", "to", "was", "we", "were", "will", "with", "you", "your"}
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_SIBILANT_PLURALS = ("ches", "shes", "sses", "xes", "zes")


def tokenize(text: str) -> list[str]:
    """Return the terms of a text in reading order, with repetitions.

    Fold case, accents and compatibility forms; strip English plurals; drop one-letter words, stop words and words of
    more than 40 letters. Only the first 20,000 characters are read.
    """
    folded = _ACCENTS.sub("", unicodedata.normalize("NFKD", text[:LONGEST_TEXT]).casefold())
    words = (word for word in _WORD.findall(folded) if 1 < len(word) <= LONGEST_TERM and word not in STOP_WORDS)
    return [_singular(word) for word in words]


def _singular(word: str) -> str:
    """Return the singular of an English word: the S stemmer (Harman, "How Effective Is Suffixing?", JASIS 42(1), 1991)
    and -ches."""
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("us", "ss")):
        return word
    if word.endswith(_SIBILANT_PLURALS):
        return word[:-2]
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    return word[:-1]


def find_sorted(
    table: NDArray[np.bytes_], texts: Sequence[str], order: NDArray[np.int64] | None = None
) -> NDArray[np.int32]:
    """Return the positions of k texts in a table of n, UTF-8 bytes, S [n], as int32 [k], -1 for unknown ones.

    The table may be memory-mapped, and no Python object per row is made. `order`: int64 [n], sorts it; None: it is
    sorted.
    """
    width = table.dtype.itemsize
    encoded = [raw if len(raw := text.encode(errors="replace")) <= width else b"" for text in texts]
    keys = np.array(encoded, dtype=table.dtype)  # of the same width, because another one copies the table
    if not table.size:
        return np.full(keys.size, -1, np.int32)
    places = np.minimum(np.searchsorted(table, keys, sorter=order), table.size - 1)
    positions = places if order is None else order[places]
    return np.where(table[positions] == keys, positions, -1).astype(np.int32)


def weigh(counts: SparseRows, idf: NDArray[np.float32]) -> SparseRows:
    """Return the TF-IDF vectors of m texts from their term counts, m x terms, indices ascending.

    Weight = (1 + ln count) x idf; the 64 heaviest terms of a text are kept, and every row is L2-normalised (Manning et
    al., Introduction to Information Retrieval, 2008, 6.4). A text without terms has an empty row. idf: float32 [t].
    """
    weights = (1.0 + np.log(counts.values)) * idf[counts.indices]
    return SparseRows(counts.indptr, counts.indices, weights.astype(np.float32)).heaviest(LONGEST_ROW).unit_rows()


@dataclass(frozen=True, eq=False)
class TermIndex:
    """t terms, and the TF-IDF rows of n items.

    - `terms`: UTF-8 bytes, S [t], sorted; `idf`: float32 [t];
    - `rows`: n items x terms, see `weigh`; `postings`: t terms x items, heaviest item first.
    """

    terms: NDArray[np.bytes_]
    idf: NDArray[np.float32]
    rows: SparseRows
    postings: SparseRows

    def __post_init__(self) -> None:
        if self.terms.ndim != 1 or self.terms.dtype.kind != "S" or self.idf.shape != self.terms.shape:
            raise ValueError(
                f"expected terms S [t] and idf [t], got {self.terms.dtype} {self.terms.shape}, {self.idf.shape}"
            )
        if len(self.postings) != self.n_terms or self.postings.indices.shape != self.rows.indices.shape:
            raise ValueError(
                f"expected postings of {self.n_terms} terms and {self.rows.indices.size} entries,"
                f" got {len(self.postings)} and {self.postings.indices.size}"
            )

    @property
    def n_terms(self) -> int:
        """Number t of terms."""
        return int(self.terms.size)

    @property
    def n_items(self) -> int:
        """Number n of items."""
        return len(self.rows)

    def indices_of(self, terms: Sequence[str]) -> NDArray[np.int32]:
        """Return the indices of k terms, int32 [k], -1 for unknown ones."""
        return find_sorted(self.terms, terms)

    def words_of(self, indices: NDArray[np.integer[Any]]) -> tuple[str, ...]:
        """Return the terms at k indices as text."""
        return tuple(raw.decode() for raw in self.terms[indices].tolist())

    def vectorise(self, text: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return a text's known terms, int32 [k] ascending, and their weights, float32 [k] with length 1 (or k = 0)."""
        row = self.vectorise_all([Counter(tokenize(text))])
        return row.indices, row.values

    def vectorise_all(self, counts: Sequence[Mapping[str, int]]) -> SparseRows:
        """Return the rows of m texts, given as counts of terms; see `weigh`."""
        vocabulary = list({term for text in counts for term in text})
        numbers = dict(zip(vocabulary, self.indices_of(vocabulary).tolist(), strict=True))
        owners = np.repeat(np.arange(len(counts)), np.array([len(text) for text in counts], np.int64))
        indices = np.array([numbers[term] for text in counts for term in text], np.int32)
        occurrences = np.array([count for text in counts for count in text.values()], np.float32)
        known = np.flatnonzero(indices >= 0)
        order = known[np.lexsort((indices[known], owners[known]))]
        indptr = np.zeros(len(counts) + 1, np.int64)
        np.cumsum(np.bincount(owners[order], minlength=len(counts)), out=indptr[1:])
        return weigh(SparseRows(indptr, indices[order], occurrences[order]), self.idf)

    @classmethod
    def without_items(cls, terms: NDArray[np.bytes_], idf: NDArray[np.float32]) -> Self:
        """Return an index of the terms, S [t], and their idf, float32 [t], that can only vectorise texts."""
        nothing, numbers = np.zeros(0, np.int32), np.zeros(0, np.float32)
        rows, postings = (SparseRows(np.zeros(n + 1, np.int64), nothing, numbers) for n in (0, terms.size))
        return cls(terms, idf, rows, postings)

    def to_arrays(self, prefix: str = "terms_") -> dict[str, NDArray[Any]]:
        """Return all parts as arrays whose names start with prefix."""
        return {
            f"{prefix}terms": self.terms,
            f"{prefix}idf": self.idf,
            **self.rows.to_arrays(f"{prefix}row_"),
            **self.postings.to_arrays(f"{prefix}posting_"),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str = "terms_") -> Self:
        """Return the index that `to_arrays` wrote. Raise KeyError for a missing part."""
        rows, postings = (SparseRows.from_arrays(arrays, f"{prefix}{part}_") for part in ("row", "posting"))
        return cls(arrays[f"{prefix}terms"], arrays[f"{prefix}idf"], rows, postings)
