"""What a ranking makes of its own clicks: `python -m benchmarks.feedback_loop --help`.

Shoppers of one taste each come by something popular, look through their list, click what they like, and the next list
learns from these clicks and nothing else. Coverage is the share of the catalogue in anybody's list of a round, shown
lately that of ten rounds, Gini how unequally products are shown; the popular tenth are the products clicked most. With
--data the price of discoveries is measured too, on items held out of a public set's train (never on its test).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.markdown_tables import markdown
from benchmarks.progress_bar import RunsBar
from benchmarks.ranking_files import RankingFileError, read_ranking_set
from benchmarks.row_files import STANDARD_OUTPUT, refuse_unwritable, write_rows
from benchmarks.run_stamp import stamped
from benchmarks.sections import SECTIONS
from benchmarks.served_lists import served_index, served_list
from ml import metrics
from ml.interactions import Interactions
from ml.ranking import Discovery
from ml.splits import leave_one_out

LOOP, PRICE = "feedback_loop", "discovery_price"
TOLD = 10  # each tenth round is told, and what was shown since the one before
ROUNDS = 30
EVERY = 12
LENGTH = 12
TASTES = 8
CATEGORIES_OF_A_TASTE = 4
FIRST_CLICKS = 4
UNKNOWN = 0.05  # how likely one comes by a product without a click, beside one with one
OWN_TASTE, OTHER_TASTE = 0.2, 0.02
LAST_PLACE = 0.4  # how likely the last place is looked at; the first one is for sure
Report = Callable[[float, str], None]


@dataclass(frozen=True)
class World:
    """n_users shoppers at a time and n_items products, each of one taste. A seed is a world and its luck."""

    n_users: int = 48
    n_items: int = 400
    seed: int = 0

    @property
    def tastes(self) -> NDArray[np.int64]:
        """The taste of each product, int64 [n_items]."""
        return np.arange(self.n_items) % TASTES

    @property
    def categories(self) -> NDArray[np.int64]:
        """The category of each product, int64 [n_items]: several to a taste, so that one nobody knows has something to
        be known by."""
        return self.tastes + TASTES * (np.arange(self.n_items) // TASTES % CATEGORIES_OF_A_TASTE)


def simulate(
    world: World, *, every: int, rounds: int = ROUNDS, report: Report = lambda share, text: None
) -> list[dict[str, Any]]:
    """Return one row of figures per round; every: one place of so many is a discovery, 0: none.

    In each round a quarter of the shoppers leave, and others come by what is clicked most of their taste.
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
            found = Discovery(every, number * world.n_users + place) if every else None
            shown = served_list(index, clicks[user], limit=LENGTH, discovery=found)
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
                "shown_lately": float((last_shown > number - TOLD).mean()),
                "gini": metrics.exposure_gini(lists, world.n_items),
                "share_of_popular": float(np.isin(lists, popular).mean()),
                "clicks_per_list": float(chance.sum() / present.size),
                "ever_clicked": float((clicks.sum(axis=0) > 0).mean()),
            }
        )
        report((number + 1) / rounds, f"round {number + 1}")
    return rows


def _come(world: World, clicks: NDArray[np.float64], user: int, random: np.random.Generator) -> None:
    """Let a shopper come by some products of their taste, the more likely the more clicks each has."""
    own = np.flatnonzero(world.tastes == user % TASTES)
    known = clicks[:, own].sum(axis=0) + UNKNOWN
    clicks[user, random.choice(own, FIRST_CLICKS, replace=False, p=known / known.sum())] = 1.0


def price(directory: Path, dataset: str, *, every: int, most_users: int = 1_000, seed: int = 0) -> dict[str, Any]:
    """Return NDCG@10 and HR@10 of one item held out of train per user, with and without discoveries."""
    split = leave_one_out(read_ranking_set(directory, dataset).train, seed=seed)
    index, rows = served_index(split.train), split.train.to_csr()
    chosen = np.random.default_rng(seed).choice(len(split.test), min(most_users, len(split.test)), replace=False)
    found: dict[str, Any] = {"dataset": dataset, "users": int(chosen.size), "every": every}
    for name, of in (("plain", 0), ("discovering", every)):
        ranks = []
        for at in chosen.tolist():
            row = rows[[int(split.test.users[at])], :].toarray()[0]
            items = served_list(index, row, limit=2 * LENGTH, discovery=Discovery(of, at) if of else None)
            place = np.flatnonzero(items == split.test.items[at])
            ranks.append(int(place[0]) if place.size else 10**6)
        found[f"ndcg_at_10_{name}"] = float(metrics.ndcg_at_k(np.array(ranks), 10).mean())
        found[f"hr_at_12_{name}"] = float(metrics.hit_rate_at_k(np.array(ranks), LENGTH).mean())
    return found


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.feedback_loop",
        description="Let a ranking learn from the clicks on its own lists, with and without discoveries.",
        epilog="example: python -m benchmarks.feedback_loop --data ratings/ --dataset ml-1m --json loop.json",
    )
    add = parser.add_argument
    add("--rounds", type=int, default=ROUNDS, help="how many (default: %(default)s)")
    add("--every", type=int, default=EVERY, help="one place of so many is a discovery (default: %(default)s)")
    add("--data", type=Path, help="folder with NAME.train.rating, to measure the price of discoveries too")
    add("--dataset", default="ml-1m", help="which set of the folder (default: %(default)s)")
    add("--seed", type=int, default=0, help="seed of the world (default: 0)")
    add("--json", type=Path, metavar="FILE", help="also write the rows to FILE; - is standard output")
    options = parser.parse_args(arguments)
    if options.rounds < 1 or options.every < 2:
        parser.error("expected --rounds of at least 1 and --every of at least 2")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parse(arguments)
    loop: list[dict[str, Any]] = []
    prices: list[dict[str, Any]] = []
    try:
        refuse_unwritable(options.json)
        with RunsBar(2 + bool(options.data)) as bar:
            for every in (0, options.every):
                bar.begin(f"discoveries: one place of {every}" if every else "no discoveries")
                found = simulate(World(seed=options.seed), every=every, rounds=options.rounds, report=bar.report)
                shown = {row["round"]: row for row in found if row["round"] % TOLD == 0 or row["round"] == 1}
                loop += [{"every": every, **row} for row in shown.values()]
                bar.end(f"coverage {found[-1]['coverage']:.2f}, Gini {found[-1]['gini']:.2f}")
            if options.data:
                bar.begin(f"price on {options.dataset}")
                prices.append(price(options.data, options.dataset, every=options.every, seed=options.seed))
                bar.end("measured")
    except (OSError, RankingFileError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    rows = [
        row
        for section, of in ((LOOP, loop), (PRICE, prices))
        for row in stamped(
            of, section=section, program="benchmarks.feedback_loop", arguments=arguments, seed=options.seed
        )
    ]
    write_rows(rows, options.json)
    if options.json == STANDARD_OUTPUT:
        print(json.dumps(rows, indent=1))
        return 0
    for section in (LOOP, PRICE):
        print(markdown(SECTIONS[section], [row for row in rows if row["section"] == section]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
