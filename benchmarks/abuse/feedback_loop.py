"""A ranking that learns from the clicks on its own lists, with and without discoveries.

Shoppers of one taste each start with some popular products, look through their list and click products that they like.
The next list learns from these clicks alone. Coverage is the share of the catalogue in the lists of a round, "shown
lately" the same share over ten rounds. Gini tells how unequally products are shown. The popular tenth are the products
clicked most. With --data the price of discoveries is measured too, on items held out of a public set's train, never on
its test.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.abuse.served_lists import served_index, served_list
from benchmarks.datasets.ranking_sets import RankingSetError, read_ranking_set
from benchmarks.measuring.command import Results, command_parser, run_command
from benchmarks.measuring.progress_bar import RunsBar
from ml import metrics
from ml.interactions import Interactions
from ml.ranking import Discovery
from ml.splits import leave_one_out

LOOP, PRICE = "feedback_loop", "discovery_price"
ROUNDS_PER_ROW = 10  # a row for each tenth round, and the products shown since the row before
ROUNDS = 30
EVERY = 12
LENGTH = 12
TASTES = 8
CATEGORIES_OF_A_TASTE = 4
FIRST_CLICKS = 4
UNKNOWN = 0.05  # weight of a product without a click; a click weighs 1
OWN_TASTE, OTHER_TASTE = 0.2, 0.02
LAST_PLACE = 0.4  # probability that the last place is looked at; that of the first is 1
Report = Callable[[float, str], None]


@dataclass(frozen=True)
class World:
    """n_users shoppers at a time and n_items products, each of one taste; the seed decides all that is random."""

    n_users: int = 48
    n_items: int = 400
    seed: int = 0

    @property
    def tastes(self) -> NDArray[np.int64]:
        """The taste of each product, int64 [n_items]."""
        return np.arange(self.n_items) % TASTES

    @property
    def categories(self) -> NDArray[np.int64]:
        """The category of each product, int64 [n_items]; several per taste, also for products without clicks."""
        return self.tastes + TASTES * (np.arange(self.n_items) // TASTES % CATEGORIES_OF_A_TASTE)


def simulate(
    world: World, *, every: int, rounds: int = ROUNDS, report: Report = lambda share, text: None
) -> list[dict[str, Any]]:
    """Return one row of figures per round.

    In each round a quarter of the shoppers leave. New ones come and start with products clicked most of their taste.

    - `every`: one place of this many is a discovery; 0 means none.
    """
    random = np.random.default_rng(world.seed)
    looked_at = np.linspace(1.0, LAST_PLACE, LENGTH)
    clicks = np.zeros((world.n_users + rounds * (world.n_users // 4), world.n_items))
    present = np.arange(world.n_users)
    arrived = 0
    rows: list[dict[str, Any]] = []
    last_shown = np.full(world.n_items, -np.inf)
    for number in range(rounds):
        newcomers = present
        if number:
            newcomers = np.arange(arrived, arrived + world.n_users // 4)
            present = np.concatenate([present[newcomers.size :], newcomers])
        arrived += newcomers.size
        for user in newcomers.tolist():
            _come(world, clicks, user, random)
        index = served_index(Interactions.from_csr(clicks[:arrived]), dimensions=16, item_category=world.categories)
        lists = np.full((present.size, LENGTH), -1, np.int32)
        for place, user in enumerate(present.tolist()):
            discovery = Discovery(every, number * world.n_users + place) if every else None
            shown = served_list(index, clicks[user], limit=LENGTH, discovery=discovery)
            lists[place, : shown.size] = shown
        popular = np.argsort(-clicks.sum(axis=0), kind="stable")[: world.n_items // 10]
        is_own = world.tastes[lists] == present[:, None] % TASTES
        chance = np.where(is_own, OWN_TASTE, OTHER_TASTE) * looked_at * (lists >= 0)
        last_shown[lists[lists >= 0]] = number
        users, places = np.nonzero(random.random(lists.shape) < chance)
        clicks[present[users], lists[users, places]] = 1.0
        rows.append(
            {
                "round": number + 1,
                "coverage": metrics.coverage(lists, world.n_items),
                "shown_lately": float((last_shown > number - ROUNDS_PER_ROW).mean()),
                "gini": metrics.exposure_gini(lists, world.n_items),
                "share_of_popular": float(np.isin(lists, popular).mean()),
                "clicks_per_list": float(chance.sum() / present.size),
                "ever_clicked": float((clicks.sum(axis=0) > 0).mean()),
            }
        )
        report((number + 1) / rounds, f"round {number + 1}")
    return rows


def _come(world: World, clicks: NDArray[np.float64], user: int, random: np.random.Generator) -> None:
    """Give a shopper first clicks on products of their taste; those with more clicks are more likely."""
    own = np.flatnonzero(world.tastes == user % TASTES)
    known = clicks[:, own].sum(axis=0) + UNKNOWN
    clicks[user, random.choice(own, FIRST_CLICKS, replace=False, p=known / known.sum())] = 1.0


def price(directory: Path, dataset: str, *, every: int, most_users: int = 1_000, seed: int = 0) -> dict[str, Any]:
    """Return NDCG@10 and HR@10 of one item held out of train per user, with and without discoveries."""
    split = leave_one_out(read_ranking_set(directory, dataset).train, seed=seed)
    index, rows = served_index(split.train), split.train.to_csr()
    chosen = np.random.default_rng(seed).choice(len(split.test), min(most_users, len(split.test)), replace=False)
    figures: dict[str, Any] = {"dataset": dataset, "users": int(chosen.size), "every": every}
    for name, of in (("plain", 0), ("discovering", every)):
        ranks = []
        for at in chosen.tolist():
            row = rows[[int(split.test.users[at])], :].toarray()[0]
            items = served_list(index, row, limit=2 * LENGTH, discovery=Discovery(of, at) if of else None)
            place = np.flatnonzero(items == split.test.items[at])
            ranks.append(int(place[0]) if place.size else 10**6)
        figures[f"ndcg_at_10_{name}"] = float(metrics.ndcg_at_k(np.array(ranks), 10).mean())
        figures[f"hr_at_12_{name}"] = float(metrics.hit_rate_at_k(np.array(ranks), LENGTH).mean())
    return figures


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "feedback_loop",
        "Let a ranking learn from the clicks on its own lists, with and without discoveries.",
        example="--data ratings/ --dataset ml-1m --json loop.json",
    )
    add = parser.add_argument
    add("--rounds", type=int, default=ROUNDS, help="number of rounds (default: %(default)s)")
    add("--every", type=int, default=EVERY, help="one place of this many is a discovery (default: %(default)s)")
    add("--data", type=Path, help="folder with NAME.train.rating, to measure the price of discoveries too")
    add("--dataset", default="ml-1m", help="name of the set in the folder (default: %(default)s)")
    add("--seed", type=int, default=0, help="seed of the world (default: 0)")
    options = parser.parse_args(arguments)
    if options.rounds < 1 or options.every < 2:
        parser.error("expected --rounds of at least 1 and --every of at least 2")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parse(arguments)

    def measure(results: Results) -> None:
        with RunsBar(2 + bool(options.data)) as bar:
            for every in (0, options.every):
                bar.begin(f"discoveries: one place of {every}" if every else "no discoveries")
                rounds = simulate(World(seed=options.seed), every=every, rounds=options.rounds, report=bar.report)
                chosen = [row for row in rounds if row["round"] % ROUNDS_PER_ROW == 0 or row["round"] == 1]
                results.add([{"every": every, **row} for row in chosen], section=LOOP)
                bar.end(f"coverage {rounds[-1]['coverage']:.2f}, Gini {rounds[-1]['gini']:.2f}")
            if options.data:
                bar.begin(f"price on {options.dataset}")
                row = price(options.data, options.dataset, every=options.every, seed=options.seed)
                results.add([row], section=PRICE)
                bar.end("measured")

    return run_command("feedback_loop", options, arguments, measure, errors=(RankingSetError,))
