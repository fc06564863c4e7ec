"""Predicted ratings: the model's where it knows enough, means of stars elsewhere, in the order of the pairs."""

import uuid

import numpy as np
import pytest

from ml.rating.ratings import Ratings
from ml.rating.registry import rating_model
from recommendations.ratings import rating_versions
from recommendations.ratings.selectors import PredictedRating, PredictedRatings, predict_ratings
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db

SHOPPER, OTHER, STRANGER = (uuid.UUID(int=number) for number in (1, 2, 3))
VERSION = "20260101-030001-1f2e"


@pytest.fixture(autouse=True)
def _own_handle(monkeypatch):
    monkeypatch.setattr(rating_versions, "_handle", rating_versions.RatingHandle())
    monkeypatch.setattr(rating_versions, "SECONDS_BETWEEN_LOOKS", 0.0)


@pytest.fixture
def products(category):
    """One product the model knows, one with stars since its training, one without."""
    stars = [(8, 2), (9, 2), (0, 0)]
    return [ProductFactory(category=category, rating_sum=total, rating_count=count) for total, count in stars]


@pytest.fixture
def predictor(products):
    ratings = Ratings.from_arrays([0, 1], [0, 0], [5.0, 2.0], n_users=2, n_items=1)
    predictor = rating_model("bias_only").fit(ratings)
    keys = np.array([SHOPPER.hex, OTHER.hex], dtype="S32"), np.array([products[0].pk.hex], dtype="S32")
    rating_versions.write(VERSION, predictor, *keys)
    return predictor


def test_the_model_predicts_what_it_knows_and_unrated_products_of_known_shoppers(products, predictor):
    known, rated, unrated = (product.pk for product in products)
    pairs = [(shopper, product) for shopper in (SHOPPER, STRANGER, None) for product in (known, rated, unrated)]
    stars = predictor.predict(np.array([0, 0, -1]), np.array([0, -1, 0])).tolist()

    assert predict_ratings(pairs) == PredictedRatings(
        VERSION,
        [
            PredictedRating(SHOPPER, known, stars[0], "model"),
            PredictedRating(SHOPPER, rated, 4.5, "product_mean"),
            PredictedRating(SHOPPER, unrated, stars[1], "model"),
            PredictedRating(STRANGER, known, stars[2], "model"),
            PredictedRating(STRANGER, rated, 4.5, "product_mean"),
            PredictedRating(STRANGER, unrated, 17 / 4, "shop_mean"),
            PredictedRating(None, known, stars[2], "model"),
            PredictedRating(None, rated, 4.5, "product_mean"),
            PredictedRating(None, unrated, 17 / 4, "shop_mean"),
        ],
    )


def test_without_a_model_means_answer(products):
    pairs = [(SHOPPER, product.pk) for product in products]

    found = predict_ratings(pairs)

    assert found.model_version is None
    assert found.predictions == [
        PredictedRating(SHOPPER, products[0].pk, 4.0, "product_mean"),
        PredictedRating(SHOPPER, products[1].pk, 4.5, "product_mean"),
        PredictedRating(SHOPPER, products[2].pk, 4.25, "shop_mean"),
    ]


def test_a_shop_without_stars_answers_with_the_middle_of_the_scale(product):
    assert predict_ratings([(None, product.pk)]).predictions == [PredictedRating(None, product.pk, 3.0, "shop_mean")]


def test_products_that_are_not_shown_have_no_prediction(products, predictor):
    hidden = ProductFactory(is_published=False, rating_sum=5, rating_count=1)

    found = predict_ratings([(None, hidden.pk), (None, products[1].pk), (SHOPPER, uuid.uuid4())])

    assert found.predictions == [None, PredictedRating(None, products[1].pk, 4.5, "product_mean"), None]
    assert predict_ratings([]) == PredictedRatings(VERSION, [])
