"""`manage.py evaluate_recommender`: measure recommenders on held-out parts of the shop's own log."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from recommendations.learning.evaluating import SPLITS, EvaluationRefused, evaluate_log
from recommendations.management.terminal import ExampleCommand, one_line_errors, progress_bar

# Key of a figure: its header and number of decimals.
COLUMNS = {
    "hr_at_10": ("HR@10", 3),
    "ndcg_at_10": ("NDCG@10", 3),
    "mrr": ("MRR", 3),
    "ndcg_at_20_full": ("NDCG@20 of all", 3),
    "recall_at_20_full": ("Recall@20", 3),
    "coverage_at_20": ("coverage", 3),
    "personalisation_at_20": ("personal", 3),
    "novelty_at_20": ("novelty, bits", 1),
    "fit_seconds": ("fit, s", 1),
}
NARROWEST = 6
SIZES = ("shoppers", "products_with_interactions", "interactions", "trained_on", "held_out")


class Command(ExampleCommand):
    help = (
        "Fit recommenders on a part of the log and measure how well they find the rest: each held-out product among "
        "99 that the shopper did not touch (HR@10, NDCG@10, MRR), and in lists of 20 of the whole catalogue. Nothing "
        "is stored, and the version that serves does not change."
    )
    example = (
        "  python manage.py evaluate_recommender\n"
        "  python manage.py evaluate_recommender --recommenders dmf,ials --split temporal --json | jq '.rows[0]'"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--recommenders",
            default="dmf,popularity,item_knn",
            metavar="NAMES",
            help="names, separated by commas (default: %(default)s)",
        )
        parser.add_argument(
            "--split",
            choices=SPLITS,
            default=SPLITS[0],
            help="hold out each shopper's latest new product, everything after 80 %% of the log, or a random fifth of "
            "the pairs of shopper and product (default: %(default)s)",
        )
        parser.add_argument("--seed", type=int, default=0, help="for repeatable results (default: %(default)s)")
        parser.add_argument("--json", action="store_true", help="print all figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        names = list(dict.fromkeys(name.strip() for name in options["recommenders"].split(",") if name.strip()))
        if not names:
            raise CommandError("--recommenders names none: give one or more, separated by commas.")
        with one_line_errors(), progress_bar(is_shown=options["verbosity"] > 0) as progress:
            try:
                evaluation = evaluate_log(names, split_name=options["split"], seed=options["seed"], progress=progress)
            except EvaluationRefused as error:
                raise CommandError(str(error)) from None
        if options["json"]:
            self.stdout.write(json.dumps(evaluation))
        else:
            self._print(evaluation)
        failed = [row for row in evaluation["rows"] if "error" in row]
        if len(failed) == len(evaluation["rows"]):
            raise CommandError(f"No recommender could be fitted: {failed[0]['error']}")

    def _print(self, evaluation: dict[str, Any]) -> None:
        for name in SIZES:
            self.stdout.write(f"  {evaluation[name]:>11,}  {name.replace('_', ' ')}")
        self.stdout.write(
            f"Held out by the {evaluation['split']} split, seed {evaluation['seed']}; {evaluation['cases']:,} ranked:"
        )
        width = max(len(row["recommender"]) for row in evaluation["rows"])
        headers = "  ".join(f"{head:>{NARROWEST}}" for head, _ in COLUMNS.values())
        self.stdout.write(f"  {'':<{width}}  {headers}")
        for row in evaluation["rows"]:
            cells = [_cell(row.get(key), len(head), digits) for key, (head, digits) in COLUMNS.items()]
            text = f"not fitted: {row['error']}" if "error" in row else "  ".join(cells)
            self.stdout.write(f"  {row['recommender']:<{width}}  {text}")


def _cell(value: float | None, width: int, digits: int) -> str:
    return f"{'-' if value is None else f'{value:.{digits}f}':>{max(width, NARROWEST)}}"
