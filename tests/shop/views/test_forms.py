"""Forms of the shop's pages."""

import uuid

import pytest

from shop.orders.services import Address
from shop.views.forms import CheckoutForm, QuantityForm, ReviewForm

pytestmark = pytest.mark.django_db  # a model form lets the database check its constraints

ADDRESS = {
    "full_name": " Test Shopper ",
    "email": "shopper@example.com",
    "street": "1 Test Street",
    "postal_code": "12345",
    "city": "Testing",
    "country": "Testland",
}


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ({"quantity": "3"}, 3),
        ({"quantity": " 3 "}, 3),
        ({"quantity": "3", "step": "1"}, 4),
        ({"quantity": "3", "step": "-1"}, 2),
        ({"quantity": "1", "step": "-1"}, 0),
        ({"quantity": "0", "step": "-1"}, 0),
    ],
)
def test_quantity(data, wanted):
    form = QuantityForm(data)

    assert form.is_valid()
    assert form.total() == wanted


@pytest.mark.parametrize("quantity", ["", "abc", "-1", "100", "1.5", "1e3", "NaN", "9" * 400, "\x00"])
def test_no_quantity(quantity):
    form = QuantityForm({"quantity": quantity})

    assert not form.is_valid()
    assert form.errors["quantity"] == ["Choose a quantity from 1 to 99."]


@pytest.mark.parametrize("step", ["2", "-2", "abc"])
def test_no_step(step):
    assert not QuantityForm({"quantity": "1", "step": step}).is_valid()


def test_address_is_trimmed_and_complete():
    form = CheckoutForm(ADDRESS | {"checkout_key": str(uuid.uuid4()), "status": "shipped", "total": "0"})

    assert form.is_valid(), form.errors
    assert form.address() == Address(
        full_name="Test Shopper",
        street="1 Test Street",
        city="Testing",
        postal_code="12345",
        country="Testland",
        email="shopper@example.com",
    )
    assert form.cleaned_data["expected_total"] is None


@pytest.mark.parametrize("missing", [*ADDRESS, "checkout_key"])
def test_every_line_of_the_address_is_needed(missing):
    data = ADDRESS | {"checkout_key": str(uuid.uuid4())}
    del data[missing]

    form = CheckoutForm(data)

    assert not form.is_valid()
    assert list(form.errors) == [missing]


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "nonsense"), ("full_name", "x" * 151), ("city", "a\x00b"), ("checkout_key", "1")],
)
def test_damaged_addresses_are_refused(field, value):
    form = CheckoutForm(ADDRESS | {"checkout_key": str(uuid.uuid4()), field: value})

    assert list(form.errors) == [field]


def test_browser_can_fill_in_the_address():
    fields = CheckoutForm().fields

    assert {name: fields[name].widget.attrs["autocomplete"] for name in ADDRESS} == {
        "full_name": "name",
        "email": "email",
        "street": "street-address",
        "postal_code": "postal-code",
        "city": "address-level2",
        "country": "country-name",
    }


@pytest.mark.parametrize(("stars", "valid"), [("1", True), ("5", True), ("0", False), ("6", False), ("", False)])
def test_stars(stars, valid):
    form = ReviewForm({"stars": stars})

    assert form.is_valid() is valid
    if valid:
        assert form.cleaned_data["stars"] == int(stars)
