"""A generated shop in a folder: filled once, opened as often as asked."""

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
# What lies in a kept folder is filled anew when this changes: raise it with what fill_shop writes.
FORMAT = 2


@dataclass(frozen=True)
class GeneratedShop:
    """A shop of so many products and shoppers. ShopError, when a kept folder holds another one."""

    folder: Path
    products: int
    users: int

    @property
    def tokens(self) -> Path:
        """Where the shoppers' visitor tokens are, one in a line."""
        return self.folder / "tokens.txt"

    @property
    def ahead(self) -> Path:
        """Where the tokens of the shoppers are for whom lists were ranked ahead: half of them."""
        return self.folder / "ahead.txt"

    @property
    def others(self) -> Path:
        """Where the tokens of the other half are, whose lists are ranked with the request."""
        return self.folder / "others.txt"

    def opened(self, settings: str = SETTINGS) -> LiveShop:
        """Return the shop's processes to be started; leaving its context stops them."""
        secret = (self.folder / "secret_key").read_text(encoding="ascii")
        return LiveShop(self.folder, {"DJANGO_SETTINGS_MODULE": settings, "SECRET_KEY": secret, "LOG_LEVEL": "WARNING"})

    def fill(self, report: Callable[[float, str], None]) -> None:
        """Write database, model version and tokens, unless they are there. Raises ShopError."""
        described = self.folder / DESCRIPTION_FILE
        wanted = {"format": FORMAT, "products": self.products, "users": self.users}
        if described.exists():
            if json.loads(described.read_text(encoding="utf-8")) != wanted:
                raise ShopError(f"{self.folder} holds another shop than the one asked for: give another folder")
            self.opened().manage("migrate", "--verbosity", "0")
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        if any(self.folder.iterdir()):
            raise ShopError(f"{self.folder} is neither empty nor a generated shop: give another folder")
        (self.folder / "secret_key").write_text(secrets.token_urlsafe(50), encoding="ascii")
        (self.folder / "data" / "static").mkdir(parents=True)
        with self.opened() as shop:
            shop.manage("migrate", "--verbosity", "0")
            sizes = ["--products", str(self.products), "--users", str(self.users)]
            command = [sys.executable, "manage.py", "fill_shop", *sizes, "--tokens", str(self.tokens)]
            _follow(shop.start("fill", command), report)
        described.write_text(json.dumps(wanted), encoding="utf-8")

    def rank_ahead(self, report: Callable[[float, str], None]) -> None:
        """Rank for half of the shoppers, as the worker would have when they last did something. Raises ShopError."""
        files = ["--tokens", str(self.tokens), "--ahead", str(self.ahead), "--others", str(self.others)]
        with self.opened() as shop:
            _follow(shop.start("ahead", [sys.executable, "manage.py", "rank_shoppers_ahead", *files]), report)

    def look(self, path: str) -> dict[str, Any]:
        """Return what look_into_shop found; raises ShopError for lists that are short, not the model's, not ranked
        ahead or alike."""
        said = self.opened().manage("look_into_shop", "--path", path, "--tokens", str(self.ahead))
        found: dict[str, Any] = json.loads(said)
        are_own = found["different_lists"] == found["ranked_ahead"] == found["lists"]
        if found["fallbacks"] or not found["shortest_list"] or not are_own:
            raise ShopError(f"the shop does not answer each shopper from its model: {found}")
        return found


def _follow(program: Program, report: Callable[[float, str], None]) -> None:
    """Return once a program has ended well; its last line says how far it is. Raises ShopError."""
    while program.is_running:
        fraction, _, text = program.tail().rstrip().rpartition("\n")[2].partition(" ")
        if fraction.replace(".", "", 1).isdigit():
            report(float(fraction), text)
        time.sleep(SECONDS_BETWEEN_LOOKS)
    if program.process.returncode:
        raise ShopError(f"{program.name} failed:\n{program.tail()}")
