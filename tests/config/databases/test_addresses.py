"""Addresses become Django's database settings."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.databases.addresses import database_config


def test_sqlite_waits_for_the_writer(tmp_path):
    config = database_config(f"sqlite:///{tmp_path}/deep/shop.sqlite3", variable="DATABASE_URL")

    assert config["ENGINE"] == "django.db.backends.sqlite3"
    assert config["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in config["OPTIONS"]["init_command"]
    assert (tmp_path / "deep").is_dir()


def test_sqlite_keeps_connections(tmp_path):
    assert database_config(f"sqlite:///{tmp_path}/shop.sqlite3", variable="DATABASE_URL")["CONN_MAX_AGE"] == 60


def test_postgresql_keeps_connections():
    config = database_config("postgresql://ann:secret@db:5433/kindred", variable="DATABASE_URL")

    assert (config["ENGINE"], config["HOST"], config["PORT"], config["NAME"]) == (
        "django.db.backends.postgresql", "db", 5433, "kindred",
    )  # fmt: skip
    assert config["CONN_HEALTH_CHECKS"] is True


def test_mongodb_takes_the_whole_address():
    config = database_config("mongodb://db:27017/behaviour?replicaSet=rs0", variable="BEHAVIOUR_DATABASE_URL")

    assert (config["ENGINE"], config["NAME"]) == ("django_mongodb_backend", "behaviour")
    assert config["HOST"] == "mongodb://db:27017/behaviour?replicaSet=rs0"
    assert config["OPTIONS"] == {"serverSelectionTimeoutMS": 2000}


def test_mongodbs_address_may_say_how_long_to_wait():
    config = database_config("mongodb://db/behaviour?serverSelectionTimeoutMS=9000", variable="BEHAVIOUR_DATABASE_URL")

    assert config["OPTIONS"] == {}


@pytest.mark.parametrize("address", ["postgresql://db:5432", "mongodb://db:27017", "mongodb://db:27017/"])
def test_an_address_without_a_database_is_refused_by_name(address):
    with pytest.raises(ImproperlyConfigured, match="SOME_URL"):
        database_config(address, variable="SOME_URL")
