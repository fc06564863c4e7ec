"""Scores for the preference order: the composite score of exactly the given products."""

import uuid
from datetime import UTC, datetime
from urllib.parse import urlsplit

import numpy as np
import pytest
from django.db import DatabaseError
from django.utils import timezone

from ml.serving_index.seasons import Seasons
from recommendations.behaviour.event_weights import Kind
from recommendations.lists.personal_scores import personal_scores
from recommendations.rules.models import Rule
from recommendations.shoppers import profiles
from shop.catalogue.lists import preference_order
from shop.catalogue.lists.preference_order import ANY_LIST, WhichList
from tests.recommendations.ruling import boost, bury, hide, rule_set
from tests.recommendations.shopping import OTHER, SHOPPER, act

pytestmark = pytest.mark.django_db


def keys(products) -> list[uuid.UUID]:
    return [product.pk for product in products]


def test_the_shop_has_these_scores_plugged_in():
    assert preference_order._plug.scores is personal_scores


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

    monkeypatch.setattr(profiles, "_read", fail)
    assert personal_scores(SHOPPER, keys(products)) is None


def test_pages_and_api_show_the_order(api, client, user_client, user, products, published):
    act(Kind.VIEW, products[0], shopper=user.pk)
    titles = {str(product.pk): number for number, product in enumerate(products)}

    answer = user_client.get("/api/v1/products/?ordering=for_you").json()
    page = user_client.get("/search/?q=product&sort=for_you")

    assert {titles[row["id"]] for row in answer["results"][:4]} == {0, 2, 4, 6}
    assert page.context["listing"].sort == "for_you"
    assert "Best match for you" in page.content.decode()


@pytest.fixture
def hour(monkeypatch) -> list[int]:
    """The hour of the shop's clock. At 20 what the first category holds is asked for twice as much, else half."""
    now = [9]

    def local(_: datetime | None = None) -> datetime:
        return datetime(2026, 3, 4, now[0], tzinfo=UTC)

    def factors(_: Seasons, categories: np.ndarray, moment) -> np.ndarray:
        return np.where(categories == 0, 2.0 if moment.hour == 20 else 0.5, 1.0).astype(np.float32)

    monkeypatch.setattr(timezone, "localtime", local)
    monkeypatch.setattr(Seasons, "factors", factors)
    monkeypatch.setattr(Seasons, "is_flat", False)
    return now


def scored(products, which=ANY_LIST) -> list[float]:
    scores = personal_scores(SHOPPER, keys(products), which)
    assert scores is not None
    return scores


def test_rules_multiply_scores_and_what_they_hide_scores_nothing(products, published):
    act(Kind.VIEW, products[0])
    plain = scored(products)

    rule_set(
        "Autumn", boost(products[1], 4.0), bury(category_id=products[2].category_id, factor=0.5), hide(products[3])
    )
    ruled = scored(products)

    wanted = [factor * score for factor, score in zip([0.5, 4, 0.5, 0, 0.5, 1, 0.5, 1], plain, strict=True)]
    assert ruled == pytest.approx(wanted)
    assert ruled[4] == pytest.approx(plain[4] / 2)
    assert plain[3] > 0


@pytest.mark.parametrize(
    ("scope", "which", "holds"),
    [
        ({}, WhichList("search"), True),
        ({"intent": "for_you"}, WhichList("search"), True),
        ({"intent": "trending"}, WhichList("search"), False),
        ({"slot": "search"}, WhichList("search"), True),
        ({"slot": "api"}, WhichList("search"), False),
        ({"slot": "api"}, WhichList("api"), True),
        ({"listed_category_id": 0}, WhichList("category", uuid.UUID(int=0)), True),
        ({"listed_category_id": 0}, WhichList("category", uuid.UUID(int=1)), False),
        ({"listed_category_id": 0}, WhichList("category"), False),
    ],
    ids=str,
)
def test_a_rule_holds_in_the_lists_of_its_scope(products, published, scope, which, holds):
    act(Kind.VIEW, products[0])
    ids = [products[number].category_id for number in (0, 1)]
    if "listed_category_id" in scope:
        scope = {"listed_category_id": ids[0]}
    if which.category_id is not None:
        which = WhichList(which.slot, ids[which.category_id.int])
    plain = scored(products, which)

    rule_set("Autumn", bury(products[2], 0.1, **scope))

    assert scored(products, which)[2] == pytest.approx(plain[2] * (0.1 if holds else 1.0))


def test_the_time_of_day_counts(products, published, hour):
    act(Kind.VIEW, products[7])
    morning = scored(products)
    hour[0] = 20
    evening = scored(products)

    assert all(evening[number] > morning[number] for number in (2, 4, 6))


@pytest.mark.parametrize("size", [1, 2, 3])
def test_no_page_repeats_or_loses_a_product_while_the_hour_turns_and_rules_change(
    user_client, user, products, published, hour, size
):
    """In the API, and on the site with pages of as many."""
    act(Kind.VIEW, products[0], shopper=user.pk)
    changes = [
        lambda: hour.__setitem__(0, 20),
        lambda: rule_set("Autumn", boost(products[1]), hide(products[2])),
        lambda: Rule.objects.all().delete(),
        lambda: rule_set("Winter", bury(category_id=products[0].category_id), boost(products[7])),
    ]
    link: str | None = f"/api/v1/products/?ordering=for_you&limit={size}"
    shown = []
    while link:
        body = user_client.get(link).json()
        shown += [row["id"] for row in body["results"]]
        link = body["next"] and "{0.path}?{0.query}".format(urlsplit(body["next"]))
        if changes:
            changes.pop(0)()

    assert sorted(shown) == sorted(str(product.pk) for product in products)


def test_the_pages_of_the_site_follow_the_order_of_the_first(user_client, user, products, published, hour, monkeypatch):
    monkeypatch.setattr("shop.catalogue.lists.listing.PAGE_SIZE", 3)
    act(Kind.VIEW, products[0], shopper=user.pk)

    def page(number: int) -> list[uuid.UUID]:
        found = user_client.get(f"/search/?q=product&sort=for_you&page={number}").context["listing"]
        return [product.pk for product in found.page]

    first = page(1)
    hour[0] = 20
    rule_set("Autumn", boost(products[1]), hide(products[2]))
    rest = page(2) + page(3)

    assert sorted(first + rest) == sorted(keys(products))
    assert page(1)[0] == products[1].pk != first[0]  # a list that is begun anew follows the rules of now


def test_the_three_kinds_of_lists_say_which_they_are(user_client, products, monkeypatch):
    asked: list[WhichList] = []

    def scores(_, product_ids, which):
        asked.append(which)
        return [1.0] * len(product_ids)

    monkeypatch.setattr(preference_order, "_plug", preference_order._Plug(scores))
    lamps = products[0].category
    for address in (
        "/search/?q=product&sort=for_you",
        f"{lamps.get_absolute_url()}?sort=for_you",
        "/api/v1/products/?ordering=for_you",
        f"/api/v1/products/?ordering=for_you&category={lamps.slug}",
    ):
        assert user_client.get(address).status_code == 200

    assert asked == [
        WhichList("search"), WhichList("category", lamps.pk), WhichList("api"), WhichList("api", lamps.pk),
    ]  # fmt: skip
