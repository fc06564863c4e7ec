"""GET and POST /api/v1/predict/rating/."""

import uuid

import pytest

from recommendations.learning.rating_training import train_ratings
from recommendations.ratings import rating_versions
from tests.factories import ProductFactory
from tests.recommendations.rated import GENEROUS, STRICT, plant_ratings

pytestmark = pytest.mark.django_db

URL = "/api/v1/predict/rating/"


@pytest.fixture(autouse=True)
def _own_handle(monkeypatch):
    monkeypatch.setattr(rating_versions, "_handle", rating_versions.RatingHandle())


@pytest.fixture
def products(category):
    return plant_ratings(category)


def test_before_the_first_training_it_is_the_products_mean(api, category):
    rated = ProductFactory(category=category, rating_sum=9, rating_count=2)

    body = api.get(URL, {"product": rated.pk}).json()

    assert body == {
        "product": str(rated.pk),
        "stars": 4.5,
        "fallback_used": True,
        "source": "product_mean",
        "model_version": None,
    }


def test_of_a_product_without_stars_it_is_the_mean_of_all(api, category, product):
    assert api.get(URL, {"product": product.pk}).json()["stars"] == 3.0
    ProductFactory(category=category, rating_sum=20, rating_count=5)

    body = api.get(URL, {"product": product.pk}).json()

    assert (body["stars"], body["source"], body["fallback_used"]) == (4.0, "shop_mean", True)


def test_the_model_knows_who_is_generous(api, products, staff):
    version = train_ratings(model="bias_only").version
    api.force_authenticate(staff)
    pairs = [{"product": str(products[7].pk), "shopper": str(shopper)} for shopper in (GENEROUS, STRICT)]

    answer = api.post(URL, {"pairs": pairs}, "json")

    assert answer.status_code == 200
    assert answer.json()["model_version"] == version
    generous, strict = answer.json()["predictions"]
    assert generous["stars"] > 4
    assert strict["stars"] < 2
    assert {entry["source"] for entry in answer.json()["predictions"]} == {"model"}


def test_a_stranger_gets_what_the_product_gets(api, products):
    train_ratings(model="bias_only")

    known = api.get(URL, {"product": products[0].pk}).json()
    unknown = api.get(URL, {"product": products[7].pk}).json()

    assert (known["source"], known["fallback_used"], known["stars"]) == ("model", False, pytest.approx(3.0, abs=0.01))
    assert (unknown["source"], unknown["fallback_used"]) == ("shop_mean", True)


def test_of_a_batch_the_good_half_is_answered(api, product):
    missing = str(uuid.uuid4())
    pairs = [{"product": missing}, {"product": str(product.pk)}]

    answer = api.post(URL, {"pairs": pairs}, "json")

    assert answer.status_code == 207
    assert [entry["product"] for entry in answer.json()["predictions"]] == [str(product.pk)]
    assert answer.json()["refused"] == [
        {
            "position": 0,
            "attr": "product",
            "code": "unknown_product",
            "detail": f"There is no product {missing}.",
        }
    ]


def test_an_unknown_product_is_404(api, db):
    assert api.get(URL, {"product": uuid.uuid4()}).status_code == 404


def test_only_staff_and_programs_ask_for_others(api, user_api, product, settings):
    question = {"product": product.pk, "shopper": uuid.uuid4()}
    settings.SERVICE_TOKEN = "secret"

    assert user_api.get(URL, question).status_code == 403
    assert api.get(URL, question, headers={"Authorization": "Bearer secret"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "attr", "code"),
    [
        ({}, "pairs", "required"),
        ({"pairs": []}, "pairs", "empty"),
        ({"pairs": [{}]}, "pairs.0.product", "required"),
        ({"pairs": [{"product": "1"}]}, "pairs.0.product", "invalid"),
        ({"pairs": [{"product": str(uuid.UUID(int=1))}] * 501}, "pairs", "max_length"),
    ],
    ids=["missing", "empty", "no-product", "no-id", "too-many"],
)
def test_a_wrong_question_is_refused(api, db, body, attr, code):
    answer = api.post(URL, body, "json")

    assert answer.status_code == 400
    assert [(error["attr"], error["code"]) for error in answer.json()["errors"]] == [(attr, code)]


def test_one_query_however_many_pairs(api, products, queries):
    train_ratings(model="bias_only")
    pairs = [{"product": str(product.pk)} for product in products[:7]]

    with queries(1):
        assert len(api.post(URL, {"pairs": pairs}, "json").json()["predictions"]) == 7
