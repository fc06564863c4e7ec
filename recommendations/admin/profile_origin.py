"""Origin of the weights of the shop's own ranking profiles, in words."""

from typing import Any

from recommendations.versions.ranking_profiles import LEARNED, learned_figures

ORIGIN_OF_CLASSIC = "What the shop starts with, and ranks by while no profile is active. It never changes."


def origin_of(name: str) -> str:
    """Return the origin of `classic` or `learned` in a sentence; one query for the latter."""
    return _origin_of_learned(learned_figures()) if name == LEARNED else ORIGIN_OF_CLASSIC


def _origin_of_learned(figures: dict[str, Any]) -> str:
    if not figures:
        return "No model version serves yet: these are the classic weights."
    version = figures["version"]
    if "weights" not in figures:
        return (
            f"Version {version} has learned none, because it was not measured or too few shoppers have a past to hold "
            "a product out of: these are the classic weights."
        )
    found_by = figures.get("found_by", version)
    carried = "" if found_by == version else f", which version {version} was trained on from"
    low, high = figures["interval"]
    return (
        f"Learned by the training of version {found_by}{carried}, from {figures['fitted_on']:,} products that were "
        f"held out of shoppers’ pasts. On those of {figures['measured_on']:,} other shoppers NDCG@10 is "
        f"{figures['learned']:.3f}, and {figures['classic']:.3f} by the classic weights: {figures['difference']:+.3f}, "
        f"95 % interval {low:+.3f} to {high:+.3f}. They follow the version that serves."
    )
