"""Predicted ratings: the stars a shopper would give a product."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Sum

from recommendations.ratings import rating_versions
from shop.catalogue.models import Product

# The middle of the scale, for a shop without any rating.
MIDDLE_STARS = 3.0


@dataclass(frozen=True)
class PredictedRating:
    """A predicted rating of 1 to 5 stars; `source`: model, or the fallbacks product_mean and shop_mean."""

    shopper_id: uuid.UUID | None
    product_id: uuid.UUID
    stars: float
    source: str

    @property
    def fallback_used(self) -> bool:
        return self.source != "model"


@dataclass(frozen=True)
class PredictedRatings:
    """The model's version, and a prediction for each requested pair; None for products the shop does not show."""

    model_version: str | None
    predictions: list[PredictedRating | None]


def predict_ratings(pairs: Sequence[tuple[uuid.UUID | None, uuid.UUID]]) -> PredictedRatings:
    """Return the stars of (shopper, product) pairs; one query, two when the shop's mean is needed.

    The model predicts for a product it knows, and for an unrated product when it knows the shopper. The fallback is the
    mean of the product's stars, or of all stars.
    """
    product_ids = {product_id for _, product_id in pairs}
    rows = Product.objects.published().filter(pk__in=product_ids).values_list("pk", "rating_sum", "rating_count")
    rated = {pk: (stars, count) for pk, stars, count in rows}
    shown = [place for place, (_, product_id) in enumerate(pairs) if product_id in rated]
    by_model = _predictions([pairs[place] for place in shown], rated)
    predictions: list[PredictedRating | None] = [None] * len(pairs)
    shop_mean: float | None = None
    for place, predicted in zip(shown, by_model, strict=True):
        shopper_id, product_id = pairs[place]
        stars, count = rated[product_id]
        if predicted is not None:
            predictions[place] = PredictedRating(shopper_id, product_id, predicted, "model")
        elif count:
            predictions[place] = PredictedRating(shopper_id, product_id, stars / count, "product_mean")
        else:
            shop_mean = _shop_mean() if shop_mean is None else shop_mean
            predictions[place] = PredictedRating(shopper_id, product_id, shop_mean, "shop_mean")
    model = rating_versions.current()
    return PredictedRatings(model.version if model else None, predictions)


def _predictions(
    pairs: Sequence[tuple[uuid.UUID | None, uuid.UUID]], rated: dict[uuid.UUID, tuple[int, int]]
) -> list[float | None]:
    """Return the model's prediction for each pair; None where it knows too little."""
    model = rating_versions.current()
    if model is None or not pairs:
        return [None] * len(pairs)
    users, items = model.indices([shopper for shopper, _ in pairs], [product for _, product in pairs])
    unrated = np.array([rated[product][1] == 0 for _, product in pairs])
    answers = (items >= 0) | ((users >= 0) & unrated)
    stars = model.predictor.predict(users, items)
    return [float(value) if known else None for value, known in zip(stars, answers, strict=True)]


def _shop_mean() -> float:
    sums = Product.objects.aggregate(stars=Sum("rating_sum"), count=Sum("rating_count"))
    return sums["stars"] / sums["count"] if sums["count"] else MIDDLE_STARS
