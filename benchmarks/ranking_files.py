"""Reader of public ranking sets: NAME.train.rating[.gz], NAME.test.rating, NAME.test.negative (He et al., WWW 2017).

Known flaws are handled and counted, not used: a negative that is the test item itself is dropped, and how many
negatives lie in the user's own train is reported.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from ml.evaluation import RankingCases
from ml.interactions import Interactions

PAIR = re.compile(r"\((\d+),\s*(\d+)\)")


class RankingFileError(ValueError):
    """A file is missing or a line cannot be read; the text names both."""


@dataclass(frozen=True, eq=False)
class RankingSet:
    """One public set. dropped: negatives equal to the test item; in_train: negatives from the user's own train."""

    name: str
    train: Interactions
    cases: RankingCases
    dropped: int
    in_train: NDArray[np.bool_]


def ranking_set_names(directory: Path) -> tuple[str, ...]:
    """Return the names of the complete triples in a directory, sorted."""
    names = {path.name.removesuffix(".gz").removesuffix(".train.rating") for path in directory.glob("*.train.rating*")}
    return tuple(
        sorted(
            name
            for name in names
            if all((directory / f"{name}.test.{part}").exists() for part in ("rating", "negative"))
        )
    )


def read_ranking_set(directory: Path, name: str) -> RankingSet:
    """Read one triple; raises RankingFileError."""
    plain = directory / f"{name}.train.rating"
    train = _read_ratings(plain if plain.exists() else plain.with_name(plain.name + ".gz"))
    test = _read_ratings(directory / f"{name}.test.rating")
    pairs, negatives = _read_negatives(directory / f"{name}.test.negative")
    if not np.array_equal(pairs, test[:, :2].astype(np.int64)):
        raise RankingFileError(f"{name}.test.negative and {name}.test.rating do not list the same pairs in one order")
    same = negatives == pairs[:, 1:]
    negatives = np.where(same, -1, negatives)
    interactions = Interactions(
        train[:, 0].astype(np.int64),
        train[:, 1].astype(np.int64),
        train[:, 2].astype(np.float32),
        None,
        int(max(train[:, 0].max(), pairs[:, 0].max())) + 1,
        int(max(train[:, 1].max(), pairs[:, 1].max(), negatives.max())) + 1,
    )
    cases = RankingCases(
        pairs[:, 0].astype(np.int32), pairs[:, 1].astype(np.int32), np.asarray(negatives, dtype=np.int32)
    )
    return RankingSet(name, interactions, cases, int(same.sum()), _known_to_train(interactions, cases))


def _known_to_train(train: Interactions, cases: RankingCases) -> NDArray[np.bool_]:
    """Return which negatives their user has in train, bool [n, m]."""
    pairs = train.users.astype(np.int64) * train.n_items + train.items
    asked = cases.users.astype(np.int64)[:, None] * train.n_items + cases.negatives
    return np.asarray(np.isin(asked, pairs) & (cases.negatives >= 0))


def _read_ratings(path: Path) -> NDArray[np.float64]:
    """Return user, item, rating, float64 [n, 3]; further columns are not read."""
    with _lines(path) as file:
        try:
            table = np.loadtxt(file, delimiter="\t", usecols=(0, 1, 2), ndmin=2)
        except ValueError as error:
            raise RankingFileError(f"{path}: expected tab-separated user, item, rating: {error}") from error
    if not table.size:
        raise RankingFileError(f"{path} is empty")
    return table


def _read_negatives(path: Path) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return user and item, int64 [n, 2], and their negatives, int64 [n, m], -1 where a line has fewer."""
    pairs: list[tuple[int, int]] = []
    rows: list[list[int]] = []
    with _lines(path) as file:
        for number, line in enumerate(file, start=1):
            first, *others = line.split()
            match = PAIR.fullmatch(first)
            if match is None or not all(other.isdecimal() for other in others):
                raise RankingFileError(f"{path}, line {number}: expected (user,item) and item numbers")
            pairs.append((int(match[1]), int(match[2])))
            rows.append([int(other) for other in others])
    negatives = np.full((len(rows), max(map(len, rows), default=0)), -1, dtype=np.int64)
    for number, row in enumerate(rows):
        negatives[number, : len(row)] = row
    return np.array(pairs, dtype=np.int64).reshape(-1, 2), negatives


def _lines(path: Path) -> IO[str]:
    if not path.exists():
        raise RankingFileError(f"{path} is missing")
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
