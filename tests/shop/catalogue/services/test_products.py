"""What staff change while shoppers buy."""

import pytest

from shop.catalogue.models import Product
from shop.catalogue.services.products import adjust_stock, set_published
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
