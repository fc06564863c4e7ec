"""Profiles as requests read them on MongoDB, past Django's own queries."""

import uuid

import pytest

from recommendations.behaviour.models import ShopperProfile
from recommendations.shoppers.profiles import ProfileRow, read_profiles

pytestmark = [pytest.mark.mongodb, pytest.mark.django_db]


def test_what_a_request_reads_is_what_django_reads(django_assert_num_queries):
    history = {"recent": [["00" * 16, "view", 0.5]], "searches": [["grüne lampe", 1.0]], "visitors": []}
    shoppers = [uuid.uuid4() for _ in range(3)]
    for number, shopper in enumerate(shoppers[:2]):
        ShopperProfile.objects.create(
            shopper_id=shopper, model_version="a", vector=bytes([number] * 8), history=history, ranked_ahead=b"\x00\xff"
        )

    with django_assert_num_queries(1, using="behaviour"):
        found = read_profiles([*shoppers, None, shoppers[0]])

    rows = ShopperProfile.objects.filter(shopper_id__in=shoppers).values_list(*ProfileRow._fields)
    assert found == {row[0]: ProfileRow(*row) for row in rows}
    assert list(found[shoppers[1]].history["recent"][0]) == ["00" * 16, "view", 0.5]


def test_an_empty_profile_is_read():
    shopper = uuid.uuid4()
    ShopperProfile.objects.create(shopper_id=shopper)

    assert read_profiles([shopper]) == {shopper: ProfileRow(shopper, "", b"", {}, b"")}
