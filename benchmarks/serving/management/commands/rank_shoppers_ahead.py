"""rank_shoppers_ahead: lists ranked ahead for half of the shoppers of fill_shop, as the worker ranks them."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.shoppers import read_visitor_token
from recommendations.behaviour.models import ShopperProfile
from recommendations.lists.intents.for_you import rank_ahead
from recommendations.serving import handle
from recommendations.serving.handle import Served
from recommendations.shoppers.profiles import Profile

AT_ONCE = 500


class Command(BaseCommand):
    """Rank for the first half of the shoppers unless their lists are current; write the tokens of both halves.

    Each step of progress is a line `fraction text` on standard output.
    """

    help = "Rank for half of the shoppers of a filled shop ahead (for benchmarks.serving)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tokens", type=Path, required=True, help="the tokens of all shoppers")
        parser.add_argument("--ahead", type=Path, required=True, help="where to write those of the first half")
        parser.add_argument("--others", type=Path, required=True, help="where to write the others")

    def handle(self, *args: Any, **options: Any) -> None:
        tokens = options["tokens"].read_text(encoding="ascii").split()
        half = -(-len(tokens) // 2)
        options["ahead"].write_text("\n".join(tokens[:half]) + "\n", encoding="ascii")
        options["others"].write_text("\n".join(tokens[half:] or tokens) + "\n", encoding="ascii")
        served = handle.current()
        if served is None:
            raise CommandError("No model version serves: fill the shop first.")
        for start in range(0, half, AT_ONCE):
            read = (read_visitor_token(token) for token in tokens[start : min(start + AT_ONCE, half)])
            visitors = [visitor_id for visitor_id in read if visitor_id is not None]
            rows = list(ShopperProfile.objects.filter(pk__in=visitors).order_by("pk"))
            if _ranked(rows[0], served) == bytes(rows[0].ranked_ahead):
                continue
            for row in rows:
                row.ranked_ahead = _ranked(row, served)
            ShopperProfile.objects.bulk_update(rows, ["ranked_ahead"], batch_size=100)
            self.stdout.write(f"{min(start + AT_ONCE, half) / half:.4f} lists ranked ahead")
            sys.stdout.flush()


def _ranked(row: ShopperProfile, served: Served) -> bytes:
    profile = Profile(row.history, np.frombuffer(row.vector, dtype="<f4"), shopper_id=row.pk)
    return rank_ahead(profile, served)
