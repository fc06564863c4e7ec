"""The log's verbs, chainable."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from recommendations.models import Interaction


class InteractionQuerySet(models.QuerySet["Interaction"]):
    """Interactions, narrowed step by step."""

    def of_shoppers(self, shopper_ids: Collection[uuid.UUID]) -> "InteractionQuerySet":
        return self.filter(shopper_id__in=shopper_ids)

    def recorded_since(self, moment: datetime) -> "InteractionQuerySet":
        return self.filter(recorded_at__gte=moment)

    def newest_first(self) -> "InteractionQuerySet":
        return self.order_by("-occurred_at", "-recorded_at")
