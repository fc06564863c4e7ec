"""Bodies that are too large, no JSON, or of another type."""

import pytest

from shop.api.parsers import MOST_BYTES
from tests.shop.api.answers import one_error

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/api/v1/events/", "/api/v1/cart/items/", "/api/v1/checkout/"])
def test_ten_megabytes_are_refused(api, path):
    answer = api.generic("POST", path, b'{"kind": "' + b"x" * (10 * MOST_BYTES) + b'"}', "application/json")

    assert one_error(answer, 413) == ("client_error", "too_large", None)


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x"])
def test_another_content_type_is_refused(api, content_type):
    answer = api.generic("POST", "/api/v1/events/", b"kind=view", content_type)

    assert one_error(answer, 415) == ("client_error", "unsupported_media_type", None)


@pytest.mark.parametrize(
    "body",
    ["{", "\xff", "NaN", '{"a": Infinity}', '{"kind": "\\ud800"}', '{"\\udc00": 1}', '["\\ud800\\ud800"]'],
    ids=["cut", "latin", "nan", "infinity", "half-a-pair", "half-a-key", "two-halves"],
)
def test_what_is_no_json_is_refused(api, body):
    answer = api.generic("POST", "/api/v1/events/", body.encode("latin-1"), "application/json")

    assert one_error(answer, 400) == ("client_error", "parse_error", None)


@pytest.mark.parametrize("path", ["/api/v1/events/", "/api/v1/cart/items/", "/api/v1/checkout/"])
@pytest.mark.parametrize("depth", [33, 900, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")], ids=["lists", "objects"])
def test_what_is_nested_too_deep_is_refused(api, path, depth, opening, closing):
    answer = api.generic("POST", path, f"{opening * depth}1{closing * depth}", "application/json")

    assert one_error(answer, 400) == ("client_error", "parse_error", None)


def test_a_whole_pair_is_text_and_nesting_has_its_room(api, product):
    event = b'{"kind": "search", "query": "\\ud83d\\ude00", "more": ' + b"[" * 31 + b"]" * 31 + b"}"

    assert api.generic("POST", "/api/v1/events/", event, "application/json").status_code == 202
