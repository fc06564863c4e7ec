"""Answers are those of REST framework's own renderer."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest
from django.utils.translation import gettext_lazy
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import Serializer
from rest_framework.utils.serializer_helpers import ReturnDict, ReturnList

from shop.api.answers import JsonRenderer


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    "data",
    [
        None,
        {"a": [1, 2.5, None, True], "ä": '„quoted“ \U0001f600 \\ " \n'},
        {"price": Decimal("9.90"), "id": UUID(int=7), "colour": Colour.RED, "lazy": gettext_lazy("Yes")},
        {"at": datetime(2026, 1, 2, 3, 4, 5, 678901, UTC), "day": date(2026, 1, 2)},
        {"large": 10**30, "small": 1e-9, "third": 1 / 3},
        ReturnDict({"rows": ReturnList([1], serializer=Serializer())}, serializer=Serializer()),
    ],
    ids=["nothing", "text", "types", "times", "numbers", "of a serializer"],
)
def test_bytes_are_those_of_the_frameworks_renderer(data):
    assert JsonRenderer().render(data) == JSONRenderer().render(data)


def test_who_asks_for_an_indent_gets_one():
    assert JsonRenderer().render({"a": 1}, "application/json; indent=2") == b'{\n  "a": 1\n}'


def test_what_is_no_json_is_an_error():
    with pytest.raises(TypeError, match="not JSON serializable"):
        JsonRenderer().render({"a": object()})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "accept", "status"),
    [
        ("", None, 200),
        ("", "*/*", 200),
        ("", "application/json", 200),
        ("", "application/json; indent=4", 200),
        ("", "text/html, application/*;q=0.8", 200),
        ("?format=json", "*/*", 200),
        ("", "text/html", 406),
    ],
)
def test_json_is_all_that_is_on_offer(api, query, accept, status):
    answer = api.get(f"/api/v1/categories/{query}", headers={"accept": accept} if accept else {})

    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (status, "application/json")
