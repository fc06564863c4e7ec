"""Changes by staff while shoppers buy, and slugs for many products at once."""

import pytest

from shop.catalogue.models import Product
from shop.catalogue.services import adjust_stock, set_free_slugs, set_published
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("by", "stock"), [(5, 15), (-4, 6), (-10, 0), (-11, 0), (0, 10)])
def test_stock_changes_by_a_difference_and_never_below_none(product, by, stock):
    other = ProductFactory()

    adjust_stock(product_id=product.pk, by=by)

    product.refresh_from_db()
    other.refresh_from_db()
    assert (product.stock, other.stock) == (stock, 10)


def test_only_products_that_change_are_told(category, shop_events, django_capture_on_commit_callbacks):
    hidden, public = (ProductFactory(is_published=state, category=category) for state in (False, True))
    before = public.updated_at

    with django_capture_on_commit_callbacks(execute=True):
        assert set_published(products=Product.objects.all(), is_published=True) == 1
        assert set_published(products=Product.objects.all(), is_published=True) == 0

    assert [event["product_ids"] for event in shop_events if event["event"] == "catalogue_changed"] == [[hidden.pk]]
    assert Product.objects.published().count() == 2
    hidden_before = hidden.updated_at
    hidden.refresh_from_db()
    public.refresh_from_db()
    assert hidden.updated_at > hidden_before
    assert public.updated_at == before


def test_the_title_when_free_else_with_the_id_else_with_the_key(django_assert_num_queries):
    ProductFactory(slug="desk-lamp")
    ProductFactory(slug="floor-lamp")
    ProductFactory(slug="floor-lamp-b2")
    products = [
        Product(title="Desk Lamp", external_id="B1"),
        Product(title="Floor Lamp", external_id="B2"),
        Product(title="Café Lamp", external_id="B3"),
        Product(title="Café Lamp!", external_id="B/4"),
        Product(title="灯", external_id="B5"),
        Product(title="灯", external_id=None),
    ]

    with django_assert_num_queries(1):
        set_free_slugs(products)

    assert [product.slug for product in products] == [
        "desk-lamp-b1",
        f"floor-lamp-{products[1].pk.hex}",
        "cafe-lamp",
        "cafe-lamp-b4",
        "product",
        f"product-{products[5].pk.hex}",
    ]


@pytest.mark.parametrize(
    ("title", "slug"),
    [("word " * 30, "-".join(["word"] * 20)), ("w" * 200, "w" * 100), ("a" * 60 + " " + "b" * 60, "a" * 60)],
)
def test_a_long_title_is_cut_between_words(title, slug):
    product = Product(title=title, external_id="B1")

    set_free_slugs([product])

    assert product.slug == slug


def test_slugs_fit_the_column():
    products = [Product(title="word " * 200, external_id="x" * 64) for _ in range(3)]

    set_free_slugs(products)

    assert len({product.slug for product in products}) == 3
    assert all(len(product.slug) <= 160 for product in products)
    assert not any("--" in product.slug for product in products)
