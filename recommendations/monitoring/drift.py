"""Feature drift since the training of the promoted version, as a population stability index.

The newest events before the training are compared with the events since, by category and price of the products and by
kind of event. Imported events say nothing about the present and are left out on both sides.
"""

import uuid
from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from ml.population_stability import LARGE_SHIFT, SMALL_SHIFT, population_stability_index
from recommendations.behaviour.models import Interaction, InteractionQuerySet
from recommendations.monitoring.models import Check, CheckResult
from recommendations.serving.handle import Served
from recommendations.versions.models import ModelVersion
from shop.catalogue.models import Category, Product

# The newest rows read on each side: enough for shares, and little work however long the log is.
MOST_EVENTS = 20_000
# With fewer on one side, chance alone moves the index: its mean is (bins - 1) * (1/n + 1/m).
LEAST_EVENTS = 500
PRICE_BINS = 10
PRODUCTS_PER_QUERY = 5_000
WORDS = {
    Check.DRIFT_CATEGORY: "the main categories of the products",
    Check.DRIFT_PRICE: "the prices of the products, by the deciles at the training",
    Check.DRIFT_KIND: "the kinds of events",
}


@dataclass(frozen=True)
class Features:
    """Features of n events: kinds [n]; categories [m] and prices, float64 [m], of the m with a product in the shop."""

    kinds: Sequence[str]
    categories: Sequence[str]
    prices: NDArray[np.float64]


def feature_drift(served: Served | None) -> list[CheckResult]:
    """Return how far category, price and kind have moved since the promoted version was trained."""
    row = ModelVersion.objects.filter(version=served.version).first() if served else None
    moment = row.trained_through if row else None
    if moment is None:
        return [_unknown(check, "No version that learned from events serves.") for check in WORDS]
    before, since = _live_events(moment, is_after=False), _live_events(moment, is_after=True)
    if min(len(before), len(since)) < LEAST_EVENTS:
        few = f"{len(before):,} events before the training and {len(since):,} since: {LEAST_EVENTS:,} each are needed."
        return [_unknown(check, few) for check in WORDS]
    products = {product_id for _, product_id in [*before, *since] if product_id is not None}
    known = _traits(products)
    return _compare(_features(before, known), _features(since, known))


def _compare(before: Features, since: Features) -> list[CheckResult]:
    """Return one result per feature."""
    histograms = {Check.DRIFT_KIND: _by_value(before.kinds, since.kinds)}
    if before.prices.size and since.prices.size:
        histograms[Check.DRIFT_CATEGORY] = _by_value(before.categories, since.categories)
        edges = np.unique(np.quantile(before.prices, np.linspace(0, 1, PRICE_BINS + 1)[1:-1]))
        histograms[Check.DRIFT_PRICE] = (_by_price(before.prices, edges), _by_price(since.prices, edges))
    return [
        _finding(check, *histograms[check])
        if check in histograms
        else _unknown(check, "The events are of no product that is still in the shop.")
        for check in WORDS
    ]


def _finding(check: Check, before: NDArray[np.float64], since: NDArray[np.float64]) -> CheckResult:
    moved = population_stability_index(before, since)
    if moved > LARGE_SHIFT:
        verdict = "another population: a new training is requested"
    else:
        verdict = "worth watching" if moved > SMALL_SHIFT else "nothing to speak of"
    return CheckResult(
        check,
        round(moved, 4),
        most=LARGE_SHIFT,
        explanation=(
            f"Population stability index of {WORDS[check]}: {int(before.sum()):,} events before the training beside "
            f"{int(since.sum()):,} since. Below {SMALL_SHIFT} is nothing to speak of, above {LARGE_SHIFT} another "
            f"population (Siddiqi 2006). Now: {verdict}."
        ),
    )


def _unknown(check: Check, why: str) -> CheckResult:
    return CheckResult(check, None, most=LARGE_SHIFT, explanation=f"Cannot be measured. {why}")


def _live_events(moment: datetime, *, is_after: bool) -> list[tuple[str, uuid.UUID | None]]:
    """Return kind and product of the newest live events recorded after a moment, or up to it.

    Walk down the index by arrival, past imported events: half a second for a million rows.
    """
    live: InteractionQuerySet = Interaction.objects.filter(source__in=sorted(Interaction.LIVE_SOURCES))
    rows = live.filter(recorded_at__gt=moment) if is_after else live.filter(recorded_at__lte=moment)
    return list(rows.order_by("-recorded_at").values_list("kind", "product_id")[:MOST_EVENTS])


def _traits(product_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[str, float | None]]:
    """Return the path of the main category and the price of each product still in the shop."""
    keys, traits = list(product_ids), {}
    for start in range(0, len(keys), PRODUCTS_PER_QUERY):
        rows = Product.objects.filter(pk__in=keys[start : start + PRODUCTS_PER_QUERY])
        for pk, path, price in rows.values_list("pk", "category__path", "price"):
            traits[pk] = (path[: Category.steplen], None if price is None else float(price))
    return traits


def _features(
    events: Sequence[tuple[str, uuid.UUID | None]], known: dict[uuid.UUID, tuple[str, float | None]]
) -> Features:
    traits = [known[product_id] for _, product_id in events if product_id in known]
    prices = [price for _, price in traits if price is not None]
    return Features([kind for kind, _ in events], [category for category, _ in traits], np.array(prices, np.float64))


def _by_price(prices: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many prices lie between each two of the edges, float64 [edges + 1]."""
    return np.bincount(np.searchsorted(edges, prices), minlength=edges.size + 1).astype(np.float64)


def _by_value(before: Sequence[Hashable], since: Sequence[Hashable]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the frequency of each value on either side, float64 [b] twice."""
    counts = Counter(before), Counter(since)
    values = list(dict.fromkeys([*counts[0], *counts[1]]))
    left, right = (np.array([count[value] for value in values], dtype=np.float64) for count in counts)
    return left, right
