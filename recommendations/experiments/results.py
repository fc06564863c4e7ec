"""Results of an experiment from the log: shoppers by variant, and the funnel from a list to an order by slot.

A shopper is a person: an account and the visitors it was are one, and count for the variant they saw first. Conversions
are orders of anything since then, so that a variant that only moves purchases from one product to another gains
nothing. In the funnel a click is a product opened from one list; it leads to a cart or an order when the same shopper
put this product into the cart or ordered it after their last click on it.
"""

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import numpy as np
from django.db.models import Count, Q
from django.utils import timezone

from ml.experiments import Arm, Lift, lift_of, sample_ratio_p_value
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, VisitorLink
from recommendations.behaviour.trust import MOST_PER_MINUTE, too_fast
from recommendations.counting.models import Impression
from recommendations.experiments.models import Experiment, Exposure, Variant

CLICKS = (Kind.VIEW, Kind.SEARCH_CLICK)


@dataclass
class Funnel:
    """Lists shown, products clicked in them, and which of these clicks led to a cart and to an order."""

    impressions: int = 0
    clicks: int = 0
    carts: int = 0
    orders: int = 0

    def add(self, other: "Funnel") -> None:
        self.impressions += other.impressions
        self.clicks += other.clicks
        self.carts += other.carts
        self.orders += other.orders


@dataclass(frozen=True)
class VariantResult:
    """The result of one variant; lift is None for the control."""

    name: str
    is_control: bool
    share: float
    arm: Arm
    funnel: Funnel
    lift: Lift | None

    @property
    def conversion(self) -> float:
        """Return the share of shoppers who ordered."""
        return self.arm.conversions / self.arm.shoppers if self.arm.shoppers else 0.0


@dataclass(frozen=True)
class FunnelRow:
    """The funnel of one variant in one slot with one model version."""

    slot: str
    model_version: str
    variant: str
    funnel: Funnel


@dataclass(frozen=True)
class Results:
    """The control first. ratio_p_value: whether shoppers came in the shares asked for (ml/experiments.py)."""

    variants: tuple[VariantResult, ...]
    rows: tuple[FunnelRow, ...]
    ratio_p_value: float


class _FirstLook(NamedTuple):
    variant_id: uuid.UUID
    at: datetime


class _Click(NamedTuple):
    """The list, the shopper (as a person) and the product."""

    recomm_id: uuid.UUID
    person: uuid.UUID
    product_id: uuid.UUID


class _Cell(NamedTuple):
    variant_id: uuid.UUID
    slot: str
    model_version: str


@dataclass
class _Behaviour:
    """Persons who ordered anything; clicks, and those that led to a cart and to an order."""

    buyers: set[uuid.UUID] = field(default_factory=set)
    clicks: set[_Click] = field(default_factory=set)
    carts: set[_Click] = field(default_factory=set)
    orders: set[_Click] = field(default_factory=set)


def experiment_results(experiment: Experiment) -> Results:
    """Return the figures of an experiment so far, or up to its stop.

    Robots do not count (recommendations/behaviour/trust.py). Six queries over its part of the log; one more when
    a shopper was faster than a person can be.
    """
    variants = list(experiment.variants.all())
    owners, looks = _first_looks(experiment)
    robots = _robots(experiment, owners) if looks else set()
    looks = {person: look for person, look in looks.items() if person not in robots}
    behaviour = _behaviour(experiment, owners, looks)
    cells = _cells(experiment, owners, behaviour, robots)
    shoppers = Counter(look.variant_id for look in looks.values())
    buyers = Counter(looks[person].variant_id for person in behaviour.buyers)
    arms = {variant.pk: Arm(shoppers[variant.pk], buyers[variant.pk]) for variant in variants}
    names = {variant.pk: variant.name for variant in variants}
    shares = [variant.share for variant in variants]
    has_ratio = len(variants) > 1 and min(shares) > 0
    return Results(
        variants=tuple(_results_of(variants, arms, cells)),
        rows=tuple(
            FunnelRow(cell.slot, cell.model_version, names[cell.variant_id], funnel)
            for cell, funnel in sorted(cells.items(), key=lambda pair: (pair[0].slot, pair[0].model_version))
            if cell.variant_id in names
        ),
        ratio_p_value=sample_ratio_p_value([shoppers[v.pk] for v in variants], shares) if has_ratio else 1.0,
    )


def _results_of(
    variants: list[Variant], arms: dict[uuid.UUID, Arm], cells: dict[_Cell, Funnel]
) -> Iterator[VariantResult]:
    control = next((arms[variant.pk] for variant in variants if variant.is_control), None)
    for variant in variants:
        funnel = Funnel()
        for cell, part in cells.items():
            if cell.variant_id == variant.pk:
                funnel.add(part)
        compared = control is not None and not variant.is_control
        lift = lift_of(control, arms[variant.pk], comparisons=len(variants) - 1) if control and compared else None
        yield VariantResult(variant.name, variant.is_control, variant.share, arms[variant.pk], funnel, lift)


def _first_looks(experiment: Experiment) -> tuple[dict[uuid.UUID, uuid.UUID], dict[uuid.UUID, _FirstLook]]:
    """Return the accounts that visitors turned out to be, and each person's first look; two queries."""
    exposures = Exposure.objects.filter(experiment_id=experiment.pk).order_by("exposed_at")
    seen = list(exposures.values_list("shopper_id", "variant_id", "exposed_at"))
    exposed = {shopper_id for shopper_id, _, _ in seen}
    links = VisitorLink.objects.values_list("visitor_id", "user_id") if exposed else ()
    owners = {visitor: user for visitor, user in links if visitor in exposed or user in exposed}
    looks: dict[uuid.UUID, _FirstLook] = {}
    for shopper_id, variant_id, exposed_at in seen:
        looks.setdefault(owners.get(shopper_id, shopper_id), _FirstLook(variant_id, exposed_at))
    return owners, looks


def _robots(experiment: Experiment, owners: dict[uuid.UUID, uuid.UUID]) -> set[uuid.UUID]:
    """Return the persons who did more in some minute since the start than a person can; one query, or two."""
    rows = Interaction.objects.filter(
        recorded_at__gte=experiment.started_at, source__in=sorted(Interaction.LIVE_SOURCES)
    )
    rows = rows.exclude(kind=Kind.PURCHASE).order_by()
    counts = rows.values("shopper_id").annotate(events=Count("id")).filter(events__gt=MOST_PER_MINUTE)
    suspects = [row["shopper_id"] for row in counts]
    if not suspects:
        return set()
    events = rows.of_shoppers(suspects).values_list("shopper_id", "occurred_at")
    numbers = {shopper_id: number for number, shopper_id in enumerate(suspects)}
    events_at = [(numbers[shopper_id], occurred_at.timestamp()) for shopper_id, occurred_at in events.iterator()]
    shoppers, times = np.array([n for n, _ in events_at], np.int64), np.array([at for _, at in events_at], np.float64)
    robots = [suspects[number] for number in too_fast(shoppers, times).tolist()]
    return {owners.get(shopper_id, shopper_id) for shopper_id in robots}


def _behaviour(
    experiment: Experiment, owners: dict[uuid.UUID, uuid.UUID], looks: dict[uuid.UUID, _FirstLook]
) -> _Behaviour:
    """Return the behaviour of the experiment's shoppers after their first look; one query."""
    behaviour = _Behaviour()
    if not looks:
        return behaviour
    until = experiment.stopped_at or timezone.now()
    relevant = Q(kind__in=[Kind.ADD_TO_CART, Kind.PURCHASE]) | Q(kind__in=CLICKS, recomm_id__isnull=False)
    rows = Interaction.objects.filter(
        relevant,
        recorded_at__gte=experiment.started_at,
        occurred_at__lte=until,
        source__in=sorted(Interaction.LIVE_SOURCES),
    ).order_by("occurred_at")
    last_click: dict[tuple[uuid.UUID, uuid.UUID | None], _Click] = {}
    columns = ("shopper_id", "kind", "product_id", "recomm_id", "occurred_at")
    for shopper_id, kind, product_id, recomm_id, occurred_at in rows.values_list(*columns).iterator():
        person = owners.get(shopper_id, shopper_id)
        if person not in looks or occurred_at < looks[person].at:
            continue
        if kind in CLICKS:
            last_click[person, product_id] = click = _Click(recomm_id, person, product_id)
            behaviour.clicks.add(click)
            continue
        if kind == Kind.PURCHASE:
            behaviour.buyers.add(person)
        if (clicked := last_click.get((person, product_id))) is not None:
            (behaviour.orders if kind == Kind.PURCHASE else behaviour.carts).add(clicked)
    return behaviour


def _cells(
    experiment: Experiment, owners: dict[uuid.UUID, uuid.UUID], behaviour: _Behaviour, robots: set[uuid.UUID]
) -> dict[_Cell, Funnel]:
    """Return the funnel of each variant, slot and model version; one query.

    A click counts only in a list that was shown to the same person: a list of somebody else, or none, is ignored.
    """
    cells: dict[_Cell, Funnel] = {}
    clicked = {(click.recomm_id, click.person) for click in behaviour.clicks}
    shown_as: dict[tuple[uuid.UUID, uuid.UUID], _Cell] = {}
    rows = Impression.objects.filter(experiment_id=experiment.pk)
    columns = ("id", "shopper_id", "variant_id", "slot", "model_version")
    for recomm_id, shopper_id, *place in rows.values_list(*columns).iterator():
        cell, person = _Cell(*place), owners.get(shopper_id, shopper_id)
        if person in robots:
            continue
        cells.setdefault(cell, Funnel()).impressions += 1
        if (recomm_id, person) in clicked:
            shown_as[recomm_id, person] = cell
    for name in ("clicks", "carts", "orders"):
        for click in getattr(behaviour, name):
            if (shown_in := shown_as.get((click.recomm_id, click.person))) is not None:
                funnel = cells[shown_in]
                setattr(funnel, name, getattr(funnel, name) + 1)
    return cells
