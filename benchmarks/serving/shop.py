"""A generated shop in a folder: filled once, opened any number of times."""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.shops.live_shop import LiveShop
from benchmarks.shops.programs import Program, ShopError

SETTINGS, BARE_SETTINGS = "benchmarks.serving.settings", "benchmarks.serving.bare_settings"
DESCRIPTION_FILE = "generated.json"
SECONDS_BETWEEN_LOOKS = 0.2
# Raise this when fill_shop writes something else: a folder of another format is refused.
FORMAT = 2


@dataclass(frozen=True)
class GeneratedShop:
    """A shop with numbers of products and shoppers, in its folder."""

    folder: Path
    products: int
    users: int

    @property
    def tokens(self) -> Path:
        """File of the shoppers' visitor tokens, one in a line."""
        return self.folder / "tokens.txt"

    @property
    def ahead(self) -> Path:
        """File of the tokens of the half with lists ranked ahead."""
        return self.folder / "ahead.txt"

    @property
    def others(self) -> Path:
        """File of the tokens of the other half, whose lists are ranked with the request."""
        return self.folder / "others.txt"

    def opened(self, settings: str = SETTINGS) -> LiveShop:
        """Return the shop's processes to be started; leaving its context stops them."""
        secret = (self.folder / "secret_key").read_text(encoding="ascii")
        return LiveShop(self.folder, {"DJANGO_SETTINGS_MODULE": settings, "SECRET_KEY": secret, "LOG_LEVEL": "WARNING"})

    def fill(self, report: Callable[[float, str], None]) -> None:
        """Write database, model version and tokens, unless they exist; raise ShopError for a folder of other things."""
        description_file = self.folder / DESCRIPTION_FILE
        description = {"format": FORMAT, "products": self.products, "users": self.users}
        if description_file.exists():
            if json.loads(description_file.read_text(encoding="utf-8")) != description:
                raise ShopError(f"{self.folder} holds another shop than the one asked for: give another folder")
            self.opened().manage("migrate", "--verbosity", "0")
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        if any(self.folder.iterdir()):
            raise ShopError(f"{self.folder} is neither empty nor a generated shop: give another folder")
        (self.folder / "secret_key").write_text(secrets.token_urlsafe(50), encoding="ascii")
        (self.folder / "data" / "static").mkdir(parents=True)
        with self.opened() as shop:
            sizes = ["--products", str(self.products), "--users", str(self.users)]
            command = [sys.executable, "manage.py", "fill_shop", *sizes, "--tokens", str(self.tokens)]
            _follow(shop.start("fill", command), report)
        description_file.write_text(json.dumps(description), encoding="utf-8")

    def rank_ahead(self, report: Callable[[float, str], None]) -> None:
        """Rank for half of the shoppers, as the worker does after their last event; raise ShopError."""
        files = ["--tokens", str(self.tokens), "--ahead", str(self.ahead), "--others", str(self.others)]
        with self.opened() as shop:
            _follow(shop.start("ahead", [sys.executable, "manage.py", "rank_shoppers_ahead", *files]), report)

    def look(self, path: str) -> dict[str, Any]:
        """Return the output of look_into_shop.

        Raises ShopError for lists that are short, not from the model, not ranked ahead, or alike.
        """
        output = self.opened().manage("look_into_shop", "--path", path, "--tokens", str(self.ahead))
        checks: dict[str, Any] = json.loads(output)
        are_own = checks["different_lists"] == checks["ranked_ahead"] == checks["lists"]
        if checks["fallbacks"] or not checks["shortest_list"] or not are_own:
            raise ShopError(f"the shop does not answer each shopper from its model: {checks}")
        return checks


def _follow(program: Program, report: Callable[[float, str], None]) -> None:
    """Wait for a program whose last line of output gives its progress; raise ShopError when it fails."""
    while program.is_running:
        fraction, _, text = program.tail().rstrip().rpartition("\n")[2].partition(" ")
        if fraction.replace(".", "", 1).isdigit():
            report(float(fraction), text)
        time.sleep(SECONDS_BETWEEN_LOOKS)
    if program.process.returncode:
        raise ShopError(f"{program.name} failed:\n{program.tail()}")
