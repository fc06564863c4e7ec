"""The WSGI entry point reads every request as UTF-8, whatever its Content-Type says."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import RequestFactory

from config.wsgi import application, reading_utf_8

NO_CHARSETS = [
    "zlib", "hex", "rot13", "base64", "bz2", "punycode", "undefined", "utf-16", "nope", "utf-8", '"zlib"', "x" * 300,
]  # fmt: skip


def no_writing(_: bytes) -> None:
    raise AssertionError("an answer is what the application returns")


def status_of(path: str, **environ: object) -> str:
    statuses: list[str] = []

    def start_response(status: str, *_: object) -> Callable[[bytes], object]:
        statuses.append(status)
        return no_writing

    marks = RequestFactory().get(path, {"q": "café"}).environ
    application(marks | environ, start_response)
    return statuses[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/", "/api/v1/health/", "/api/v1/products/"])
def test_no_charset_of_a_request_is_a_mistake_of_the_shop(path):
    for charset in NO_CHARSETS:
        for parameter in (f"charset={charset}", f"Charset*=utf-8''{charset}", f"charset*={charset}''x"):
            assert status_of(path, CONTENT_TYPE=f"text/plain; {parameter}") == "200 OK", parameter


@pytest.mark.django_db(transaction=True)
def test_too_many_parameters_are_refused_with_a_charset_too():
    many = "&".join("a=1" for _ in range(1100))

    assert status_of("/api/v1/products/", CONTENT_TYPE="x; charset=utf-8", QUERY_STRING=many) == "400 Bad Request"


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("application/json; charset=zlib", "application/json"),
        ("application/json;CHARSET = utf-16", "application/json"),
        ('multipart/form-data; boundary="a b\\"c"; charset=hex', 'multipart/form-data; boundary="a b\\"c"'),
        ("text/plain; boundary*=nope''x; charset=hex", "text/plain"),
        ("application/json", "application/json"),
        ("multipart/form-data; boundary=ab", "multipart/form-data; boundary=ab"),
    ],
    ids=["codec", "spaces", "boundary", "unknown", "plain", "untouched"],
)
def test_what_else_the_content_type_says_stays(sent, seen):
    environ = {"CONTENT_TYPE": sent, "wsgi.input": BytesIO()}

    reading_utf_8(lambda given, _: [given["CONTENT_TYPE"].encode()])(environ, lambda *_: no_writing)

    assert environ["CONTENT_TYPE"] == seen
