"""What recommenders make of a Magento shop's purchases: `python -m benchmarks.purchases --help`.

The last thing each customer bought is held out (ml.splits.leave_one_out) and ranked among 99 that the customer never
bought; from there on it is benchmarks.quality that measures.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks import quality
from benchmarks.data_files import read_data_files
from benchmarks.run_stamp import stamped
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
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.purchases",
        description="Compare recommenders on the purchases of a Magento shop: the last purchase of every customer, "
        "HR@10 and NDCG@10 among 99 others, seconds and memory of the fit.",
        epilog="example: python -m benchmarks.purchases --data purchases.csv --json purchases.json "
        "(docs/operations.md, From Magento, shows how to make the file)",
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="CSV dump of purchases, plain or .gz")
    parser.add_argument("--recommenders", default=compared, help="names, separated by commas (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the split and the fits (default: 0)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows to FILE; - is standard output")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parse(arguments)
    to_pipe = str(options.json) == "-"
    if options.json is not None and not to_pipe and not options.json.absolute().parent.is_dir():
        print(f"error: --json {options.json}: there is no such folder to write to", file=sys.stderr)
        return 1
    with TemporaryDirectory() as name:
        folder = Path(name)
        try:
            write_ranking_set(options.data, folder, seed=options.seed)
        except DatasetError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
        rows_file = folder / "rows.json"
        asked = ["--data", name, "--recommenders", options.recommenders, "--seed", str(options.seed)]
        with redirect_stdout(io.StringIO() if to_pipe else sys.stdout):
            status = quality.main([*asked, "--json", str(rows_file)])
        rows = json.loads(rows_file.read_text(encoding="utf-8")) if rows_file.exists() else []
    # The command that made the figures is this one, not the one it called.
    rows = stamped(rows, section="purchases", program="benchmarks.purchases", arguments=arguments, seed=options.seed)
    if options.json is not None and rows:
        text = json.dumps(rows, indent=1) + "\n"
        if to_pipe:
            print(text, end="")
        else:
            options.json.write_text(text, encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
