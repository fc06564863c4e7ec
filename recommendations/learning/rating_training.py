"""From the shop's reviews and the log's ratings to a published rating model."""

import logging
import time
import uuid
from dataclasses import dataclass

import numpy as np
from django.utils import timezone

from ml.artifact import ArtifactError
from ml.rating.base import RatingModelError
from ml.rating.ratings import STARS, Ratings, RatingsError
from ml.rating.registry import rating_model, rating_model_names
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, VisitorLink
from recommendations.jobs.lease import LeaseLost, LeaseTaken, held_until, lease
from recommendations.jobs.models import Job
from recommendations.jobs.progress import Progress, silent
from recommendations.jobs.retries import was_begun, when_free
from recommendations.jobs.tracking import RATING_TRAINING, SCHEDULE, JobCancelled, job
from recommendations.jobs import lease as leases
from recommendations.ratings import rating_versions
from recommendations.versions import artifact_store
from shop.catalogue.models import Product
from shop.opinions.models import Review

logger = logging.getLogger(__name__)

LEASE = leases.RATING_TRAINING
DEFAULT_MODEL = "star_distribution"
RATING_MODELS = rating_model_names(presets=True)
# With fewer, means are all there is to say.
FEWEST_RATINGS = 20
ROWS_PER_CHUNK = 10_000


class RatingTrainingRefused(Exception):
    """No new rating model predicts; the text says why and what to do. The one before, if any, goes on."""


class TooFewRatings(RatingTrainingRefused):
    """There is too little to learn from, as in any new shop."""


@dataclass(frozen=True)
class TrainedRatings:
    """What a training came to."""

    version: str
    model: str
    ratings: int
    shoppers: int
    products: int
    seconds: float


@dataclass(frozen=True)
class _Rows:
    """n ratings as columns, a pair perhaps more than once, and the words written about some pairs."""

    shoppers: list[uuid.UUID]
    products: list[uuid.UUID]
    stars: list[float]
    times: list[float]
    words: dict[tuple[uuid.UUID, uuid.UUID], str]


def train_ratings(*, model: str = DEFAULT_MODEL, seed: int = 0, progress: Progress = silent) -> TrainedRatings:
    """Fit a rating model on the latest stars of every shopper and product, and publish it.

    Raises LeaseTaken while another such training runs, and RatingTrainingRefused when there is too little to learn
    from or the model must not be used; nothing is left on disk then.
    """
    started = time.monotonic()
    with lease(LEASE) as held:

        def report(fraction: float, text: str) -> None:
            held.renew()
            progress(fraction, text)

        try:
            report(0.0, "Reading ratings")
            ratings, shoppers, products = _ratings(_read())
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


def train_ratings_alone(
    *, job_id: uuid.UUID | None = None, started_by: str = SCHEDULE, is_retried: bool = False
) -> TrainedRatings | None:
    """Train as `train_ratings` does, for a task: what prevents it is logged, not raised.

    Raises JobPostponed while the lease of this job's dead worker lasts.
    """
    if (is_begun := was_begun(job_id)) and held_until(LEASE):
        raise when_free(LEASE)
    kind = Job.Kind.TRAINING
    try:
        with job(kind, RATING_TRAINING, started_by=started_by, job_id=job_id, is_retried=is_retried) as progress:
            try:
                return train_ratings(progress=progress)
            except LeaseTaken:
                if is_begun:
                    raise when_free(LEASE) from None
                raise JobCancelled("Another training of the rating model was under way.") from None
            except TooFewRatings as reason:
                raise JobCancelled(str(reason)) from None
    except JobCancelled as error:
        logger.info("The rating training ended early: %s", error)
    except RatingTrainingRefused as error:
        logger.warning("No new rating model: %s", error)
    return None


def _read() -> _Rows:
    """Read reviews and `rate` events of products there are; visitors count as the accounts they turned out to be."""
    owners = dict(VisitorLink.objects.values_list("visitor_id", "user_id"))
    known = set(Product.objects.values_list("pk", flat=True))
    rows = _Rows([], [], [], [], {})
    reviews = Review.objects.order_by().values_list("author_id", "product_id", "stars", "created_at", "title", "body")
    for author, reviewed, stars, created_at, title, body in reviews.iterator(ROWS_PER_CHUNK):
        _add(rows, author, reviewed, stars, created_at.timestamp())
        rows.words[author, reviewed] = f"{title} {body}".strip()
    events = Interaction.objects.filter(kind=Kind.RATE, value__range=STARS).order_by()
    columns = events.values_list("shopper_id", "product_id", "value", "occurred_at")
    for shopper, product, value, occurred_at in columns.iterator(ROWS_PER_CHUNK):
        if product in known and value is not None:
            _add(rows, owners.get(shopper, shopper), product, value, occurred_at.timestamp())
    return rows


def _add(rows: _Rows, shopper: uuid.UUID, product: uuid.UUID, stars: float, moment: float) -> None:
    rows.shoppers.append(shopper)
    rows.products.append(product)
    rows.stars.append(float(stars))
    rows.times.append(moment)


def _ratings(rows: _Rows) -> tuple[Ratings, "np.ndarray", "np.ndarray"]:
    """Return the latest rating of every pair, and the ids of shoppers and products in the order of their indices."""
    shoppers, users = np.unique(np.array([entry.hex for entry in rows.shoppers], dtype="S32"), return_inverse=True)
    products, items = np.unique(np.array([entry.hex for entry in rows.products], dtype="S32"), return_inverse=True)
    times = np.array(rows.times, dtype=np.float64)
    kept = Ratings.latest_of(users, items, times)
    if kept.size < FEWEST_RATINGS:
        raise TooFewRatings(
            f"There are {kept.size} ratings, and a model needs {FEWEST_RATINGS}: until then predictions are the mean "
            "stars of the product, or of all."
        )
    texts = [rows.words.get((rows.shoppers[row], rows.products[row]), "") for row in kept.tolist()]
    ratings = Ratings.from_arrays(
        users[kept],
        items[kept],
        np.array(rows.stars, dtype=np.float32)[kept],
        n_users=shoppers.size,
        n_items=products.size,
        timestamps=times[kept],
        review_texts=texts if any(texts) else None,
    )
    return ratings, shoppers, products
