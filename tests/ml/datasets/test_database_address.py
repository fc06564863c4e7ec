"""Addresses of databases: their parts, and refusals that show no password."""

import pytest

from ml.datasets.database_address import is_database_address, parse_address
from ml.datasets.records import DatasetError


def test_all_parts():
    address = parse_address("mysql://reader:p%40ss%3Aword%2F1@db.example:3307/magento?charset=utf8mb3")

    assert address == ("db.example", 3307, "reader", "p@ss:word/1", "magento", "utf8mb3")
    assert str(address) == "mysql://reader@db.example:3307/magento"


def test_the_usual_port_and_no_password():
    assert parse_address("mariadb://reader@db.example/magento") == (
        *("db.example", 3306, "reader", None, "magento", "utf8mb4"),
    )


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("mysql://db.example/magento", "it lacks host, user or database: expected mysql://user@host:port/database"),
        ("mysql://reader:secret@db.example", "it lacks host, user or database"),
        ("mysql://reader:secret@db.example/a/b", "it lacks host, user or database"),
        ("mysql://reader:secret@db.example:port/magento", "it cannot be read: expected mysql://user@host:port"),
        ("mysql://reader:se/cret@db.example/magento", "it cannot be read: expected mysql://user@host:port"),
        (
            "mysql://reader:secret@db.example/magento?ssl=1",
            "it has an unknown option, ssl: only ?charset= is known",
        ),
        ("mysql://reader:secret@db.example/magento?charset=klingon", "the character set 'klingon' does not exist"),
    ],
)
def test_what_is_refused_without_showing_the_password(place, problem):
    with pytest.raises(DatasetError) as caught:
        parse_address(place)

    assert problem in str(caught.value)
    assert "cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("place", "expected"), [("mysql://a@b/c", True), ("MariaDB://a@b/c", True), ("mysql.csv", False), ("/a", False)]
)
def test_telling_an_address_from_a_path(place, expected):
    assert is_database_address(place) is expected
