"""Log of a live shop, compared with the events that were sent to it."""

from __future__ import annotations

import json
from collections.abc import Collection

from benchmarks.shops.live_shop import LiveShop

_REPORTED = """
import json
from recommendations.models import Interaction
rows = Interaction.objects.filter(source="api").values_list("pk", flat=True)
print(json.dumps([str(pk) for pk in rows.iterator(10_000)]))
"""


def reported_ids(shop: LiveShop) -> list[str]:
    """Return the ids of all events in the log that clients reported, in no particular order."""
    return [str(event_id) for event_id in json.loads(shop.manage("shell", "--no-imports", "--command", _REPORTED))]


def compared(sent: Collection[str], logged: Collection[str]) -> dict[str, int]:
    """Return numbers of sent ids, of ids that the log lacks, and of rows that it has beyond one per id."""
    distinct = set(sent)
    return {
        "events_sent": len(distinct),
        "events_lost": len(distinct - set(logged)),
        "events_doubled": len(logged) - len(distinct & set(logged)),
    }
