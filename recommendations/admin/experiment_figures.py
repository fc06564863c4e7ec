"""Figures of an experiment in words and charts."""

from collections.abc import Sequence
from dataclasses import dataclass

from ml.experiments import SAMPLE_RATIO_ALARM, Lift
from recommendations.admin.charts import Chart
from recommendations.experiments.models import Variant
from recommendations.experiments.results import Results, VariantResult

SURE = 0.05
# An interval that reaches further than this says nothing yet.
WIDEST_LIFT = 10.0
LEAST_SHOWN = 0.001
STEPS = ("impressions", "clicks", "carts", "orders")
LABELS = ("Lists shown", "Clicks", "Carts", "Orders")


@dataclass(frozen=True)
class Verdict:
    """A sentence for people; `state` is fine, raised (an alarm) or unknown."""

    state: str
    text: str


def ratio_verdict(results: Results) -> Verdict:
    """Say whether shoppers came in the shares asked for."""
    counts = " to ".join(f"{variant.arm.shoppers:,}" for variant in results.variants)
    if not any(variant.arm.shoppers for variant in results.variants):
        return Verdict("unknown", "No shopper has seen a variant yet.")
    chance = f"(p {'' if results.ratio_p_value < LEAST_SHOWN else '= '}{probability(results.ratio_p_value)})"
    asked = " to ".join(f"{variant.share * 100:g}" for variant in results.variants)
    if results.ratio_p_value < SAMPLE_RATIO_ALARM:
        return Verdict(
            "raised",
            f"The shares did not come out: {counts} shoppers where {asked} was asked for {chance}. "
            "Something other than chance sorts shoppers, for example a variant whose pages fail. Do not trust the lift "
            "below; find the cause and start anew.",
        )
    return Verdict(
        "fine",
        f"The shares came out as asked for: {counts} shoppers, {asked} {chance}.",
    )


def lift_verdict(variant: VariantResult) -> Verdict:
    """Say whether a variant is better than the control."""
    lift = variant.lift
    if lift is None:
        return Verdict("unknown", "What the others are compared with.")
    if lift.p_value >= SURE:
        return Verdict("unknown", "Not decided: no difference that chance could not make.")
    return Verdict("fine", "Better than the control.") if lift.low > 0 else Verdict("raised", "Worse than the control.")


def table(results: Results, variants: Sequence[Variant]) -> list[dict[str, object]]:
    """Return the rows of the results, the control first."""
    ranks_by = {variant.name: _ranks_by(variant) for variant in variants}
    return [
        {
            "result": result,
            "ranks_by": ranks_by.get(result.name, ""),
            "counts": [
                ("Shoppers", f"{result.arm.shoppers:,}"),
                *((label, f"{getattr(result.funnel, step):,}") for label, step in zip(LABELS, STEPS, strict=True)),
            ],
            "share": f"{result.share * 100:g} %",
            "conversion": f"{result.conversion * 100:.2f} %",
            "lift": _percent(result.lift.value) if result.lift and result.lift.value is not None else "–",
            "interval": _interval(result.lift) if result.lift else "–",
            "p_value": probability(result.lift.p_value) if result.lift else "–",
            "verdict": lift_verdict(result),
        }
        for result in results.variants
    ]


def conversion_chart(results: Results) -> Chart | None:
    """Return the share of shoppers who ordered, by variant; None before the first shopper."""
    if not any(variant.arm.shoppers for variant in results.variants):
        return None
    values = [round(variant.conversion * 100, 3) for variant in results.variants]
    said = ", ".join(
        f"{variant.name} {variant.conversion * 100:.2f} % ({variant.arm.conversions:,} of {variant.arm.shoppers:,})"
        for variant in results.variants
    )
    return Chart(
        name="chart-conversion",
        title="Conversion",
        description=f"The share of shoppers who ordered anything after their first look: {said}.",
        spec={
            "type": "bar",
            "labels": [variant.name for variant in results.variants],
            "series": [{"label": "% of shoppers", "values": values}],
        },
        headers=["Variant", "Shoppers", "Ordered", "Conversion"],
        rows=[
            [
                variant.name,
                f"{variant.arm.shoppers:,}",
                f"{variant.arm.conversions:,}",
                f"{variant.conversion * 100:.2f} %",
            ]
            for variant in results.variants
        ],
    )


def funnel_chart(results: Results) -> Chart | None:
    """Return clicks, carts and orders per hundred lists shown, by variant; None before the first list."""
    shown = [variant for variant in results.variants if variant.funnel.impressions]
    if not shown:
        return None
    steps = STEPS[1:]
    return Chart(
        name="chart-funnel",
        title="From a list to an order",
        description=(
            "Products clicked in a hundred lists shown, and how many of these clicks led to the cart and to an order: "
            + "; ".join(
                f"{variant.name} {', '.join(f'{_per_hundred(variant, step):.1f} {step}' for step in steps)}"
                for variant in shown
            )
            + "."
        ),
        spec={
            "type": "bar",
            "labels": [step.capitalize() for step in steps],
            "series": [
                {"label": variant.name, "values": [round(_per_hundred(variant, step), 3) for step in steps]}
                for variant in shown
            ],
        },
        headers=["Slot", "Model version", "Variant", *LABELS],
        rows=[
            [
                row.slot or "–",
                row.model_version or "–",
                row.variant,
                *(f"{getattr(row.funnel, step):,}" for step in STEPS),
            ]
            for row in results.rows
        ],
    )


def probability(value: float) -> str:
    """Return a p-value as people read it."""
    return f"< {LEAST_SHOWN}" if value < LEAST_SHOWN else f"{value:.3f}"


def _per_hundred(variant: VariantResult, step: str) -> float:
    return 100 * float(getattr(variant.funnel, step)) / variant.funnel.impressions


def _interval(lift: Lift) -> str:
    return "not known yet" if lift.high > WIDEST_LIFT else f"{_percent(lift.low)} to {_percent(lift.high)}"


def _percent(value: float) -> str:
    return f"{value * 100:+.1f} %".replace("-", "−")


def _ranks_by(variant: Variant) -> str:
    parts = [f"profile {variant.ranking_profile}"] if variant.ranking_profile else []
    parts += [f"version {variant.model_version}"] if variant.model_version else []
    parts += [f"rules {variant.rule_set}"] if variant.rule_set else []
    return ", ".join(parts) or "what serves anyway"
