"""Reader of public ranking sets: NAME.train.rating, NAME.test.rating, NAME.test.negative (He et al., WWW 2017).

Any of the three may be gzipped (.gz). Columns are separated by white space. Ids may count from 0 or 1 or leave gaps:
only ids that occur become users and items. Known flaws are handled and counted: a negative that is the test item itself
is dropped, a train row rated 0 or less is no interaction (as in the authors' own loader), and the number of negatives
in the user's own train is reported. A test row that is also in train is refused.

Time: a fourth column of train holds Unix seconds. Without one the rows are in order of time, as these files are
written, unless they were sorted: where the item numbers of nearly all users rise (or fall), the order says nothing.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring.options import names_in
from ml.evaluation import RankingCases
from ml.interactions import Interactions

PARTS = ("train.rating", "test.rating", "test.negative")
PAIR = re.compile(r"\s*\(\s*(\d+)\s*,\s*(\d+)\s*\)(.*)", re.DOTALL)
SORTED_SHARE = 0.05
MOST_ID = 2**53  # ids are read as float64 together with the ratings


class RankingSetError(ValueError):
    """A file is missing or a line cannot be used; the text names both."""


@dataclass(frozen=True, eq=False)
class RankingSet:
    """One public set.

    - dropped: number of negatives equal to the test item.
    - in_train: bool [n, m], negatives from the user's own train.
    - unrated: number of train rows rated 0 or less, which were left out.
    """

    name: str
    train: Interactions
    cases: RankingCases
    dropped: int
    in_train: NDArray[np.bool_]
    unrated: int


def ranking_set_names(directory: Path) -> tuple[str, ...]:
    """Return the names of the complete triples in a directory, sorted."""
    names = {path.name.removesuffix(".gz").removesuffix(".train.rating") for path in directory.glob("*.train.rating*")}
    return tuple(sorted(name for name in names if all(_path(directory, name, part).exists() for part in PARTS)))


def chosen_sets(directory: Path, given: str | None) -> list[str]:
    """Return the sets that an option names, all of the directory without it; raise RankingSetError for another."""
    available = ranking_set_names(directory)
    names = names_in(given) or list(available)
    missing = [name for name in names if name not in available]
    if missing:
        raise RankingSetError(f"{directory} holds no set {missing[0]!r}; there are: {', '.join(available) or 'none'}")
    if not names:
        raise RankingSetError(f"{directory} holds no set at all: no {', '.join(f'NAME.{part}' for part in PARTS)}")
    return names


def read_ranking_set(directory: Path, name: str) -> RankingSet:
    """Read one triple; raise RankingSetError for files that cannot be used."""
    train_path, test_path, negative_path = (_path(directory, name, part) for part in PARTS)
    everything, test = _read_ratings(train_path), _read_ratings(test_path)
    train = everything[everything[:, 2] > 0]
    if not train.size:
        raise RankingSetError(f"{train_path.name} rates nothing above 0, so there is nothing to learn from")
    pairs, negatives = _read_negatives(negative_path)
    _refuse_different_pairs(test_path, test, negative_path, pairs)
    same = negatives == pairs[:, 1:]
    negatives = np.where(same, -1, negatives)
    users, items = (np.unique(np.concatenate((train[:, side], pairs[:, side]))) for side in (0, 1))
    items = np.union1d(items, negatives[negatives >= 0])
    interactions = Interactions(
        np.searchsorted(users, train[:, 0]).astype(np.int32),
        np.searchsorted(items, train[:, 1]).astype(np.int32),
        train[:, 2].astype(np.float32),
        _times(train),
        users.size,
        items.size,
    )
    cases = RankingCases(
        np.searchsorted(users, pairs[:, 0]).astype(np.int32),
        np.searchsorted(items, pairs[:, 1]).astype(np.int32),
        np.where(negatives >= 0, np.searchsorted(items, negatives), -1).astype(np.int32),
    )
    train_keys = interactions.users.astype(np.int64) * items.size + interactions.items
    _refuse_known(cases, train_keys, items.size, test_path, train_path)
    negative_keys = cases.users.astype(np.int64)[:, None] * items.size + cases.negatives
    in_train = np.isin(negative_keys, train_keys) & (cases.negatives >= 0)
    return RankingSet(name, interactions, cases, int(same.sum()), in_train, len(everything) - len(train))


def _path(directory: Path, name: str, part: str) -> Path:
    """Return the plain file, or the gzipped one where there is only that."""
    plain = directory / f"{name}.{part}"
    gzipped = plain.with_name(plain.name + ".gz")
    return gzipped if gzipped.exists() and not plain.exists() else plain


def _read_ratings(path: Path) -> NDArray[np.float64]:
    """Return user, item, rating and, where the file has it, time, float64 [n, 3 or 4]; a file without ratings has 1,
    further columns are not read."""
    with _lines(path) as file:
        first = next((line for line in file if line.strip()), "")
    if not first:
        raise RankingSetError(f"{path.name} is empty")
    columns = tuple(range(min(max(len(first.split()), 2), 4)))
    with _lines(path) as file:
        try:
            table = np.loadtxt(file, usecols=columns, ndmin=2, comments=None)
        except ValueError as error:
            raise RankingSetError(f"{path.name}: expected user, item, rating in columns: {error}") from error
    table = np.column_stack((table, np.ones(len(table)))) if len(columns) == 2 else table
    ids = table[:, :2]
    wrong = ~np.isfinite(table).all(axis=1) | ((ids < 0) | (ids > MOST_ID) | (ids != np.floor(ids))).any(axis=1)
    if wrong.any():
        row = int(wrong.argmax())
        raise RankingSetError(
            f"{path.name}, line {_line_of(path, row)}: user {table[row, 0]:g}, item {table[row, 1]:g}, rating "
            f"{table[row, 2]:g}; expected whole numbers >= 0 as user and item, and a finite rating and time"
        )
    return table


def _times(train: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the time of each row, float64 [n]: its own, or its place in the file; None where rows were sorted."""
    if train.shape[1] > 3:
        return train[:, 3]
    in_file = np.argsort(train[:, 0], kind="stable")
    steps = np.diff(train[in_file, 1])[np.diff(train[in_file, 0]) == 0]
    falling = float((steps < 0).mean()) if steps.size else 0.0
    return np.arange(len(train), dtype=np.float64) if SORTED_SHARE < falling < 1 - SORTED_SHARE else None


def _read_negatives(path: Path) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return user and item, int64 [n, 2], and their negatives, int64 [n, m], -1 where a line has fewer."""
    pairs: list[tuple[int, int]] = []
    rows: list[NDArray[np.int64]] = []
    with _lines(path) as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            match = PAIR.fullmatch(line)
            others = match[3].split() if match else []
            if match is None or not all(other.isdecimal() for other in others):
                raise RankingSetError(f"{path.name}, line {number}: expected (user,item) and item numbers")
            pairs.append((int(match[1]), int(match[2])))
            rows.append(np.array(others, dtype=np.int64))
    negatives = np.full((len(rows), max(map(len, rows), default=0)), -1, dtype=np.int64)
    for place, row in enumerate(rows):
        negatives[place, : row.size] = row
    return np.array(pairs, dtype=np.int64).reshape(-1, 2), negatives


def _refuse_different_pairs(
    test_path: Path, test: NDArray[np.float64], negative_path: Path, pairs: NDArray[np.int64]
) -> None:
    """Raise RankingSetError at the first row where the two test files name different pairs."""
    shared = min(len(test), len(pairs))
    different = (test[:shared, :2] != pairs[:shared]).any(axis=1)
    if len(test) == len(pairs) and not different.any():
        return
    row = int(different.argmax()) if different.any() else shared
    at = [f"{path.name}, line {_line_of(path, row)}" for path in (test_path, negative_path)]
    raise RankingSetError(
        f"{at[0]}, and {at[1]}, do not list the same pairs in one order ({len(test)} rows and {len(pairs)})"
    )


def _refuse_known(
    cases: RankingCases, known: NDArray[np.int64], n_items: int, test_path: Path, train_path: Path
) -> None:
    """Raise RankingSetError when a test pair is also in train."""
    pairs = cases.users.astype(np.int64) * n_items + cases.positives
    shared = np.flatnonzero(np.isin(pairs, known))
    if shared.size:
        raise RankingSetError(
            f"{test_path.name}, line {_line_of(test_path, int(shared[0]))}: this user and item are in "
            f"{train_path.name} too, as {shared.size} of {len(cases)} test rows are; remove them from one of the files"
        )


def _line_of(path: Path, row: int) -> int:
    """Return the line number of a row, counting from 0 the lines that are not blank; past the end, the line after."""
    number = 0
    with _lines(path) as file:
        for number, line in enumerate(file, start=1):
            row -= bool(line.strip())
            if row < 0:
                return number
    return number + 1


def _lines(path: Path) -> IO[str]:
    if not path.exists():
        raise RankingSetError(f"{path.name} is missing")
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
