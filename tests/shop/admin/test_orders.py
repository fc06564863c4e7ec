"""Orders in the admin: staff move them on; what was bought and paid stays."""

from decimal import Decimal

import pytest
from django.urls import reverse

from shop.admin import orders
from shop.orders.models import Order
from shop.orders.services import move_order
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


@pytest.mark.parametrize(
    ("status", "offered"),
    [("placed", ["placed", "shipped", "cancelled", "delivered"]), ("cancelled", ["cancelled", "placed"])],
)
def test_the_form_offers_the_moves_of_the_present_state(staff_client, status, offered):
    page = staff_client.get(change_page(OrderFactory(status=status)))

    assert [value for value, _ in page.context["adminform"].form.fields["status"].choices] == offered


def test_a_move_that_is_not_offered_is_refused(staff_client):
    order = OrderFactory(status=Order.Status.CANCELLED)

    response = staff_client.post(change_page(order), FIELDS | {"lines-TOTAL_FORMS": 0, "lines-INITIAL_FORMS": 0})

    assert list(response.context["adminform"].errors) == ["status"]
    assert Order.objects.get().status == "cancelled"


def test_an_order_moved_between_check_and_save_stays_as_it_is(staff_client, monkeypatch):
    order = OrderFactory(city="Old Town")

    def moved_meanwhile(*, order, to):
        Order.objects.filter(pk=order.pk).update(status=Order.Status.CANCELLED)
        move_order(order=order, to=to)

    monkeypatch.setattr(orders, "move_order", moved_meanwhile)
    form = FIELDS | {"lines-TOTAL_FORMS": 0, "lines-INITIAL_FORMS": 0}

    page = staff_client.post(change_page(order), form, follow=True)

    assert [str(message) for message in page.context["messages"]] == [
        "Somebody else has changed the status of this order. Load it again."
    ]
    # The transaction of the page is undone as a whole, the other move of this test along with it.
    assert Order.objects.values_list("status", "city").get() == ("placed", "Old Town")


def test_an_address_is_changed_without_a_move(staff_client):
    order = OrderFactory(status=Order.Status.DELIVERED)
    form = FIELDS | {"status": "delivered", "lines-TOTAL_FORMS": 0, "lines-INITIAL_FORMS": 0}

    assert staff_client.post(change_page(order), form).status_code == 302

    assert Order.objects.values(*FIELDS).get() == FIELDS | {"status": "delivered"}


def test_the_list_can_be_narrowed_by_status(staff_client):
    OrderFactory()
    shipped = OrderFactory(status=Order.Status.SHIPPED)

    page = staff_client.get("/admin/shop/order/", {"status__exact": "shipped"})

    assert list(page.context["cl"].queryset) == [shipped]
