"""Profiles of shoppers as a request reads them, and the variants that shoppers see."""

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
from recommendations.serving.handle import Served
from shop.catalogue.prepared import PreparedQuery

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 100
NO_HISTORY = History()


class ProfileRow(NamedTuple):
    """The columns of a ShopperProfile that a request reads."""

    shopper_id: uuid.UUID
    model_version: str
    vector: bytes | memoryview
    history: Mapping[str, Any]
    ranked_ahead: bytes | memoryview


# The fields that MongoDB is asked for, which have the same names there.
_COLUMNS = dict.fromkeys(ProfileRow._fields, 1) | {"_id": 0}


@dataclass(frozen=True, eq=False)
class Profile:
    """Everything known of a shopper; empty for a stranger.

    - `stored`: the history, or its JSON form.
    - `vector`: float32 [d], None without events that the model knows.
    - `ahead`: the list ranked when the profile was written (lists/ranked_ahead.py), or empty.
    """

    stored: History | Mapping[str, Any]
    vector: NDArray[np.float32] | None = None
    ahead: bytes | memoryview = b""
    shopper_id: uuid.UUID | None = None

    @cached_property
    def history(self) -> History:
        """The history. It is parsed on first use; most lists ranked ahead do without."""
        return self.stored if isinstance(self.stored, History) else History.from_json(self.stored)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known that a list could follow from."""
        return self.vector is None and replace(self.history, visitors=(), row={}) == NO_HISTORY

    @property
    def unwanted(self) -> set[uuid.UUID]:
        """Products never to be recommended: bought (or rated, so owned) and dismissed ones."""
        return {*self.history.bought, *self.history.not_interested}


EMPTY_PROFILE = Profile(NO_HISTORY)


@dataclass(frozen=True)
class Assignment:
    """The variant of a running experiment that a shopper sees."""

    experiment: RunningExperiment
    variant: RunningVariant

    def record_exposure(self, shopper_id: uuid.UUID, slot: str) -> None:
        """Write down the shopper's first look at the variant; at most one statement."""
        record_exposure(self.experiment.id, self.variant.id, shopper_id, slot)


def has_events(shopper_id: uuid.UUID) -> bool:
    """Tell whether the log holds anything of this shopper, or of a visitor they were."""
    shoppers = [shopper_id, *VisitorLink.objects.visitors_of(shopper_id)]
    return Interaction.objects.of_shoppers(shoppers).exists()


def profile_of(shopper_id: uuid.UUID | None, served: Served | None) -> Profile:
    """Return the stored profile, or the same computed from the log when no worker wrote it yet.

    One query, two when computed. With the behaviour database away every profile is empty.
    """
    return assigned_profile(shopper_id, read_profiles([shopper_id]), served, None)[0]


def read_profiles(shopper_ids: Sequence[uuid.UUID | None]) -> Mapping[uuid.UUID, ProfileRow] | None:
    """Return the stored profiles of shoppers by id; None when the behaviour database is away.

    One query for each hundred shoppers, none for strangers.
    """
    ids = [shopper_id for shopper_id in dict.fromkeys(shopper_ids) if shopper_id is not None]
    chunks = (ids[start : start + MOST_AT_ONCE] for start in range(0, len(ids), MOST_AT_ONCE))
    try:
        return {row.shopper_id: row for chunk in chunks for row in _read(chunk)}
    except BEHAVIOUR_DATABASE_ERRORS as error:
        logger.error("The behaviour database is away, shoppers are served as strangers: %s", error)
        return None


def assigned_profile(
    shopper_id: uuid.UUID | None,
    profiles: Mapping[uuid.UUID, ProfileRow] | None,
    served: Served | None,
    slot: str | None,
) -> tuple[Profile, Served | None, Assignment | None]:
    """Return a shopper's profile, what serves them in a slot, and the variant they see, if there is one.

    - `profiles`: as `read_profiles` returns them.
    - `slot`: None outside of every experiment.

    One query where a profile must be computed; in a running experiment one more for an account that was a visitor.
    """
    if shopper_id is None or profiles is None:
        return EMPTY_PROFILE, served, None
    row = profiles.get(shopper_id)
    experiment = served.experiment_in(slot) if served and slot is not None else None
    try:
        if served is None or experiment is None:
            return _profile(shopper_id, row, served), served, None
        assignment = assign(experiment, shopper_id, _visitors_of(row))
        in_variant = served.as_in(assignment.variant)
        if in_variant is None:
            return _profile(shopper_id, row, served), served, None
        return _profile(shopper_id, row, in_variant), in_variant, assignment
    except BEHAVIOUR_DATABASE_ERRORS as error:
        logger.error("The behaviour database is away, shoppers are served as strangers: %s", error)
        return EMPTY_PROFILE, served, None


def assign(experiment: RunningExperiment, shopper_id: uuid.UUID, visitors: Sequence[uuid.UUID]) -> Assignment:
    """Return the variant of a shopper: the one brought along from a visitor they were, else the one of their hash."""
    known = experiment.variant(known_variant(experiment.id, shopper_id, visitors))
    return Assignment(experiment, known or experiment.assigned(shopper_id))


def _read(shopper_ids: Sequence[uuid.UUID]) -> list[ProfileRow]:
    alias = router.db_for_read(ShopperProfile)
    if connections[alias].vendor == "mongodb":
        return _read_documents(connections[alias], shopper_ids)
    rows = _query(alias, 1 if len(shopper_ids) == 1 else MOST_AT_ONCE).rows(shopper_ids)
    return [ProfileRow(*row) for row in rows]


def _read_documents(connection: Any, shopper_ids: Sequence[uuid.UUID]) -> list[ProfileRow]:
    """Ask MongoDB as Django would, without compiling the query and without its way through JSON (decision 018)."""
    key, table = ShopperProfile._meta.get_field("shopper_id"), ShopperProfile._meta.db_table
    ids = {key.get_db_prep_value(shopper_id, connection): shopper_id for shopper_id in shopper_ids}
    match = {key.column: {"$in": list(ids)}}
    documents = connection.get_collection(table).aggregate([{"$match": match}, {"$project": _COLUMNS}])
    return [ProfileRow(**document | {key.name: ids[document[key.column]]}) for document in documents]


@cache
def _query(alias: str, n_keys: int) -> PreparedQuery:
    return PreparedQuery.of(ShopperProfile.objects.all(), ProfileRow._fields, alias=alias, n_keys=n_keys)


def _visitors_of(row: ProfileRow | None) -> tuple[uuid.UUID, ...]:
    """Return the visitors an account was; its row always names them (shoppers/visitors.py), so no query."""
    return tuple(uuid.UUID(hex=visitor) for visitor in row.history.get("visitors", ())) if row else ()


def _profile(shopper_id: uuid.UUID, row: ProfileRow | None, served: Served | None) -> Profile:
    """Return the stored profile, or the log's when it was written for another version; one query then."""
    if row is not None and row.model_version == (served.version if served else NO_MODEL):
        vector = np.frombuffer(row.vector, dtype="<f4")
        return Profile(row.history, vector if vector.size else None, row.ranked_ahead or b"", shopper_id)
    _, history = read_history(shopper_id, _visitors_of(row))
    return Profile(history, fold_in(served.index, history.row) if served else None, shopper_id=shopper_id)
