"""Recommendation quality on the purchases of a Magento shop.

The last purchase of each customer is held out (ml.splits.leave_one_out) and ranked among 99 products that the customer
never bought. The figures are those of benchmarks.quality.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.datasets.data_files import read_data_files
from benchmarks.measuring.command import Results, command_parser, run_command
from benchmarks.measuring.options import known_names, names_in
from benchmarks.ranking.quality import rows_by_set
from ml.datasets.magento import Magento
from ml.datasets.records import DatasetError
from ml.evaluation import sample_negatives
from ml.recommenders.registry import recommender_names
from ml.splits import leave_one_out

COMPARED = ("popularity", "item_knn", "ials", "dmf", "hybrid")


def write_ranking_set(path: Path, folder: Path, *, seed: int) -> str:
    """Split the purchases of a CSV dump and write them as a ranking set into the folder; return the set's name.

    Every purchase weighs 1, as it does in the shop, however many pieces it was. Raises DatasetError.
    """
    data = read_data_files([path], Magento.name)
    if data.interactions.timestamps is None:
        raise DatasetError(path, "not every row has a last_ordered_at: so nobody knows which purchase was last")
    split = leave_one_out(data.interactions, seed=seed)
    if not len(split.test):
        raise DatasetError(path, "no customer bought two things, so nothing can be held out: take more months")
    cases = sample_negatives(split.train, split.test, seed=seed)
    train = np.column_stack((split.train.users, split.train.items))
    test = np.column_stack((cases.users, cases.positives))
    for pairs, part in ((train, "train"), (test, "test")):
        np.savetxt(folder / f"{data.name}.{part}.rating", pairs, fmt="%d", delimiter="\t")
    with (folder / f"{data.name}.test.negative").open("w", encoding="utf-8") as file:
        for user, item, negatives in zip(cases.users, cases.positives, cases.negatives, strict=True):
            file.write("\t".join((f"({user},{item})", *map(str, negatives[negatives >= 0]))) + "\n")
    customers, products = len(data.users), len(data.items)
    print(
        f"{path.name}: {len(data.interactions):,} purchases of {products:,} products by {customers:,} customers, "
        f"{len(cases):,} held out; {data.rejected:,} rows left out (guests and rows that cannot be read)",
        file=sys.stderr,
    )
    return data.name


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    compared = ",".join(name for name in COMPARED if name in recommender_names())
    parser = command_parser(
        "purchases",
        "Compare recommenders on the purchases of a Magento shop: the last purchase of every customer, "
        "HR@10 and NDCG@10 among 99 others, seconds and memory of the fit.",
        example="--data purchases.csv --json purchases.json",
        note="(docs/operations.md, From Magento, shows how to make the file)",
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="CSV dump of purchases, plain or .gz")
    parser.add_argument("--recommenders", default=compared, help="names, separated by commas (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the split and the fits (default: 0)")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parse(arguments)

    def measure(results: Results) -> None:
        names = known_names(names_in(options.recommenders), recommender_names(), "recommender")
        with TemporaryDirectory() as folder:
            dataset = write_ranking_set(options.data, Path(folder), seed=options.seed)
            for rows in rows_by_set(Path(folder), [dataset], names, options.seed):
                results.add(rows)

    return run_command("purchases", options, arguments, measure, errors=(DatasetError,))
