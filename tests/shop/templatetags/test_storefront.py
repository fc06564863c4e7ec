"""Money, form fields, page numbers, half stars and stand-in colours."""

import re
import uuid
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator

from shop.templatetags.storefront import (
    TINTS,
    elided_pages,
    half_stars,
    is_checkbox,
    money,
    nth_tint,
    percent_off,
    recent_orders,
    styled,
    tint,
)
from tests.factories import OrderFactory, OrderLineFactory

STYLES = (Path(__file__).resolve().parents[3] / "static/css/products.css").read_text()


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (Decimal("1299"), "USD", "$1,299.00"),
        (Decimal("0.5"), "EUR", "€0.50"),
        (Decimal("1234567.891"), "INR", "₹1,234,567.89"),
        (Decimal("1500.4"), "JPY", "¥1,500"),
        (Decimal("12.3"), "CHF", "CHF\u00a012.30"),
        (None, "USD", ""),
    ],
)
def test_money(amount, currency, text):
    assert money(amount, currency) == text


def test_currency_of_the_shop_is_the_default(settings):
    settings.SHOP_CURRENCY = "GBP"

    assert money(Decimal("2")) == "£2.00"


@pytest.mark.parametrize(
    ("price", "before", "percent"),
    [("80", "100", 20), ("66.67", "100", 33), ("100", "100", 0), ("120", "100", 0), ("99.99", "100", 0)],
)
def test_percent_off(price, before, percent):
    assert percent_off(Decimal(price), Decimal(before)) == percent


def test_percent_off_needs_both_prices():
    assert (percent_off(None, Decimal("5")), percent_off(Decimal("5"), None)) == (0, 0)


class EveryField(forms.Form):
    words = forms.CharField(help_text="Some words.")
    several = forms.ChoiceField(choices=[("a", "A")])
    agreed = forms.BooleanField()


@pytest.mark.parametrize(
    ("name", "css", "box"),
    [("words", "form-control", False), ("several", "form-select", False), ("agreed", "form-check-input", True)],
)
def test_classes(name, css, box):
    field = EveryField()[name]

    assert f'class="{css}"' in styled(field)
    assert is_checkbox(field) is box


def test_errors_are_marked_and_tied_to_their_words():
    field = EveryField({})["words"]

    html = styled(field)

    assert 'class="form-control is-invalid"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_words_helptext id_words_error"' in html


def test_what_was_typed_is_escaped():
    field = EveryField({"words": '"><script>alert(1)</script>'})["words"]

    assert "<script>" not in styled(field)


@pytest.mark.parametrize(
    ("pages", "number", "shown"),
    [(1, 1, "1"), (3, 2, "1 2 3"), (20, 1, "1 2 … 20"), (20, 10, "1 … 9 10 11 … 20"), (20, 20, "1 … 19 20")],
)
def test_elided_pages(pages, number, shown):
    paginator = Paginator(range(pages), 1)

    assert " ".join(str(each) for each in elided_pages(paginator, number)) == shown


@pytest.mark.parametrize(
    ("rating", "stars"), [(None, "0.0"), (1, "1.0"), (4.2, "4.0"), (4.3, "4.5"), (4.8, "5.0"), (5.0, "5.0")]
)
def test_half_stars(rating, stars):
    assert half_stars(rating) == stars


def test_the_style_sheet_draws_every_half_star():
    drawn = set(re.findall(r'\[data-stars="([\d.]+)"\]', STYLES))

    assert drawn == {half_stars(tenth / 10) for tenth in range(3, 51)}


def test_the_style_sheet_colours_every_tint_in_both_themes():
    assert re.findall(r"^\.tint-(\d)", STYLES, re.MULTILINE) == [str(number) for number in range(TINTS)]
    assert re.findall(r'^\[data-bs-theme="dark"\] \.tint-(\d)', STYLES, re.MULTILINE) == [
        str(number) for number in range(TINTS)
    ]


def test_tint_belongs_to_the_product():
    key = uuid.uuid4()

    assert tint(key) == tint(uuid.UUID(str(key)))
    assert {tint(uuid.UUID(int=number)) for number in range(50)} == set(range(TINTS))
    assert [nth_tint(position) for position in range(7)] == [0, 1, 2, 3, 4, 5, 0]


@pytest.mark.django_db
def test_newest_first_and_only_own(user, django_assert_num_queries):
    own = [OrderFactory.create(user=user) for _ in range(3)]
    for order in own:
        OrderLineFactory.create(order=order)
    OrderFactory.create()

    with django_assert_num_queries(2):
        shown = [(order.pk, len(order.lines.all())) for order in recent_orders(user, 2)]

    assert shown == [(own[2].pk, 1), (own[1].pk, 1)]
