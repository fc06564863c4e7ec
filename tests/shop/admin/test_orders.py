"""Orders in the admin: staff move them on; what was bought and paid stays."""

from decimal import Decimal

import pytest
from django.urls import reverse

from shop.orders.models import Order
from tests.factories import OrderFactory, OrderLineFactory

pytestmark = pytest.mark.django_db
FIELDS = {
    "status": "shipped", "full_name": "New Name", "street": "2 New Street", "postal_code": "9", "city": "Newtown",
    "country": "Newland", "email": "new@example.com",
}  # fmt: skip
ALIEN = {"total": "0.01", "number": "1", "user": "", "currency": "XXX"}


def change_page(order: Order) -> str:
    return reverse("admin:shop_order_change", args=[order.pk])


def test_status_and_address_change_and_nothing_else(staff_client):
    line = OrderLineFactory()
    before = Order.objects.values("number", "total", "user_id", "currency", "checkout_key").get()
    lines = {
        "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 1, "lines-0-id": line.pk, "lines-0-order": line.order.pk,
        "lines-0-quantity": 99, "lines-0-unit_price": "0.01", "lines-0-DELETE": "on",
    }  # fmt: skip

    response = staff_client.post(change_page(line.order), FIELDS | ALIEN | lines)

    assert response.status_code == 302
    assert Order.objects.values(*FIELDS).get() == FIELDS
    assert Order.objects.values(*before).get() == before
    line.refresh_from_db()
    assert (line.quantity, line.unit_price) == (1, Decimal("20.00"))


def test_an_unknown_status_is_refused(staff_client):
    order = OrderFactory()

    response = staff_client.post(
        change_page(order), FIELDS | {"status": "lost", "lines-TOTAL_FORMS": 0, "lines-INITIAL_FORMS": 0}
    )

    assert list(response.context["adminform"].errors) == ["status"]
    assert Order.objects.get().status == "placed"


def test_the_list_can_be_narrowed_by_status(staff_client):
    OrderFactory()
    shipped = OrderFactory(status=Order.Status.SHIPPED)

    page = staff_client.get("/admin/shop/order/", {"status__exact": "shipped"})

    assert list(page.context["cl"].queryset) == [shipped]
