"""What is known of a shopper at the time of a request."""

import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np
from django.db import connections, router
from numpy.typing import NDArray

from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.behaviour.models import Interaction, ShopperProfile, VisitorLink
from recommendations.behaviour.profiles import NO_MODEL, History, fold_in, read_history
from recommendations.experiments.exposures import known_variant, record_exposure
from recommendations.experiments.running import RunningExperiment, RunningVariant
from recommendations.serving.served import Served
from shop.catalogue.prepared import PreparedQuery

logger = logging.getLogger(__name__)

NO_HISTORY = History()


@dataclass(frozen=True)
class Placement:
    """A shopper's variant in a running experiment."""

    experiment: RunningExperiment
    variant: RunningVariant


@dataclass(frozen=True, eq=False)
class KnownShopper:
    """What was written down of a shopper's history, and the vector (float32 [d], None without events the model knows).

    ahead: what was ranked for them when the profile was written, see ranked_ahead.py; empty: nothing.
    """

    known: History | Mapping[str, Any]
    vector: NDArray[np.float32] | None = None
    ahead: bytes | memoryview = b""

    @cached_property
    def history(self) -> History:
        """The history; it is read when it is asked for, which most lists ranked ahead do not."""
        return self.known if isinstance(self.known, History) else History.from_json(self.known)

    @property
    def is_stranger(self) -> bool:
        """Whether nothing is known that a list could follow from."""
        return self.vector is None and replace(self.history, visitors=(), row={}) == NO_HISTORY

    @property
    def unwanted(self) -> set[uuid.UUID]:
        """Products never to be recommended: bought (or rated, so owned) and dismissed ones."""
        return {*self.history.bought, *self.history.not_interested}


MOST_AT_ONCE = 100


class Profile(NamedTuple):
    """What a request reads of a ShopperProfile."""

    shopper_id: uuid.UUID
    model_version: str
    vector: bytes | memoryview
    history: Mapping[str, Any]
    ranked_ahead: bytes | memoryview


# What MongoDB is asked for, under the names that the fields have there too.
_COLUMNS = dict.fromkeys(Profile._fields, 1) | {"_id": 0}

NOBODY = KnownShopper(NO_HISTORY)


def has_events(shopper_id: uuid.UUID) -> bool:
    """Tell whether the log holds anything of this shopper, or of a visitor they were."""
    shoppers = [shopper_id, *VisitorLink.objects.visitors_of(shopper_id)]
    return Interaction.objects.of_shoppers(shoppers).exists()


def known_shopper(shopper_id: uuid.UUID | None, served: Served | None) -> KnownShopper:
    """Return what the profile says, or the same computed from the log when no worker wrote it yet.

    One query, two when computed. With the behaviour database away everybody is a stranger.
    """
    return placed_shopper(shopper_id, read_profiles([shopper_id]), served, None)[0]


def read_profiles(shopper_ids: Sequence[uuid.UUID | None]) -> Mapping[uuid.UUID, Profile] | None:
    """Return the profiles there are of shoppers, by id; None when the behaviour database is away.

    One query, for more than a hundred one for each hundred; none where nobody is asked for.
    """
    wanted = [shopper_id for shopper_id in dict.fromkeys(shopper_ids) if shopper_id is not None]
    chunks = (wanted[start : start + MOST_AT_ONCE] for start in range(0, len(wanted), MOST_AT_ONCE))
    try:
        return {profile.shopper_id: profile for chunk in chunks for profile in _read(chunk)}
    except BEHAVIOUR_DATABASE_ERRORS as error:
        logger.error("The behaviour database is away, shoppers are served as strangers: %s", error)
        return None


def placed_shopper(
    shopper_id: uuid.UUID | None,
    profiles: Mapping[uuid.UUID, Profile] | None,
    served: Served | None,
    slot: str | None,
) -> tuple[KnownShopper, Served | None, Placement | None]:
    """Return what is known of a shopper, what serves them in a slot, and the variant they see, if there is one.

    profiles: what `read_profiles` gave. slot None: outside of every experiment.
    One query where a profile must be computed; in a running experiment one insert for the first look, and one query for
    an account that was a visitor before.
    """
    if shopper_id is None or profiles is None:
        return NOBODY, served, None
    profile = profiles.get(shopper_id)
    experiment = served.experiment_in(slot) if served and slot is not None else None
    try:
        if served is None or slot is None or experiment is None:
            return _known(shopper_id, profile, served), served, None
        placement = place(experiment, shopper_id, _visitors_of(profile))
        in_variant = served.as_in(placement.variant)
        if in_variant is None:
            return _known(shopper_id, profile, served), served, None
        shopper = _known(shopper_id, profile, in_variant)
        record_exposure(experiment.id, placement.variant.id, shopper_id, slot)
    except BEHAVIOUR_DATABASE_ERRORS as error:
        logger.error("The behaviour database is away, shoppers are served as strangers: %s", error)
        return NOBODY, served, None
    return shopper, in_variant, placement


def place(experiment: RunningExperiment, shopper_id: uuid.UUID, visitors: Sequence[uuid.UUID]) -> Placement:
    """Return the variant of a shopper: the one brought along from a visitor they were, else the one of their hash."""
    known = experiment.variant(known_variant(experiment.id, shopper_id, visitors))
    return Placement(experiment, known or experiment.placed(shopper_id))


def _read(shopper_ids: Sequence[uuid.UUID]) -> list[Profile]:
    alias = router.db_for_read(ShopperProfile)
    if connections[alias].vendor == "mongodb":
        return _read_documents(connections[alias], shopper_ids)
    rows = _query(alias, 1 if len(shopper_ids) == 1 else MOST_AT_ONCE).rows(shopper_ids)
    return [Profile(*row) for row in rows]


def _read_documents(connection: Any, shopper_ids: Sequence[uuid.UUID]) -> list[Profile]:
    """Ask MongoDB as Django would, without its writing of the question and its way through JSON (decision 018)."""
    key, table = ShopperProfile._meta.get_field("shopper_id"), ShopperProfile._meta.db_table
    asked = {key.get_db_prep_value(shopper_id, connection): shopper_id for shopper_id in shopper_ids}
    match = {key.column: {"$in": list(asked)}}
    found = connection.get_collection(table).aggregate([{"$match": match}, {"$project": _COLUMNS}])
    return [Profile(**document | {key.name: asked[document[key.column]]}) for document in found]


@cache
def _query(alias: str, n_keys: int) -> PreparedQuery:
    return PreparedQuery.of(ShopperProfile.objects.all(), Profile._fields, alias=alias, n_keys=n_keys)


def _visitors_of(profile: Profile | None) -> tuple[uuid.UUID, ...]:
    """A linked account always has a row that names its visitors (shoppers/visitors.py), so no query."""
    return tuple(uuid.UUID(hex=visitor) for visitor in profile.history.get("visitors", ())) if profile else ()


def _known(shopper_id: uuid.UUID, profile: Profile | None, served: Served | None) -> KnownShopper:
    """Return the profile's contents, or those of the log when it is of another version; one query then."""
    if profile is not None and profile.model_version == (served.version if served else NO_MODEL):
        vector = np.frombuffer(profile.vector, dtype="<f4")
        return KnownShopper(profile.history, vector if vector.size else None, profile.ranked_ahead or b"")
    _, history = read_history(shopper_id, _visitors_of(profile))
    return KnownShopper(history, fold_in(served.index, history.row) if served else None)
