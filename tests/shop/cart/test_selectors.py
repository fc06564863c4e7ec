"""Cart contents and facets: exact values, bounded queries."""

import uuid
from decimal import Decimal

from accounts.shoppers import Shopper
from shop.cart.selectors import CartContents, cart_contents, cart_count
from shop.cart.services import add_to_cart
from shop.catalogue.lists.facets import BrandCount, Facets, facets
from shop.catalogue.models import Product
from shop.orders.selectors import order_of, orders_of
from tests.factories import OrderFactory, OrderLineFactory, ProductFactory, UserFactory


def test_no_cart_is_an_empty_cart(visitor, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert cart_contents(visitor) == CartContents([], Decimal(0), 0, [])
    with django_assert_num_queries(1):
        assert cart_count(visitor) == 0


def test_cart_contents_in_one_query(visitor, db, django_assert_num_queries):
    products = [ProductFactory(price=price) for price in (Decimal("1.10"), Decimal("2.20"))]
    for quantity, product in enumerate(products, start=2):
        add_to_cart(shopper=visitor, product_id=product.pk, quantity=quantity)

    with django_assert_num_queries(1):
        contents = cart_contents(visitor)
        names = [item.product.category.name for item in contents.items]

    assert names == [product.category.name for product in products]
    assert [(item.product, item.quantity) for item in contents.items] == [(products[0], 2), (products[1], 3)]
    assert (contents.total, contents.count, contents.problems) == (Decimal("8.80"), 5, [])
    assert cart_count(visitor) == 5


def test_problems_name_each_line_that_cannot_be_ordered(visitor, db):
    for title in ("Gone", "Unpriced", "Empty", "Scarce", "Fine"):
        add_to_cart(shopper=visitor, product_id=ProductFactory(title=title).pk, quantity=3)
    Product.objects.filter(title="Gone").update(is_published=False)
    Product.objects.filter(title="Unpriced").update(price=None)
    Product.objects.filter(title="Empty").update(stock=0)
    Product.objects.filter(title="Scarce").update(stock=2)

    contents = cart_contents(visitor)

    assert contents.problems == [
        "“Gone” is no longer for sale.",
        "“Unpriced” has no price at the moment.",
        "“Empty” is sold out.",
        "Only 2 of “Scarce” left.",
    ]
    assert [item.problem for item in contents.items][-1] == ""


def test_orders_of_an_account_newest_first_in_two_queries(user, django_assert_num_queries):
    orders = [OrderFactory(user=user) for _ in range(3)]
    for order in orders:
        OrderLineFactory.create_batch(2, order=order)
    OrderLineFactory()

    with django_assert_num_queries(2):
        found = list(orders_of(user))
        assert all(line.product and line.product.category.name for order in found for line in order.lines.all())

    assert found == orders[::-1]


def test_only_the_owner_finds_an_order(user, shopper, visitor):
    own, guest = OrderFactory(user=user), OrderFactory(user=None, visitor_id=visitor.id)
    other = UserFactory()

    assert order_of(shopper, own.pk) == own
    assert order_of(visitor, guest.pk) == guest
    for stranger in (Shopper(other.pk, other), Shopper(uuid.uuid4())):
        assert order_of(stranger, own.pk) is None
        assert order_of(stranger, guest.pk) is None
    assert order_of(shopper, guest.pk) is None
    assert order_of(visitor, own.pk) is None


def test_an_accounts_id_as_a_visitors_finds_nothing(user):
    """Without the account itself the same id is only a visitor's."""
    order = OrderFactory(user=user)

    assert order_of(Shopper(user.pk), order.pk) is None


def test_facets_count_brands_and_span_prices(category, django_assert_num_queries):
    for brand, price in (("Alto", "5"), ("Alto", "9.50"), ("Basso", "1"), ("", "20")):
        ProductFactory(brand=brand, price=Decimal(price), category=category)
    ProductFactory(brand="Basso", price=None, category=category)
    ProductFactory(brand="Cor", category=category, is_published=False)

    with django_assert_num_queries(2):
        found = facets(Product.objects.published().in_category(category).by_popularity())

    assert found == Facets([BrandCount("Alto", 2), BrandCount("Basso", 2)], Decimal("1.00"), Decimal("20.00"))
    assert facets(Product.objects.all(), brands=1).brands == [BrandCount("Alto", 2)]
    assert facets(Product.objects.none()) == Facets([], None, None)
