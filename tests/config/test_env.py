"""Wrong values in the environment are refused with the variable's name; right ones are read as written."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("on", True), ("YES", True), ("0", False), ("false", False), ("", True)]
)
def test_flag(monkeypatch, value, expected):
    monkeypatch.setenv("KINDRED_TEST", value)

    assert env.flag("KINDRED_TEST", default=True) is expected


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: env.flag("KINDRED_TEST"), "perhaps"),
        (lambda: env.whole_number("KINDRED_TEST", 1), "many"),
        (lambda: env.whole_number("KINDRED_TEST", 1, most=65535), "70000"),
        (lambda: env.url("KINDRED_TEST", env.DATABASE_SCHEMES), "mysql://localhost/shop"),
        (lambda: env.url("KINDRED_TEST", env.REDIS_SCHEMES), "localhost:6379"),
        (lambda: env.rates("KINDRED_TEST", ""), "INR=little"),
        (lambda: env.rates("KINDRED_TEST", ""), "INR=-1"),
        (lambda: env.days("KINDRED_TEST"), "view"),
        (lambda: env.days("KINDRED_TEST"), "view=0"),
        (lambda: env.time_zone("KINDRED_TEST", "UTC"), "Europe/Nowhere"),
        (lambda: env.time_zone("KINDRED_TEST", "UTC"), "../etc/passwd"),
        (lambda: env.time_zone("KINDRED_TEST", "UTC"), "Europe"),
    ],
)
def test_a_wrong_value_is_refused_by_name(monkeypatch, read, value):
    monkeypatch.setenv("KINDRED_TEST", value)

    with pytest.raises(ImproperlyConfigured, match=r"KINDRED_TEST"):
        read()


def test_lists_and_rates(monkeypatch):
    monkeypatch.setenv("KINDRED_TEST", " INR=0.012, eur=1.08 ")

    assert env.names("KINDRED_TEST") == ["INR=0.012", "eur=1.08"]
    assert env.rates("KINDRED_TEST", "") == {"INR": 0.012, "EUR": 1.08}


def test_days(monkeypatch):
    monkeypatch.setenv("KINDRED_TEST", "View=14, purchase=180.5")

    assert env.days("KINDRED_TEST") == {"view": 14.0, "purchase": 180.5}


@pytest.mark.parametrize(("value", "zone"), [("Europe/Vienna", "Europe/Vienna"), ("", "UTC")])
def test_time_zone(monkeypatch, value, zone):
    monkeypatch.setenv("KINDRED_TEST", value)

    assert env.time_zone("KINDRED_TEST", "UTC") == zone


def test_data_dir_is_relative_to_the_project(monkeypatch, tmp_path):
    monkeypatch.setenv("DATA_DIR", "elsewhere")
    assert env.data_dir() == env.BASE_DIR / "elsewhere"

    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert env.data_dir() == tmp_path
