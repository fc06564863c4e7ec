"""First looks of shoppers at variants of experiments.

A first look is one insert in the request, because it decides the variant of the shopper for good.
"""

import threading
import uuid
from collections import OrderedDict
from collections.abc import Sequence

from recommendations.experiments.models import Exposure

# About 200 bytes each.
MOST_REMEMBERED = 50_000


class ExposureMemory:
    """Cache of the most recent first looks: variant ids by experiment and shopper."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._variants: OrderedDict[tuple[uuid.UUID, uuid.UUID], uuid.UUID] = OrderedDict()

    def get(self, experiment_id: uuid.UUID, shopper_id: uuid.UUID) -> uuid.UUID | None:
        return self._variants.get((experiment_id, shopper_id))

    def put(self, experiment_id: uuid.UUID, shopper_id: uuid.UUID, variant_id: uuid.UUID) -> None:
        with self._lock:
            self._variants[experiment_id, shopper_id] = variant_id
            if len(self._variants) > MOST_REMEMBERED:
                self._variants.popitem(last=False)


_memory = ExposureMemory()


def known_variant(experiment_id: uuid.UUID, shopper_id: uuid.UUID, visitors: Sequence[uuid.UUID]) -> uuid.UUID | None:
    """Return the variant a shopper was assigned to other than by their hash, or that this process saw them in.

    One query, and only for an account that was a visitor before: it may have brought the visitor's variant.
    """
    remembered = _memory.get(experiment_id, shopper_id)
    if remembered is not None or not visitors:
        return remembered
    rows = Exposure.objects.filter(pk=Exposure.id_of(experiment_id, shopper_id))
    variant_id = rows.values_list("variant_id", flat=True).first()
    if variant_id is not None:
        _memory.put(experiment_id, shopper_id, variant_id)
    return variant_id


def record_exposure(experiment_id: uuid.UUID, variant_id: uuid.UUID, shopper_id: uuid.UUID, slot: str) -> None:
    """Write down a shopper's first look at a variant; nothing when this process did already. At most one statement."""
    if _memory.get(experiment_id, shopper_id) is not None:
        return
    row = Exposure(
        id=Exposure.id_of(experiment_id, shopper_id),
        experiment_id=experiment_id,
        variant_id=variant_id,
        shopper_id=shopper_id,
        slot=slot,
    )
    Exposure.objects.add_once(row)
    _memory.put(experiment_id, shopper_id, variant_id)
