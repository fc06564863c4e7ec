"""Refusals of the shop in the API's error shape."""

from django.http import Http404
from rest_framework.exceptions import APIException

from shop.api.errors import REFUSAL_CODES, Refused, ShopExceptionHandler
from shop.errors import CheckoutConflict, NotEnoughStock, ShopError


def converted(error: Exception) -> APIException:
    found = ShopExceptionHandler(error, {"view": None, "args": (), "kwargs": {}, "request": None})  # type: ignore[typeddict-item]
    return found.convert_known_exceptions(error)  # type: ignore[return-value]


def test_a_refusal_keeps_its_words_and_code():
    refused = converted(NotEnoughStock("Only 2 left."))

    assert isinstance(refused, Refused)
    assert refused.status_code == 409
    assert refused.get_full_details() == [{"message": "Only 2 left.", "code": "not_enough_stock"}]


def test_every_problem_of_a_checkout_is_an_entry():
    refused = converted(CheckoutConflict(["One.", "Two."]))

    assert [str(entry) for entry in refused.detail] == ["One.", "Two."]


def test_other_errors_are_left_to_the_package():
    assert converted(Http404()).status_code == 404
    assert converted(value := ValueError()) is value


def test_every_refusal_has_a_code_of_its_own_and_an_explanation():
    codes = [code for code, _ in REFUSAL_CODES]

    assert len(set(codes)) == len(codes) > 5
    assert {ShopError.code, NotEnoughStock.code} <= set(codes)
    assert all(text for _, text in REFUSAL_CODES)
