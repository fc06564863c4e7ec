"""Who saw which variant of an experiment, and in which lists.

A first look is one insert in the request, for it decides the variant of this shopper for good. Lists shown are kept in
memory and written down twice a minute: no request waits for them, and those of a process that is killed are lost with
it.
"""

import logging
import threading
import uuid
from collections import OrderedDict
from collections.abc import Sequence

from recommendations.experiments.models import Exposure

logger = logging.getLogger(__name__)

# Shoppers of whom this process remembers that they were written down; about 200 bytes each.
MOST_REMEMBERED = 50_000


class ExposureMemory:
    """What this process knows of first looks: variant ids by experiment and shopper, the most recent."""

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
    """Return the variant a shopper was placed in by other means than their own hash, or was seen in by this process.

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
