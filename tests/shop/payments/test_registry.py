"""The contract that every payment provider keeps."""

import dataclasses
import re

import pytest

from shop.payments.base import PaymentProvider
from shop.payments.registry import PROVIDERS, shop_provider


@pytest.fixture(params=PROVIDERS, ids=lambda provider: provider.name)
def provider(request) -> PaymentProvider:
    return request.param


def test_it_is_named_for_programs_and_for_people(provider):
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,31}", provider.name)
    assert provider.title.strip()


def test_it_cannot_be_changed(provider):
    with pytest.raises(dataclasses.FrozenInstanceError):
        provider.name = "other"


def test_names_are_unique():
    assert len({provider.name for provider in PROVIDERS}) == len(PROVIDERS)


def test_new_orders_are_paid_on_invoice():
    assert (shop_provider().name, shop_provider().title) == ("invoice", "Pay on invoice")
