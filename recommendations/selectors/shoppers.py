"""What is known of a shopper at the time of a request."""

import logging
import uuid
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommendations.models import Interaction, ShopperProfile, VisitorLink
from recommendations.profiles import NO_MODEL, History, fold_in, read_history
from recommendations.querysets import BEHAVIOUR_DATABASE_ERRORS
from recommendations.serving import Served

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class KnownShopper:
    """A shopper's history and vector (float32 [d], None without events the model knows)."""

    history: History
    vector: NDArray[np.float32] | None = None

    @property
    def unwanted(self) -> set[uuid.UUID]:
        """Products never to be recommended: bought (or rated, so owned) and dismissed ones."""
        return {*self.history.bought, *self.history.not_interested}


NOBODY = KnownShopper(History())


def has_events(shopper_id: uuid.UUID) -> bool:
    """Tell whether the log holds anything of this shopper, or of a visitor they were."""
    shoppers = [shopper_id, *VisitorLink.objects.visitors_of(shopper_id)]
    return Interaction.objects.of_shoppers(shoppers).exists()


def known_shopper(shopper_id: uuid.UUID | None, served: Served | None) -> KnownShopper:
    """Return what the profile says, or the same computed from the log when no worker wrote it yet.

    One query, two when computed. With the behaviour database away everybody is a stranger.
    """
    if shopper_id is None:
        return NOBODY
    try:
        profile = ShopperProfile.objects.filter(shopper_id=shopper_id).first()
        if profile is not None and profile.model_version == (served.version if served else NO_MODEL):
            vector = np.frombuffer(profile.vector, dtype="<f4")
            return KnownShopper(History.from_json(profile.history), vector if vector.size else None)
        # A linked account always has a row that names its visitors (services/visitors.py), so no third query.
        visitors = History.from_json(profile.history).visitors if profile else ()
        _, history = read_history(shopper_id, visitors)
    except BEHAVIOUR_DATABASE_ERRORS as error:
        logger.error("The behaviour database is away, shoppers are served as strangers: %s", error)
        return NOBODY
    return KnownShopper(history, fold_in(served.index, history.row) if served else None)
