"""fill_shop: write the generated shop that benchmarks.serving measures."""

import sys
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from benchmarks.serving.filling import write_products, write_shoppers, write_version
from benchmarks.serving.generated import generated_catalogue


class Command(BaseCommand):
    """Create and fill the tables of an empty shop; each step of progress is a line `fraction text` of output."""

    help = "Fill an empty shop with generated products, shoppers and a model version (for benchmarks.serving)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--products", type=int, required=True)
        parser.add_argument("--users", type=int, required=True)
        parser.add_argument("--tokens", type=Path, required=True, help="where to write the shoppers' tokens")

    def handle(self, *args: Any, **options: Any) -> None:
        self._say(0.0, "creating tables")
        call_command("migrate", verbosity=0)
        self._say(0.01, "drawing products")
        catalogue = generated_catalogue(options["products"])
        write_products(catalogue, lambda fraction: self._say(0.02 + 0.25 * fraction, "products"))
        version = write_version(catalogue, lambda fraction, text: self._say(0.27 + 0.53 * fraction, text))
        write_shoppers(
            catalogue,
            options["users"],
            version,
            options["tokens"],
            lambda fraction: self._say(0.8 + 0.2 * fraction, "shoppers"),
        )

    def _say(self, fraction: float, text: str) -> None:
        self.stdout.write(f"{fraction:.4f} {text}")
        sys.stdout.flush()
