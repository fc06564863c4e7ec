"""Privacy between shoppers, and after a shopper is deleted: fault 45 of the list."""

import json
import uuid
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, ShopperProfile, VisitorLink
from recommendations.behaviour.services.interactions import record_interaction
from recommendations.behaviour.services.missing_purchases import record_missing_purchases
from recommendations.experiments.models import Exposure
from recommendations.learning.training import train
from recommendations.lists.intents.registry import COMPLEMENTARY, FOR_YOU, INTENTS, TRENDING
from recommendations.serving import handle
from recommendations.shoppers.forgetting import forget_shopper
from recommendations.shoppers.visitors import link_visitor
from recommendations.tasks import refresh_shopper
from shop.catalogue.models import Product
from shop.orders.models import Order
from tests.factories import CategoryFactory, OrderFactory, OrderLineFactory, ProductFactory, ReviewFactory, UserFactory
from tests.recommendations.experimenting import start
from tests.recommendations.shopping import act, for_you, recommend
from tests.recommendations.tastes import two_tastes

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("own_models")]


@pytest.fixture
def products() -> list[Product]:
    return two_tastes()


def shown(shopper: uuid.UUID) -> list[tuple[uuid.UUID, float]]:
    return [(item.product.pk, item.score) for item in for_you(shopper, limit=10).items]


def anchors_of(shopper: uuid.UUID, product: Product) -> set[uuid.UUID]:
    """The products that the reasons of any list for a shopper name."""
    lists = [
        recommend(shopper_id=shopper, intent=intent, product_id=product.pk, limit=12)
        for intent in (FOR_YOU, COMPLEMENTARY, TRENDING)
    ]
    reasons = [reason for found in lists for item in found.items for reason in item.reasons]
    return {reason.anchor_id for reason in reasons if reason.anchor_id is not None}


def test_fault_45_because_you_viewed_names_only_what_this_shopper_did(products):
    train(is_measured=False)
    for number in range(1, 11):
        shopper = uuid.UUID(int=number)
        mine = set(Interaction.objects.of_shoppers([shopper]).values_list("product_id", flat=True))
        found = for_you(shopper, limit=12)
        named = {reason.anchor_id for item in found.items for reason in item.reasons} - {None}
        assert named
        assert named <= mine


def test_fault_45_hidden_products_are_neither_shown_nor_named(products):
    train(is_measured=False)
    shopper = uuid.UUID(int=1)
    viewed = Interaction.objects.of_shoppers([shopper]).values_list("product_id", flat=True)
    Product.objects.filter(pk__in=[pk for pk in viewed if pk is not None][:3]).update(is_published=False)
    hidden = set(Product.objects.filter(is_published=False).values_list("pk", flat=True))

    assert anchors_of(shopper, products[15]).isdisjoint(hidden)
    for intent in INTENTS.values():
        items = recommend(shopper_id=shopper, intent=intent, product_id=products[15].pk).items
        assert {item.product.pk for item in items}.isdisjoint(hidden)


@pytest.mark.parametrize("has_model", [True, False])
def test_fault_45_sensitive_categories_are_neither_named_nor_shown_outside_of_them(products, has_model):
    shelf = CategoryFactory(name="Health")
    remedies = ProductFactory.create_batch(3, category=CategoryFactory(name="Remedies", parent=shelf), rating_sum=90,
                                           rating_count=20)  # fmt: skip
    shelf.refresh_from_db()
    shelf.is_sensitive = True
    shelf.save()
    shopper, sensitive = uuid.UUID(int=1), {product.pk for product in remedies}
    for number in range(1, 9):
        act(Kind.ADD_TO_CART, remedies[0], shopper=uuid.UUID(int=number))
        act(Kind.VIEW, remedies[1], shopper=uuid.UUID(int=number + 1))
    if has_model:
        train(is_measured=False)
        refresh_shopper(str(shopper))

    found = for_you(shopper, limit=19)
    assert {item.product.pk for item in found.items}.isdisjoint(sensitive)
    assert anchors_of(shopper, products[15]).isdisjoint(sensitive)
    assert "Health" not in str([item.reasons for item in found.items])

    there = recommend(shopper_id=shopper, intent=FOR_YOU, category_id=shelf.pk)
    assert {item.product.pk for item in there.items} & sensitive


@pytest.mark.parametrize(("buyers", "orders_each", "is_shown"), [(2, 1, False), (2, 5, False), (3, 1, True)])
def test_fault_45_bought_together_needs_three_people(products, buyers, orders_each, is_shown):
    """Of what two bought together each could tell what the other bought, however often they did."""
    pair = (products[0], products[9])
    moment = timezone.now() - timedelta(days=30)
    for buyer in range(buyers):
        for order in range(orders_each):
            for product in pair:
                when = moment + timedelta(hours=buyer * 24 + order)
                act(Kind.PURCHASE, product, shopper=uuid.UUID(int=9_000 + buyer), value=1, occurred_at=when)
    for other, product in enumerate(products[1:8] + products[10:15]):
        act(Kind.PURCHASE, product, shopper=uuid.UUID(int=9_100 + other), value=1, occurred_at=moment)
    train(is_measured=False)

    found = recommend(shopper_id=uuid.uuid4(), intent=COMPLEMENTARY, product_id=pair[0].pk, limit=12)

    together = [item.product.pk for item in found.items if item.reasons[0].code == "bought_together"]
    assert together == ([pair[1].pk] if is_shown else [])


def test_fault_45_a_deleted_account_leaves_nothing_and_changes_nobody_elses_list(
    products, django_capture_on_commit_callbacks
):
    user, other, visitor = UserFactory(), uuid.UUID(int=3), uuid.uuid4()
    train(is_measured=False)
    start()
    for_you(visitor, slot="home")
    act(Kind.VIEW, products[0], shopper=visitor)
    link_visitor(visitor_id=visitor, user_id=user.pk)
    act(Kind.VIEW, products[2], shopper=user.pk)
    act(Kind.SEARCH, shopper=user.pk, query="something private")
    guest_order = OrderFactory(user=None, visitor_id=visitor)
    OrderLineFactory(order=guest_order, product=products[4])
    own_order = OrderFactory(user=user)
    OrderLineFactory(order=own_order, product=products[5])
    record_missing_purchases(None)
    for shopper in (user.pk, visitor, other):
        refresh_shopper(str(shopper))
    assert bytes(ShopperProfile.objects.get(shopper_id=user.pk).vector)
    before, events, gone = shown(other), Interaction.objects.count(), {user.pk, visitor}

    with django_capture_on_commit_callbacks(execute=True):
        user.delete()

    for table in (Interaction, ShopperProfile, Exposure):
        assert not table.objects.filter(shopper_id__in=gone).exists()
    assert not VisitorLink.objects.filter(user_id__in=gone).exists()
    assert events - Interaction.objects.count() == 5
    # The shop keeps its orders, which bring nothing of this person back into the log.
    assert Order.objects.filter(user=None, visitor_id=None).count() == 2
    assert record_missing_purchases(None) == 0
    assert shown(other) == before
    served = handle.current()
    assert served is not None
    train(is_measured=False)
    assert not Interaction.objects.filter(shopper_id__in=gone).exists()


def test_fault_45_only_the_deleted_are_forgotten(products):
    stays = Interaction.objects.exclude(shopper_id=uuid.UUID(int=1)).count()

    assert forget_shopper(uuid.UUID(int=1)) == 6
    assert Interaction.objects.count() == stays
    assert forget_shopper(uuid.uuid4()) == 0


def test_fault_45_an_export_holds_everything_of_one_person_and_nothing_of_another(products):
    mine, theirs = UserFactory(name="Mine Alone"), UserFactory(name="Somebody Else")
    visitor = uuid.uuid4()
    link_visitor(visitor_id=visitor, user_id=mine.pk)
    for user, product in ((mine, products[0]), (theirs, products[1])):
        record_interaction(shopper_id=user.pk, kind=Kind.VIEW, product_id=product.pk, source="shop")
        record_interaction(shopper_id=user.pk, kind=Kind.SEARCH, query=f"of {user.name}", source="shop")
        OrderLineFactory(order=OrderFactory(user=user, full_name=user.name), product=product)
        ReviewFactory(product=product, author=user, body=f"Written by {user.name}")
        refresh_shopper(str(user.pk))
    record_interaction(shopper_id=visitor, kind=Kind.VIEW, product_id=products[3].pk, source="shop")
    out = StringIO()

    call_command("export_shopper", mine.email.upper(), stdout=out)

    found = json.loads(out.getvalue())
    assert found["account"]["email"] == mine.email
    assert [event["kind"] for event in found["events"]] == ["view", "search", "view"]
    assert (len(found["orders"]), len(found["reviews"])) == (1, 1)
    assert found["visitors"] == [str(visitor)]
    assert found["profile"]["recent"]
    for of_theirs in (theirs.email, "Somebody Else", str(theirs.pk), theirs.pk.hex, str(products[1].pk)):
        assert of_theirs not in out.getvalue()
