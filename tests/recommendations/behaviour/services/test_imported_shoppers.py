"""The shopper that a raw user id stands for."""

import uuid

import pytest

from recommendations.behaviour.services.imports import imported_shopper_id, imported_shopper_ids
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_an_address_of_an_account_is_the_account_whatever_its_case(user):
    assert imported_shopper_id(user.email.upper()) == user.pk


def test_a_uuid_is_itself(user):
    visitor = uuid.uuid4()

    assert imported_shopper_id(str(user.pk).upper()) == user.pk
    assert imported_shopper_id(str(visitor)) == visitor


@pytest.mark.parametrize("raw_id", ["AG3D6O4STAQKAY2UVGEUV46KN35Q", "nobody@example.com", "1", "0" * 32])
def test_any_other_text_is_always_the_same_made_up_shopper(raw_id):
    shopper_id = imported_shopper_id(raw_id)

    assert shopper_id.version == 5
    assert shopper_id == imported_shopper_id(raw_id)
    assert shopper_id != imported_shopper_id(f"{raw_id}x")


def test_made_up_ids_never_change():
    """They are in the logs of shops: another value would make strangers of their shoppers."""
    assert imported_shopper_id("A1") == uuid.UUID("5ad6371c-c928-5060-9fa1-710370b984b4")


def test_many_cost_one_query(django_assert_num_queries):
    users = [UserFactory() for _ in range(5)]
    raw_ids = [*(user.email for user in users), *(f"raw{number}" for number in range(500))]

    with django_assert_num_queries(1):
        found = imported_shopper_ids(raw_ids)

    assert set(found) == set(raw_ids)
    assert [found[user.email] for user in users] == [user.pk for user in users]


def test_no_addresses_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        imported_shopper_ids(["A1", str(uuid.uuid4())])
