"""Hit rates of a pushed product before and after made-up shoppers come, 1, 3 and 5 for each hundred real ones.

A hit rate is the share of real shoppers, among those who have not touched the target, with the target among their first
ten, as a mean over several targets. It is measured for each model alone, and for the lists as the shop serves them,
with its guard (recommendations/behaviour/trust.py) and without.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.abuse.attacks import ATTACKS, Shop, joined, profiles, shop
from benchmarks.abuse.served_lists import served_index, served_list
from benchmarks.datasets.planted import TASTES
from benchmarks.measuring.command import Results, command_parser, run_command
from benchmarks.measuring.options import names_in
from benchmarks.measuring.progress_bar import RunsBar
from ml.index_building.low_rank import Model
from ml.interactions import Interactions
from ml.recommenders.base import FittedRecommender, RecommenderError
from ml.recommenders.registry import recommender_class

MODELS = ("popularity", "item_knn", "user_knn", "ease", "ials", "dmf", "hybrid")
SHARES = (0.01, 0.03, 0.05)
DEPTH = 10
PLAIN, GUARDED = "served", "served, guarded"
Fit = Callable[[Interactions], FittedRecommender]


def hit_rate_of_model(of: Shop, train: Interactions, target: int, fit: Fit, users: NDArray[np.int32]) -> float:
    """Return the share of users with the target among the first ten of a model's list."""
    fitted, rows = fit(train), of.planted.interactions.to_csr()
    items, _ = fitted.recommend(rows[users, :], DEPTH, users=users)
    return _share(items, users, rows, target)


def hit_rate_as_served(of: Shop, train: Interactions, target: int, fit: Fit | None, users: NDArray[np.int32]) -> float:
    """Return the same share for lists as the shop serves them: composite score, categories and diversity.

    - `fit`: None ranks by the strongest singular vectors, which are quick to compute.
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
    """Return one row per attack and share, with hit rates as means over the targets.

    - `name`: a model, or PLAIN or GUARDED for lists as served.
    """
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
            "hit_rate_after": float(np.mean(after)),
            "shift": float(np.mean(after)) - start,
        }
        for (attack, share), after in rates.items()
    ]


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "shilling",
        "Let made-up shoppers push products of a generated shop, and measure how many real shoppers get "
        "them among their first ten: by each model, and as the shop serves them with and without its guard.",
        example="--recommenders ials,hybrid --json shilling.json",
    )
    add = parser.add_argument
    add("--recommenders", help=f"names, separated by commas (default: {','.join(MODELS)})")
    add("--interactions", type=int, default=10_000, help="size of the shop, at least 2,000 (default: %(default)s)")
    add("--targets", type=int, default=2, help="pushed products, one after the other (default: %(default)s)")
    add("--users", type=int, default=400, help="real shoppers whose lists are made (default: %(default)s)")
    add("--seed", type=int, default=0, help="seed of the shop, the made-up shoppers and the fits (default: 0)")
    options = parser.parse_args(arguments)
    if min(options.targets, options.users) < 1:
        parser.error("expected --targets and --users of at least 1")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parse(arguments)

    def measure_all(results: Results) -> None:
        models = names_in(options.recommenders) or MODELS
        for name in models:
            recommender_class(name)
        of = shop(options.interactions, seed=options.seed, targets=options.targets)
        with RunsBar(len(models) + 2) as bar:
            for name in (*models, PLAIN, GUARDED):
                bar.begin(name)
                rows = measure(of, name, most_users=options.users, seed=options.seed, report=bar.report)
                results.add(rows)
                worst = max(row["shift"] for row in rows)
                bar.end(f"hit rate {rows[0]['hit_rate_before']:.3f}, at most {worst:+.3f}")

    return run_command("shilling", options, arguments, measure_all, errors=(RecommenderError, ValueError))


def _fit_of(name: str, seed: int) -> Fit:
    return lambda train: recommender_class(name)().fit(train, seed=seed)


def _share(lists: NDArray[np.int32], users: NDArray[np.int32], rows: Any, target: int) -> float:
    may_get_it = rows[users, :][:, [target]].toarray().ravel() == 0
    return float((lists[may_get_it] == target).any(axis=1).mean())
