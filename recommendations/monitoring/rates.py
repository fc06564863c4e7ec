"""Checks of the event rate, the coverage and the rails that could not be filled, each against its usual value."""

import uuid
from datetime import datetime, timedelta
from statistics import fmean

from django.db.models import QuerySet, Sum

from recommendations.behaviour.models import Interaction, ShopperProfile
from recommendations.counting.models import RailCount
from recommendations.lists.intents.registry import INTENTS
from recommendations.lists.recommending import ranked_ids
from recommendations.monitoring.models import Check, CheckResult, Measurement
from recommendations.serving.handle import Served

HOURS = timedelta(hours=3)
WEEKS = 4
# With fewer events expected, chance alone halves or doubles them.
LEAST_EXPECTED = 50
SLOWEST, FASTEST = 0.5, 3.0

SHOPPERS_SAMPLED = 300
LIST_LENGTH = 20
LEAST_SHOPPERS = 20
LEAST_MEASUREMENTS = 3
COVERAGE_LEFT = 0.5
USUAL = timedelta(days=7)

RAILS_OF = timedelta(hours=24)
LEAST_RAILS = 100
LEAST_ALARMING = 0.1


def event_rate(now: datetime) -> CheckResult:
    """Compare the events of the last three hours with those of the same hours of the four weeks before."""
    happened = _live_events(now - HOURS, now)
    weeks = [
        count
        for week in range(1, WEEKS + 1)
        if (count := _live_events(now - HOURS - timedelta(weeks=week), now - timedelta(weeks=week)))
    ]
    expected = fmean(weeks) if weeks else 0.0
    compared = f"{happened:,} events in three hours; {expected:,.0f} in the same hours of {len(weeks)} weeks before"
    if expected < LEAST_EXPECTED:
        text = f"Cannot be measured: {compared}, and {LEAST_EXPECTED} are needed."
        return CheckResult(Check.EVENT_RATE, None, text, SLOWEST, FASTEST)
    text = (
        f"{compared}. 1 is normal; below {SLOWEST} shoppers stay away or events get lost, above {FASTEST:.0f} "
        "something sends too many."
    )
    return CheckResult(Check.EVENT_RATE, round(happened / expected, 4), text, SLOWEST, FASTEST)


def _live_events(start: datetime, end: datetime) -> int:
    rows = Interaction.objects.filter(recorded_at__gte=start, recorded_at__lt=end)
    return rows.filter(source__in=Interaction.LIVE_SOURCES).count()


def coverage(served: Served | None, now: datetime) -> CheckResult:
    """Measure the share of the catalogue among the first products of the shoppers seen last.

    The bound is half of the mean of the week before.
    """
    sampled = _last_seen(served) if served is not None else []
    if served is None or len(sampled) < LEAST_SHOPPERS:
        text = f"Cannot be measured: {len(sampled)} shoppers known to the promoted version, {LEAST_SHOPPERS} needed."
        return CheckResult(Check.COVERAGE, None, text)
    shown = {product_id for shopper_id in sampled for product_id in ranked_ids(shopper_id, served, LIST_LENGTH)}
    products = served.index.n_items
    usual = _usual(Check.COVERAGE, now)
    least = None if usual is None else round(usual * COVERAGE_LEFT, 4)
    text = (
        f"{len(shown):,} of {products:,} products are among the first {LIST_LENGTH} of the {len(sampled)} shoppers "
        "seen last. Few products for everybody means that lists are no longer personal"
        + (f"; usual in the last week: {usual:.1%}." if usual is not None else ".")
    )
    return CheckResult(Check.COVERAGE, round(len(shown) / products, 4), text, least=least)


def _last_seen(served: Served) -> list[uuid.UUID]:
    rows = ShopperProfile.objects.filter(model_version=served.version, event_count__gt=0).order_by("-updated_at")
    return list(rows.values_list("shopper_id", flat=True)[:SHOPPERS_SAMPLED])


def _usual(check: Check, now: datetime) -> float | None:
    """Return the mean of the measurements of the week before; None with too few of them."""
    rows = Measurement.objects.filter(name=check.value, measured_at__gte=now - USUAL)
    values = [value for value in rows.values_list("value", flat=True) if value is not None]
    return fmean(values) if len(values) >= LEAST_MEASUREMENTS else None


def empty_rails(now: datetime) -> CheckResult:
    """Compare the share of a day's rails that were empty, short or filled up with that of the week before.

    New visitors get popular products, so some share is normal; the bound lies half as far again above it. Rails of
    recently viewed products are left out: their length is up to the shopper.
    """
    counts = RailCount.objects.exclude(intent__in=[name for name, one in INTENTS.items() if not one.may_be_filled])
    today, rails = _share(counts.filter(hour__gte=now - RAILS_OF))
    earlier = counts.filter(hour__lt=now - RAILS_OF, hour__gte=now - RAILS_OF - USUAL)
    usual, rails_before = _share(earlier)
    if min(rails, rails_before) < LEAST_RAILS:
        text = (
            f"Cannot be measured: {rails:,} rails in a day, {rails_before:,} in the week before; {LEAST_RAILS} needed."
        )
        return CheckResult(Check.EMPTY_RAILS, None, text)
    most = max(LEAST_ALARMING, usual + 0.5 * min(usual, 1.0 - usual))
    text = (
        f"Of {rails:,} rails in the last day {today:.1%} were empty, short or filled up with popular products; "
        f"{usual:.1%} in the week before."
    )
    return CheckResult(Check.EMPTY_RAILS, round(today, 4), text, most=round(most, 4))


def _share(rows: QuerySet[RailCount]) -> tuple[float, int]:
    """Return the share of rails that were not as requested, and the number of rails."""
    sums = rows.aggregate(**{name: Sum(name) for name in ("answered", "empty", "short", "fallback")})
    answered = sums["answered"] or 0
    incomplete = sum(sums[name] or 0 for name in ("empty", "short", "fallback"))
    return (incomplete / answered if answered else 0.0), answered
