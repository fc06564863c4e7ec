"""What the shop orders its lists by: the composite score of exactly these products."""

import uuid

import pytest
from django.db import DatabaseError

from recommendations.event_weights import Kind
from recommendations.selectors import shoppers
from recommendations.selectors.personal_scores import personal_scores
from shop import personal_order
from tests.recommendations.shopping import OTHER, SHOPPER, act

pytestmark = pytest.mark.django_db


def keys(products) -> list[uuid.UUID]:
    return [product.pk for product in products]


def test_the_shop_has_these_scores_plugged_in():
    assert personal_order._plug.scores is personal_scores


def test_products_like_those_viewed_score_more(products, published):
    act(Kind.VIEW, products[0])

    scores = personal_scores(SHOPPER, keys(products))

    assert scores is not None
    assert min(scores[2], scores[4], scores[6]) > max(scores[1], scores[3], scores[5], scores[7])


def test_bought_dismissed_and_unknown_products_score_nothing(products, published):
    act(Kind.VIEW, products[0])
    act(Kind.PURCHASE, products[2], value=1)
    act(Kind.NOT_INTERESTED, products[4], value=1)

    scores = personal_scores(SHOPPER, [*keys(products), uuid.uuid4()])

    assert scores is not None
    assert [place for place, score in enumerate(scores) if score == 0] == [2, 4, 8]


def test_without_a_model_or_a_past_there_are_none(products):
    act(Kind.VIEW, products[0])

    assert personal_scores(SHOPPER, keys(products)) is None


def test_of_a_stranger_there_are_none(products, published):
    act(Kind.VIEW, products[0])

    assert personal_scores(OTHER, keys(products)) is None


def test_with_the_behaviour_database_away_there_are_none(products, published, monkeypatch):
    act(Kind.VIEW, products[0])
    assert personal_scores(SHOPPER, keys(products)) is not None

    def fail(*_, **__):
        raise DatabaseError("away")

    monkeypatch.setattr(shoppers, "_profile_of", fail)
    assert personal_scores(SHOPPER, keys(products)) is None


def test_pages_and_api_show_the_order(api, client, user_client, user, products, published):
    act(Kind.VIEW, products[0], shopper=user.pk)
    titles = {str(product.pk): number for number, product in enumerate(products)}

    answer = user_client.get("/api/v1/products/?ordering=for_you").json()
    page = user_client.get("/search/?q=product&sort=for_you")

    assert {titles[row["id"]] for row in answer["results"][:4]} == {0, 2, 4, 6}
    assert page.context["listing"].sort == "for_you"
    assert "Best match for you" in page.content.decode()
