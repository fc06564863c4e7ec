"""`{% recommendation_rail %}`: whose list it is, and what it puts into the page."""

import re
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory

from accounts.shoppers import COOKIE_NAME, visitor_token
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.lists.intents.registry import INTENTS
from recommendations.templatetags import recommendations as tag
from tests.factories import CartItemFactory, ProductFactory
from tests.recommendations.experimenting import start
from tests.recommendations.publishing import ids, publish
from tests.recommendations.ruling import hide, pin, rule_set

pytestmark = pytest.mark.django_db


@pytest.fixture
def products(category):
    products = ProductFactory.create_batch(6, category=category)
    publish(products, [[1, 0], [1, 0.1], [1, 0.2], [0, 1], [0.1, 1], [0.2, 1]])
    return products


@pytest.fixture
def request_of(rf: RequestFactory):
    def make(user=None, visitor=None):
        request = rf.get("/")
        request.user = user or AnonymousUser()
        if visitor:
            request.COOKIES = {COOKIE_NAME: visitor_token(visitor)}
        return request

    return make


def rail(request, **options) -> tag.Rail:
    return tag.recommendation_rail(Context({"request": request}), **({"slot": "home", "intent": "for_you"} | options))[
        "rail"
    ]


def view(shopper, product, kind=Kind.VIEW) -> None:
    Interaction.objects.create(shopper_id=shopper, kind=kind, product_id=product.pk)


def test_an_account_sees_its_own_list(products, user, request_of):
    view(user.pk, products[3])

    shown = rail(request_of(user), limit=2)

    assert set(ids(shown.items)) == {products[4].pk, products[5].pk}
    assert (shown.slot, shown.intent.name, shown.fallback_used) == ("home", "for_you", False)
    assert shown.model_version


def test_a_visitor_is_known_by_the_cookie(products, request_of):
    visitor = uuid.uuid4()
    view(visitor, products[3])

    assert set(ids(rail(request_of(visitor=visitor), limit=2).items)) == {products[4].pk, products[5].pk}


def test_a_visitor_who_just_became_one_is_known_at_once(products, request_of):
    request = request_of()
    request.visitor_id = uuid.uuid4()
    view(request.visitor_id, products[3])

    assert set(ids(rail(request, limit=2).items)) == {products[4].pk, products[5].pk}


def test_showing_a_rail_makes_nobody_a_visitor(products, request_of):
    request = request_of()

    assert rail(request).fallback_used is True
    assert not hasattr(request, "new_visitor")


def test_without_a_request_popular_products_are_shown(products):
    assert len(tag.recommendation_rail(Context({}), slot="mail", intent="for_you")["rail"].items) == 6


def test_product_category_and_basket_reach_the_selector(products, request_of):
    similar = rail(request_of(), intent="similar", product=products[0], limit=1)
    inside = rail(request_of(), category=ProductFactory().category)
    cart = rail(request_of(), intent="complementary", basket=[CartItemFactory(product=products[0])], limit=20)
    by_product = rail(request_of(), intent="complementary", basket=products[:2], limit=20)

    assert ids(similar.items) == [products[1].pk]
    assert len(inside.items) == 1
    assert products[0].pk not in ids(cart.items)
    assert {products[0].pk, products[1].pk}.isdisjoint(ids(by_product.items))


def test_titles(products, request_of):
    assert rail(request_of()).title == "Picked for you"
    assert rail(request_of(), title="Gifts").title == "Gifts"
    assert [rail(request_of(), intent=name, product=products[0]).title for name in INTENTS] == [
        "Picked for you", "Similar products", "Goes well with it", "Trending now", "Recently viewed",
    ]  # fmt: skip


def test_an_intent_that_is_none_is_the_authors_mistake(products, request_of):
    with pytest.raises(ValueError, match="guess"):
        rail(request_of(), intent="guess")


def test_a_template_renders_it(products, user, request_of):
    view(user.pk, products[0])
    template = Template('{% load recommendations %}{% recommendation_rail slot="home" intent="for_you" limit=1 %}')

    html = template.render(Context({"request": request_of(user)}))

    assert products[1].title in html
    assert f"Because you viewed {products[0].title}" in html


def test_titles_are_escaped(products, request_of):
    products[0].title = "<script>alert(1)</script>"
    products[0].save()
    template = Template('{% load recommendations %}{% recommendation_rail slot="home" intent="trending" limit=6 %}')

    html = template.render(Context({"request": request_of()}))

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_links_name_their_list_only_in_an_experiment(products, user, request_of):
    template = Template("{% load recommendations %}{% recommendation_rail slot='home' intent='trending' %}")
    outside = template.render(Context({"request": request_of(user)}))
    start(slot="home")
    inside = template.render(Context({"request": request_of(user)}))

    assert "?list=" not in outside
    named = set(re.findall(r"\?list=([0-9a-f-]{36})", inside))
    assert len(named) == 1
    assert f'data-recommendation="{named.pop()}"' in inside


def test_a_rail_follows_the_rules_of_its_slot(products, request_of):
    rule_set("Autumn", pin(products[4], 1, slot="home"), hide(products[2], slot="home"))

    at_home, in_the_cart = (ids(rail(request_of(), slot=slot, limit=6).items) for slot in ("home", "cart"))

    assert at_home[0] == products[4].pk
    assert products[2].pk not in at_home
    assert products[2].pk in in_the_cart
