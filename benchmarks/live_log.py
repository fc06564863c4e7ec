"""What a live shop's log holds, held against what was sent to it."""

from __future__ import annotations

import json
from collections.abc import Collection

from benchmarks.live_shop import LiveShop

_REPORTED = """
import json
from recommendations.models import Interaction
rows = Interaction.objects.filter(source="api").values_list("pk", flat=True)
print(json.dumps([str(pk) for pk in rows.iterator(10_000)]))
"""


def reported_ids(shop: LiveShop) -> list[str]:
    """Return the ids of all events in the log that clients reported, in any order."""
    return [str(event_id) for event_id in json.loads(shop.manage("shell", "--no-imports", "--command", _REPORTED))]


def compared(sent: Collection[str], logged: Collection[str]) -> dict[str, int]:
    """Return how many ids were sent, how many of them the log lacks, and how many rows it holds beyond them."""
    distinct = set(sent)
    return {
        "events_sent": len(distinct),
        "events_lost": len(distinct - set(logged)),
        "events_doubled": len(logged) - len(distinct & set(logged)),
    }
