"""Made-up shoppers who push a product: `python -m benchmarks.shilling --help`.

A generated shop with one taste per shopper (benchmarks/planted.py) is joined by made-up shoppers, 1, 3 and 5 for each
hundred real ones. Each views the target and as many other products as the median shopper: any (random), such as most
others view (average: drawn by popularity), or the most popular ones (bandwagon; Mobasher, Burke, Bhaumik and Williams,
"Toward Trustworthy Recommender Systems", ACM TOIT 7, 2007, section 3). They come within a day and buy nothing. Measured
is the share of real shoppers, among those who have not touched it, who get the target among their first ten, before and
after, as a mean over several targets: for each model alone, and for the lists as the shop serves them, with its guard
(recommendations/trust.py) and without.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.markdown_tables import markdown
from benchmarks.planted import TASTES, PlantedSet, planted_set
from benchmarks.progress_bar import RunsBar
from benchmarks.row_files import STANDARD_OUTPUT, names_in, refuse_unwritable, write_rows
from benchmarks.run_stamp import stamped
from benchmarks.sections import SECTIONS
from benchmarks.served_lists import served_index, served_list
from ml.index_building.low_rank import Model
from ml.interactions import Interactions
from ml.recommenders.base import FittedRecommender, RecommenderError
from ml.recommenders.registry import recommender_class
from recommendations.event_weights import KIND_CODES, SECONDS_PER_DAY, Kind, Log
from recommendations.trust import NO_ORIGIN, Source, counted

SECTION = "shilling"
MODELS = ("popularity", "item_knn", "user_knn", "ease", "ials", "dmf", "hybrid")
ATTACKS = ("random", "average", "bandwagon")
SHARES = (0.01, 0.03, 0.05)
TARGETS = 5
DEPTH = 10
DAYS = 90
# Of ten real shoppers one buys something, and two more come on several days.
BUYERS, REGULARS = 0.1, 0.3
PLAIN, GUARDED = "served", "served, guarded"
Fit = Callable[[Interactions], FittedRecommender]


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
    """Return a shop of so many views; the targets are drawn from the quarter of its products viewed least."""
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
    """Return what made-up shoppers do, `share` for each real one, numbered after the real ones."""
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
    """Return what a model learns from: the shop's log and made-up shoppers', without what does not count if guarded."""
    parts = [of.log] if made_up is None else [of.log, made_up]
    log = Log(*(np.concatenate([getattr(part, name) for part in parts]) for name in Log.__annotations__))
    n_users = int(log.shoppers.max()) + 1
    if is_guarded:
        source = Source(np.ones(len(log), bool), np.full(len(log), NO_ORIGIN, np.int32))
        log = log.select(counted(log, source).rows)
    # The planted pairs have one weight each: whatever was done, a pair counts as one.
    pairs = np.unique(log.shoppers * of.n_items + log.products)
    users, items = pairs // of.n_items, pairs % of.n_items
    return Interactions(
        users.astype(np.int32), items.astype(np.int32), np.ones(pairs.size, np.float32), None, n_users, of.n_items
    )


def hit_rate_of_model(of: Shop, train: Interactions, target: int, fit: Fit, users: NDArray[np.int32]) -> float:
    """Return how many of the users get the target among the first ten of a model's list, as a share."""
    fitted, rows = fit(train), of.planted.interactions.to_csr()
    items, _ = fitted.recommend(rows[users, :], DEPTH, users=users)
    return _share(items, users, rows, target)


def hit_rate_as_served(of: Shop, train: Interactions, target: int, fit: Fit | None, users: NDArray[np.int32]) -> float:
    """Return the same of the lists as the shop serves them: composite score, categories and diversity.

    fit: None for the strongest singular vectors, which take no time.
    """
    rows = of.planted.interactions.to_csr()
    fitted = None if fit is None else cast(Model, fit(train))
    index = served_index(train, fitted=fitted, item_category=np.arange(of.n_items) % TASTES)
    lists = np.full((users.size, DEPTH), -1, np.int32)
    for place, user in enumerate(users.tolist()):
        shown = served_list(index, rows[[user], :].toarray()[0], limit=DEPTH)
        lists[place, : shown.size] = shown
    return _share(lists, users, rows, target)


def measure(
    of: Shop, name: str, *, most_users: int, seed: int, report: Callable[[float, str], None]
) -> list[dict[str, Any]]:
    """Return one row per attack and share: hit rates of a model, or of what is served (PLAIN, GUARDED), as means over
    the targets."""
    is_served, is_guarded = name in (PLAIN, GUARDED), name == GUARDED
    fit = _fit_of("hybrid" if is_served else name, seed)
    hit_rate = hit_rate_as_served if is_served else hit_rate_of_model
    users = np.sort(np.random.default_rng(seed).choice(of.n_users, min(most_users, of.n_users), replace=False))
    settings = [(attack, share) for attack in ATTACKS for share in SHARES]
    steps = (1 + len(settings)) * of.targets.size
    rates: dict[tuple[str, float], list[float]] = {setting: [] for setting in settings}
    before: list[float] = []
    for number, target in enumerate(of.targets.tolist()):
        clean = joined(of, None, is_guarded=is_guarded)
        before.append(hit_rate(of, clean, target, fit, users.astype(np.int32)))
        for done, (attack, share) in enumerate(settings, start=1):
            train = joined(of, profiles(of, target, attack, share, seed=seed + number), is_guarded=is_guarded)
            rates[attack, share].append(hit_rate(of, train, target, fit, users.astype(np.int32)))
            report((number * (1 + len(settings)) + done) / steps, f"{attack}, {share:.0%}")
    start = float(np.mean(before))
    return [
        {
            "recommender": name,
            "attack": attack,
            "made_up_percent": 100 * share,
            "hit_rate_before": start,
            "hit_rate_after": float(np.mean(found)),
            "shift": float(np.mean(found)) - start,
        }
        for (attack, share), found in rates.items()
    ]


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.shilling",
        description="Let made-up shoppers push products of a generated shop, and measure how many real shoppers get "
        "them among their first ten: by each model, and as the shop serves them with and without its guard.",
        epilog="example: python -m benchmarks.shilling --recommenders ials,hybrid --json shilling.json",
    )
    add = parser.add_argument
    add("--recommenders", help=f"names, separated by commas (default: {','.join(MODELS)})")
    add("--interactions", type=int, default=10_000, help="size of the shop, at least 2,000 (default: %(default)s)")
    add("--targets", type=int, default=2, help="pushed products, one after the other (default: %(default)s)")
    add("--users", type=int, default=400, help="real shoppers whose lists are made (default: %(default)s)")
    add("--seed", type=int, default=0, help="seed of the shop, the made-up shoppers and the fits (default: 0)")
    add("--json", type=Path, metavar="FILE", help="also write the rows to FILE; - is standard output")
    options = parser.parse_args(arguments)
    if min(options.targets, options.users) < 1:
        parser.error("expected --targets and --users of at least 1")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parse(arguments)
    names = [*(names_in(options.recommenders) or MODELS), PLAIN, GUARDED]
    rows: list[dict[str, Any]] = []
    try:
        refuse_unwritable(options.json)
        for name in names[:-2]:
            recommender_class(name)
        of = shop(options.interactions, seed=options.seed, targets=options.targets)
        with RunsBar(len(names)) as bar:
            for name in names:
                bar.begin(name)
                found = measure(of, name, most_users=options.users, seed=options.seed, report=bar.report)
                rows += stamped(
                    found, section=SECTION, program="benchmarks.shilling", arguments=arguments, seed=options.seed
                )
                write_rows(rows, options.json)
                bar.end(f"hit rate {found[0]['hit_rate_before']:.3f}, at most {_worst(found):+.3f}")
    except (OSError, RecommenderError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(json.dumps(rows, indent=1) if options.json == STANDARD_OUTPUT else markdown(SECTIONS[SECTION], rows))
    return 0


def _fit_of(name: str, seed: int) -> Fit:
    return lambda train: recommender_class(name)().fit(train, seed=seed)


def _worst(rows: Sequence[dict[str, Any]]) -> float:
    return max(float(row["shift"]) for row in rows)


def _share(lists: NDArray[np.int32], users: NDArray[np.int32], rows: Any, target: int) -> float:
    may_get_it = rows[users, :][:, [target]].toarray().ravel() == 0
    return float((lists[may_get_it] == target).any(axis=1).mean())


def _log(users: NDArray[Any], items: NDArray[Any], kinds: NDArray[np.int8], times: NDArray[np.float64]) -> Log:
    values = np.full(users.size, np.nan, np.float32)
    return Log(users.astype(np.int64), items.astype(np.int64), kinds, values, times)


if __name__ == "__main__":
    sys.exit(main())
