"""Training of the rating model on the shop's reviews and the ratings of the log."""

import time
import uuid
from dataclasses import dataclass

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from ml.artifact import ArtifactError
from ml.rating.base import RatingModelError
from ml.rating.ratings import STARS, Ratings, RatingsError
from ml.rating.registry import rating_model, rating_model_names
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, VisitorLink
from recommendations.jobs.lease import RATING_TRAINING, LeaseLost, lease
from recommendations.jobs.progress import Progress, silent
from recommendations.ratings import rating_versions
from recommendations.versions import artifact_store
from shop.catalogue.models import Product
from shop.opinions.models import Review

DEFAULT_MODEL = "star_distribution"
RATING_MODELS = rating_model_names(presets=True)
# With fewer, predictions are means.
FEWEST_RATINGS = 20
ROWS_PER_CHUNK = 10_000
# Shopper and product; and these with stars and Unix seconds.
_Pair = tuple[uuid.UUID, uuid.UUID]
_Row = tuple[uuid.UUID, uuid.UUID, float, float]


class RatingTrainingRefused(Exception):
    """No new rating model predicts; the message says why and what to do. The one before, if any, continues."""


class TooFewRatings(RatingTrainingRefused):
    """There are too few ratings to learn from, as in any new shop."""


@dataclass(frozen=True)
class TrainedRatings:
    """The result of a training."""

    version: str
    model: str
    ratings: int
    shoppers: int
    products: int
    seconds: float


def train_ratings(*, model: str = DEFAULT_MODEL, seed: int = 0, progress: Progress = silent) -> TrainedRatings:
    """Fit a rating model on the latest stars of every shopper and product, and publish it.

    Raise LeaseTaken while another such training runs, and RatingTrainingRefused when there is too little to learn from
    or the model must not be used; no files are left then.
    """
    started = time.monotonic()
    with lease(RATING_TRAINING) as held:

        def report(fraction: float, text: str) -> None:
            held.renew()
            progress(fraction, text)

        try:
            report(0.0, "Reading ratings")
            ratings, shoppers, products = _ratings(*_read())
            predictor = rating_model(model).fit(
                ratings, seed=seed, progress=lambda fraction, text: report(0.1 + 0.85 * fraction, text)
            )
            report(0.97, "Writing and checking")
            held.confirm()
            written = rating_versions.write(artifact_store.new_version(timezone.now()), predictor, shoppers, products)
        except (ArtifactError, LeaseLost, RatingModelError, RatingsError) as error:
            raise RatingTrainingRefused(str(error)) from error
    progress(1.0, f"Rating model {written.version} predicts")
    seconds = round(time.monotonic() - started, 1)
    return TrainedRatings(written.version, model, len(ratings), shoppers.size, products.size, seconds)


def _read() -> tuple[list[_Row], dict[_Pair, str]]:
    """Read reviews and `rate` events of existing products, and the texts of the reviews; the events of visitors count
    for their accounts."""
    owners = dict(VisitorLink.objects.values_list("visitor_id", "user_id"))
    known = set(Product.objects.values_list("pk", flat=True))
    rows, texts = [], {}
    reviews = Review.objects.order_by().values_list("author_id", "product_id", "stars", "created_at", "title", "body")
    for author, product, stars, created_at, title, body in reviews.iterator(ROWS_PER_CHUNK):
        rows.append((author, product, float(stars), created_at.timestamp()))
        texts[author, product] = f"{title} {body}".strip()
    events = Interaction.objects.filter(kind=Kind.RATE, value__range=STARS).order_by()
    columns = events.values_list("shopper_id", "product_id", "value", "occurred_at")
    for shopper, rated, value, occurred_at in columns.iterator(ROWS_PER_CHUNK):
        if rated is not None and rated in known and value is not None:
            rows.append((owners.get(shopper, shopper), rated, value, occurred_at.timestamp()))
    return rows, texts


def _ratings(rows: list[_Row], texts: dict[_Pair, str]) -> tuple[Ratings, NDArray[np.bytes_], NDArray[np.bytes_]]:
    """Return the latest rating of every pair, and the ids of shoppers and products in the order of their indices."""
    shoppers, users = np.unique(np.array([row[0].hex for row in rows], dtype="S32"), return_inverse=True)
    products, items = np.unique(np.array([row[1].hex for row in rows], dtype="S32"), return_inverse=True)
    times = np.array([row[3] for row in rows], dtype=np.float64)
    kept = Ratings.latest_of(users, items, times)
    if kept.size < FEWEST_RATINGS:
        raise TooFewRatings(
            f"There are {kept.size} ratings, and a model needs {FEWEST_RATINGS}: until then predictions are the mean "
            "stars of the product, or of all products."
        )
    kept_texts = [texts.get(rows[position][:2], "") for position in kept.tolist()]
    ratings = Ratings.from_arrays(
        users[kept],
        items[kept],
        np.array([row[2] for row in rows], dtype=np.float32)[kept],
        n_users=shoppers.size,
        n_items=products.size,
        timestamps=times[kept],
        review_texts=kept_texts if any(kept_texts) else None,
    )
    return ratings, shoppers, products
