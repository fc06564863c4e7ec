"""Lists of products: who gets what, and what never appears."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, ShopperProfile
from recommendations.lists.arranging import SPARE_PRODUCTS
from recommendations.lists.intents.registry import COMPLEMENTARY, FOR_YOU, INTENTS, RECENTLY_VIEWED, SIMILAR, TRENDING
from recommendations.lists.questions import LARGEST_LIMIT
from recommendations.tasks import refresh_shopper
from shop.catalogue.models import Product
from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations.publishing import ids, publish
from tests.recommendations.shopping import OTHER, SHOPPER, act, for_you, recommend

pytestmark = pytest.mark.django_db


def test_a_view_draws_what_is_like_it_to_the_front(products, published):
    act(Kind.VIEW, products[2])

    found = for_you(limit=4)

    assert found.model_version == published
    assert found.fallback_used is False
    assert found.items[0].product.category == products[2].category
    assert products[2].pk not in ids(found.items)
    scores = [item.score for item in found.items]
    assert len(scores) == 4
    assert all(score > 0 for score in scores)


def test_the_list_is_the_same_from_the_profile_and_from_the_log(products, published):
    now = timezone.now()
    for seconds, product in enumerate((products[3], products[4])):  # seconds that weights are barely changed by
        act(Kind.VIEW, product, occurred_at=now - timedelta(seconds=5 + seconds))
    act(Kind.SEARCH, query=products[5].title, occurred_at=now)
    act(Kind.SEARCH, query=products[1].title, occurred_at=now - timedelta(seconds=3))
    from_log = for_you()
    refresh_shopper(str(SHOPPER))
    from_profile = for_you()

    assert from_profile.items == from_log.items
    assert from_profile.recomm_id != from_log.recomm_id


def test_the_list_changes_with_each_event_without_a_training(products, published, committed):
    act(Kind.VIEW, products[2])
    refresh_shopper(str(SHOPPER))
    before = ids(for_you(limit=3).items)
    for product in (products[1], products[3]):
        act(Kind.ADD_TO_CART, product)
    refresh_shopper(str(SHOPPER))
    after = ids(for_you(limit=3).items)

    assert before != after
    assert after[0] in {products[5].pk, products[7].pk}


def test_queries_are_few(products, published, queries):
    for_you()
    act(Kind.VIEW, products[2])
    look = 4  # newer products, weights, experiments and rule sets, twice a second; the tests look each time
    with queries(look + 3):  # profile, log, products
        for_you(limit=4)
    refresh_shopper(str(SHOPPER))
    with queries(look + 2):  # profile, products
        for_you(limit=4)
    with queries(look + 3):  # profile, products, popular ones to fill up
        for_you(limit=20)


def test_more_are_looked_up_where_the_first_cannot_be_shown(queries):
    products = [ProductFactory(category=category) for category in CategoryFactory.create_batch(10) for _ in range(3)]
    publish(products)
    act(Kind.VIEW, products[0])
    refresh_shopper(str(SHOPPER))
    order = ids(for_you(limit=20).items)
    Product.objects.filter(pk__in=order[: 4 + SPARE_PRODUCTS]).update(stock=0)

    with queries(4 + 3):  # looks, then: profile, the first products, the others
        found = for_you(limit=4)

    assert len(found.items) == 4
    assert found.fallback_used is False
    assert all(item.source != "popular" or item.score > 0 for item in found.items)
    assert set(ids(found.items)) <= set(order[4 + SPARE_PRODUCTS :])


@pytest.mark.parametrize("intent", list(INTENTS.values()))
def test_queries_do_not_grow_with_the_list(intent, django_assert_max_num_queries):
    category = CategoryFactory()
    products = ProductFactory.create_batch(60, category=category, rating_sum=5, rating_count=1)
    publish(products)
    act(Kind.VIEW, products[0])
    refresh_shopper(str(SHOPPER))

    with django_assert_max_num_queries(6):
        found = recommend(shopper_id=SHOPPER, intent=intent, limit=50, product_id=products[1].pk)
        assert {item.product.category.name for item in found.items} == {category.name}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("has_model", [True, False])
def test_what_must_not_appear_never_does(data, has_model, products, request):
    """Bought, dismissed, hidden, sold out and unpriced products, whatever else happened and whatever is asked."""
    if has_model:
        publish(products)
    numbers = st.sets(st.integers(0, 7), max_size=4)
    bought, dismissed, hidden, sold_out, unpriced = (data.draw(numbers, name) for name in "abcde")
    Interaction.objects.all().delete()
    ShopperProfile.objects.all().delete()
    for number, product in enumerate(products):
        Product.objects.filter(pk=product.pk).update(
            is_published=number not in hidden,
            stock=0 if number in sold_out else 5,
            price=None if number in unpriced else Decimal(5),
        )
        if data.draw(st.booleans(), f"viewed {number}"):
            act(Kind.VIEW, product)
    for number in bought:
        act(data.draw(st.sampled_from([Kind.PURCHASE, Kind.RATE])), products[number], value=1)
    for number in dismissed:
        act(Kind.NOT_INTERESTED, products[number], value=1)
    if data.draw(st.booleans(), "profile"):
        refresh_shopper(str(SHOPPER))

    intent = data.draw(st.sampled_from(list(INTENTS.values())))
    item = products[data.draw(st.integers(0, 7), "item")].pk
    found = recommend(shopper_id=SHOPPER, intent=intent, limit=data.draw(st.integers(1, 9)), product_id=item)

    barred = {products[number].pk for number in bought | dismissed | hidden | sold_out | unpriced}
    shown = ids(found.items)
    assert barred.isdisjoint(shown)
    assert len(set(shown)) == len(shown)
    if intent is not RECENTLY_VIEWED:
        assert item not in shown or intent in (FOR_YOU, TRENDING)


@pytest.mark.parametrize("intent", [SIMILAR, COMPLEMENTARY])
def test_a_product_is_never_shown_beside_itself(intent, products, published):
    for product in products:
        found = recommend(shopper_id=SHOPPER, intent=intent, product_id=product.pk, limit=20)
        assert product.pk not in ids(found.items)
        assert len(found.items) == 7


def test_what_is_sold_out_since_the_training_is_replaced(products, published):
    act(Kind.VIEW, products[2])
    first = ids(for_you(limit=3).items)
    Product.objects.filter(pk=first[0]).update(stock=0)

    second = ids(for_you(limit=3).items)

    assert len(second) == 3
    assert first[0] not in second


def test_a_personal_list_holds_nothing_of_another_shopper(products, published):
    act(Kind.VIEW, products[2])
    act(Kind.VIEW, products[3], shopper=OTHER)
    act(Kind.SEARCH, query="their secret", shopper=OTHER)
    act(Kind.PURCHASE, products[5], shopper=OTHER)

    mine, stranger = for_you(limit=20), for_you(uuid.uuid4(), limit=20)

    anchors = {reason.anchor_id for item in mine.items for reason in item.reasons} - {None}
    assert anchors <= {products[2].pk}
    assert products[5].pk in ids(mine.items)
    for found in (mine, stranger):
        assert not any("secret" in reason.text for item in found.items for reason in item.reasons)
    assert {reason.anchor_id for item in stranger.items for reason in item.reasons} == {None}


def test_recently_viewed_is_ones_own_newest_first(products, published):
    for product in (products[1], products[4]):
        act(Kind.VIEW, product)
    act(Kind.VIEW, products[6], shopper=OTHER)

    found = recommend(shopper_id=SHOPPER, intent=RECENTLY_VIEWED)

    assert ids(found.items) == [products[4].pk, products[1].pk]
    assert found.items[0].reasons[0].code == "recently_viewed"
    assert recommend(shopper_id=uuid.uuid4(), intent=RECENTLY_VIEWED).items == []


@pytest.mark.parametrize(("limit", "count"), [(0, 1), (-5, 1), (3, 3), (10_000, LARGEST_LIMIT)])
def test_the_limit_is_bounded(limit, count, category):
    publish(ProductFactory.create_batch(LARGEST_LIMIT + 5, category=category))

    assert len(for_you(limit=limit).items) == count


def test_no_more_than_half_of_a_list_is_of_one_category():
    lamps, tools = CategoryFactory(), CategoryFactory()
    products = ProductFactory.create_batch(30, category=lamps, rating_sum=50, rating_count=10)
    products += ProductFactory.create_batch(30, category=tools)
    publish(products, [[1, 0]] * 30 + [[0, 1]] * 30)
    act(Kind.VIEW, products[0])

    found = for_you(limit=10)

    assert [item.product.category for item in found.items].count(lamps) == 5


def test_the_cart_decides_what_goes_with_it(products, published):
    act(Kind.ADD_TO_CART, products[2])

    from_history = recommend(shopper_id=SHOPPER, intent=COMPLEMENTARY, limit=20)
    from_basket = recommend(shopper_id=OTHER, intent=COMPLEMENTARY, basket=[products[2].pk], limit=20)

    assert ids(from_history.items) == ids(from_basket.items)
    assert products[2].pk not in ids(from_history.items)
    assert from_history.fallback_used is False


def test_a_product_saved_since_the_training_comes_too(products, published, committed):
    with committed():
        new = ProductFactory(category=products[2].category, title=products[2].title)
    act(Kind.VIEW, products[2])

    assert new.pk in ids(for_you(limit=20).items)
    assert ids(recommend(shopper_id=None, intent=SIMILAR, product_id=products[2].pk, limit=3).items)[0] == new.pk


def test_a_profile_of_another_version_is_computed_anew(products):
    """The second version has vectors of another length: using the first one's would fail."""
    publish(products, [[1, 0]] * 8)
    act(Kind.VIEW, products[2])
    refresh_shopper(str(SHOPPER))
    publish(products, [[1, 0, 0], [0, 1, 0]] * 4)

    assert for_you(limit=1).items[0].product.category == products[2].category


def test_a_prepared_profile_is_used_as_it_is(products, published):
    """No request reads the log of a shopper whose profile is of the version that serves."""
    ShopperProfile.objects.create(shopper_id=SHOPPER, model_version=published)
    act(Kind.VIEW, products[2])

    assert for_you(limit=3).fallback_used is True
