"""Cart contents: exact values, bounded queries."""

from decimal import Decimal

from shop.cart.selectors import CartContents, cart_contents, cart_count
from shop.cart.services import add_to_cart
from shop.catalogue.models import Product
from tests.factories import ProductFactory


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
