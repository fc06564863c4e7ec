"""look_into_shop: check of a filled shop from inside, for benchmarks.serving."""

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.shoppers import TOKEN_HEADER
from ml import ranking

SHOPPERS = 50


class Command(BaseCommand):
    """Print as JSON the queries per request, and how many lists are full, from the model, ranked ahead and distinct."""

    help = "Look into a shop that fill_shop filled (for benchmarks.serving)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--path", required=True, help="address of a list")
        parser.add_argument("--tokens", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        with options["tokens"].open(encoding="ascii") as file:
            tokens = [line.strip() for _, line in zip(range(SHOPPERS + 1), file, strict=False)]
        client = Client(SERVER_NAME="localhost")
        queries, answers, ranked_now = [], [], 0
        for token in tokens:
            with (
                CaptureQueriesContext(connections["default"]) as captured,
                patch.object(ranking, "rank_for_you", wraps=ranking.rank_for_you) as rank,
            ):
                answer = client.get(options["path"], headers={TOKEN_HEADER: token})
            queries.append(len(captured))
            ranked_now += rank.called
            answers.append(answer.json())
        lists = [[item["product"]["id"] for item in answer["items"]] for answer in answers]
        checks = {
            # A process looks for newer products, weights and experiments twice a second; most requests do not.
            "queries": sorted(queries)[len(queries) // 2],
            "shortest_list": min(map(len, lists)),
            "different_lists": len(set(map(tuple, lists))),
            "lists": len(lists),
            "ranked_ahead": len(answers) - ranked_now,
            "fallbacks": sum(answer["fallback_used"] for answer in answers),
        }
        self.stdout.write(json.dumps(checks))
