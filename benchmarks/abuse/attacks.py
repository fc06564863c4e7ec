"""Made-up shoppers who join a generated shop and push one of its products.

The shop has one taste per shopper (benchmarks/datasets/planted.py). Each made-up shopper views the target and as many
other products as the median shopper: any (random), such as most others view (average: drawn by popularity), or the most
popular ones (bandwagon; Mobasher, Burke, Bhaumik and Williams, "Toward Trustworthy Recommender Systems", ACM TOIT 7,
2007, section 3). They come within a day and buy nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.datasets.planted import PlantedSet, planted_set
from ml.interactions import Interactions
from recommendations.behaviour.event_weights import KIND_CODES, SECONDS_PER_DAY, Kind, Log
from recommendations.behaviour.trust import NO_ORIGIN, Source, counted

ATTACKS = ("random", "average", "bandwagon")
TARGETS = 5
DAYS = 90
# Of ten real shoppers one buys something, and two more come on several days.
BUYERS, REGULARS = 0.1, 0.3


@dataclass(frozen=True, eq=False)
class Shop:
    """A planted set as a log: real shoppers first, all views, and the purchases of some."""

    planted: PlantedSet
    log: Log
    targets: NDArray[np.int64]

    @property
    def n_users(self) -> int:
        return self.planted.interactions.n_users

    @property
    def n_items(self) -> int:
        return self.planted.interactions.n_items


def shop(n_interactions: int, *, seed: int = 0, targets: int = TARGETS) -> Shop:
    """Return a shop of n_interactions views; targets are drawn from the quarter of its products viewed least."""
    planted = planted_set(n_interactions, seed=seed)
    random = np.random.default_rng(seed)
    views = planted.interactions
    n_users = views.n_users
    first_day = random.random(n_users) * (DAYS - 10)
    spread = np.where(random.random(n_users) < REGULARS, 10.0, 0.02)
    times = (first_day[views.users] + random.random(len(views)) * spread[views.users]) * SECONDS_PER_DAY
    buyers = np.flatnonzero(random.random(n_users) < BUYERS)
    first = np.unique(views.users, return_index=True)[1]
    bought = first[np.isin(views.users[first], buyers)]
    rows = np.concatenate([np.arange(len(views)), bought])
    kinds = np.full(rows.size, KIND_CODES[Kind.VIEW], np.int8)
    kinds[len(views) :] = KIND_CODES[Kind.PURCHASE]
    log = _log(views.users[rows], views.items[rows], kinds, times[rows])
    counts = np.bincount(views.items, minlength=views.n_items)
    rare = np.argsort(counts, kind="stable")[: views.n_items // 4]
    return Shop(planted, log, random.choice(rare, targets, replace=False))


def profiles(of: Shop, target: int, attack: str, share: float, *, seed: int = 0) -> Log:
    """Return the log of made-up shoppers, `share` of them for each real one, numbered after the real ones."""
    random = np.random.default_rng(seed + 1)
    views = of.planted.interactions
    counts = np.bincount(views.items, minlength=of.n_items).astype(np.float64)
    length = int(np.median(np.bincount(views.users, minlength=of.n_users)))
    made_up = round(share * of.n_users)
    others = np.delete(np.arange(of.n_items), target)
    weights = {
        "random": np.ones(others.size),
        "average": counts[others] + 1e-9,
        "bandwagon": (counts[others] >= np.sort(counts)[-2 * length]).astype(np.float64),
    }[attack]
    items = [
        np.append(random.choice(others, length, replace=False, p=weights / weights.sum()), target)
        for _ in range(made_up)
    ]
    users = np.repeat(np.arange(made_up), length + 1) + of.n_users
    times = (DAYS - 1 + random.random(users.size) * 0.9) * SECONDS_PER_DAY
    return _log(users, np.concatenate(items), np.full(users.size, KIND_CODES[Kind.VIEW], np.int8), times)


def joined(of: Shop, made_up: Log | None, *, is_guarded: bool) -> Interactions:
    """Return training data from both logs; if guarded, without the rows that do not count."""
    parts = [of.log] if made_up is None else [of.log, made_up]
    log = Log(*(np.concatenate([getattr(part, name) for part in parts]) for name in Log.__annotations__))
    n_users = int(log.shoppers.max()) + 1
    if is_guarded:
        source = Source(np.ones(len(log), bool), np.full(len(log), NO_ORIGIN, np.int32))
        log = log.select(counted(log, source).rows)
    # A pair counts as one, as in the planted set, however many rows it has.
    pairs = np.unique(log.shoppers * of.n_items + log.products)
    users, items = pairs // of.n_items, pairs % of.n_items
    return Interactions(
        users.astype(np.int32), items.astype(np.int32), np.ones(pairs.size, np.float32), None, n_users, of.n_items
    )


def _log(users: NDArray[Any], items: NDArray[Any], kinds: NDArray[np.int8], times: NDArray[np.float64]) -> Log:
    values = np.full(users.size, np.nan, np.float32)
    return Log(users.astype(np.int64), items.astype(np.int64), kinds, values, times)
