"""Time until a product that was just saved is recommended beside a similar one."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time

from benchmarks.shops.client import Visitor
from benchmarks.shops.live_shop import LiveShop
from benchmarks.shops.programs import ROOT, ShopError

SECONDS_TO_APPEAR = 10.0
SECONDS_BETWEEN_LOOKS = 0.05
LIST_LENGTH = 50
_moments = random.Random(0)
# Saves a product similar to another for each line it reads, as the admin does, and prints the ids of both. The new
# product has half of the words and some of its own: a copy would come last in the rail (ml/ranking/diversity.py).
_SAVER = """
import json
import sys
from shop.models import Product
likes = list(Product.objects.published().order_by("?")[:50])
print("ready", flush=True)
for number, _ in enumerate(sys.stdin):
    like = likes[number % len(likes)]
    words = like.description.split()
    words = words[: len(words) // 2] + [f"novelty{number}x{word}" for word in range(8)]
    twin = Product.objects.create(
        title=like.title, slug=f"new-{number}", description=" ".join(words), brand=like.brand,
        keywords=like.keywords, category_id=like.category_id, price=like.price, stock=10,
    )
    print(json.dumps([str(twin.pk), str(like.pk)]), flush=True)
"""


def time_new_products(shop: LiveShop, visitor: Visitor, n_products: int) -> list[float | None]:
    """Save products one after the other; return the seconds until each was in the list of its similar product.

    None stands for a product that never appeared.
    """
    command = [sys.executable, "manage.py", "shell", "--no-imports", "--command", _SAVER]
    with subprocess.Popen(  # noqa: S603 our own command, no shell
        command, cwd=ROOT, env=shop.environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as saver:
        if saver.stdin is None or saver.stdout is None or saver.stdout.readline() != "ready\n":
            raise ShopError("The process that saves products did not start.")
        taken = []
        for _ in range(n_products):
            # The web processes look for new products at fixed intervals: save at a random moment between two.
            time.sleep(_moments.random())
            saver.stdin.write("next\n")
            saver.stdin.flush()
            line = saver.stdout.readline()
            if not line:
                raise ShopError("The process that saves products ended by itself.")
            taken.append(_seconds_until_shown(visitor, *json.loads(line)))
        saver.stdin.close()
    return taken


def _seconds_until_shown(visitor: Visitor, product_id: str, like_id: str) -> float | None:
    started = time.monotonic()
    while time.monotonic() - started < SECONDS_TO_APPEAR:
        shown = visitor.recommended(intent="similar", item=like_id, limit=LIST_LENGTH)
        if product_id in {shown_id for shown_id, _ in shown}:
            return time.monotonic() - started
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return None
