"""Training the rating model on reviews and ratings."""

import pytest

from recommendations import tasks
from recommendations.behaviour.models import VisitorLink
from recommendations.jobs import tracking
from recommendations.jobs.lease import RATING_TRAINING, LeaseTaken, lease
from recommendations.jobs.models import Job, Lease
from recommendations.jobs.tracking import JobPostponed
from recommendations.learning.background import run_rating_training
from recommendations.learning.rating_training import (
    FEWEST_RATINGS,
    RatingTrainingRefused,
    train_ratings,
)
from recommendations.ratings import rating_versions
from tests.factories import ProductFactory, ReviewFactory, UserFactory
from tests.recommendations.rated import GENEROUS, STRICT, plant_ratings, rate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_handle(monkeypatch):
    monkeypatch.setattr(rating_versions, "_handle", rating_versions.RatingHandle())


def test_it_learns_who_is_generous(category):
    plant_ratings(category)

    trained = train_ratings(model="bias_only")

    assert (trained.ratings, trained.shoppers, trained.products) == (21, 3, 7)
    model = rating_versions.current()
    assert model is not None
    assert model.version == trained.version
    users, items = model.indices([GENEROUS, STRICT], [ProductFactory.build().pk] * 2)
    generous, strict = model.predictor.predict(users, items)
    assert generous > 4
    assert strict < 2


def test_the_default_model_is_fitted_and_published(category):
    plant_ratings(category)
    reported: list[float] = []

    trained = train_ratings(progress=lambda fraction, text: reported.append(fraction))

    assert trained.model == "star_distribution"
    assert rating_versions.versions() == [trained.version]
    assert reported == sorted(reported)
    assert reported[-1] == 1.0


def test_the_latest_stars_of_a_pair_count_once(category):
    products = plant_ratings(category)
    rate(STRICT, products[0], 5)
    linked = UserFactory()
    VisitorLink.objects.create(visitor_id=STRICT, user_id=linked.pk)
    ReviewFactory(product=products[7], author=linked, stars=2)

    trained = train_ratings(model="bias_only")

    assert (trained.ratings, trained.shoppers, trained.products) == (22, 3, 8)
    model = rating_versions.current()
    assert model is not None
    assert model.indices([linked.pk], [products[0].pk])[0, 0] >= 0
    assert model.indices([STRICT], [products[0].pk])[0, 0] == -1


def test_stars_off_the_scale_and_of_products_that_are_gone_are_left_out(category):
    products = plant_ratings(category)
    rate(GENEROUS, products[7], 9)
    rate(GENEROUS, ProductFactory.build(), 4)

    assert train_ratings(model="bias_only").ratings == 21


def test_too_few_ratings_are_refused_and_leave_nothing(category):
    rate(GENEROUS, ProductFactory(category=category), 5)

    with pytest.raises(RatingTrainingRefused, match=rf"There are 1 ratings, and a model needs {FEWEST_RATINGS}"):
        train_ratings()

    assert run_rating_training() is None
    assert rating_versions.versions() == []
    assert not Lease.objects.filter(name=RATING_TRAINING).exists()


def test_two_trainings_do_not_run_at_once(category):
    plant_ratings(category)
    with lease(RATING_TRAINING):
        with pytest.raises(LeaseTaken):
            train_ratings()
        assert run_rating_training() is None
    assert Job.objects.get().message == "A training was under way; this request was not needed."


def test_the_task_is_a_job(category):
    plant_ratings(category)
    tasks.train_ratings()

    row = Job.objects.get()
    assert (row.kind, row.title, row.state) == (Job.Kind.TRAINING, tracking.RATING_TRAINING, Job.State.DONE)
    assert row.step == f"Rating model {rating_versions.versions()[0]} predicts"


def test_a_shop_without_ratings_has_no_failed_jobs():
    tasks.train_ratings()

    assert Job.objects.get().state == Job.State.CANCELLED
    assert "There are 0 ratings" in Job.objects.get().message


def test_a_message_that_comes_again_waits_for_the_dead_workers_lease(category):
    plant_ratings(category)
    row = Job.objects.create(kind="training", title=tracking.RATING_TRAINING, state=Job.State.RUNNING, started_by="x")
    with lease(RATING_TRAINING), pytest.raises(JobPostponed):
        run_rating_training(job_id=row.pk)

    assert run_rating_training(job_id=row.pk) is not None
    assert Job.objects.get().state == Job.State.DONE
