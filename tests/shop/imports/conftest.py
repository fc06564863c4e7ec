"""The services alone: their events are written down instead of reaching the recommender."""

import pytest

from shop.imports.catalogue_import import import_products


@pytest.fixture
def run(settings, django_capture_on_commit_callbacks):
    """Import records into a shop in dollars, and let what happens on commit happen."""
    settings.SHOP_CURRENCY = "USD"
    settings.EXCHANGE_RATES = {"INR": 0.012}

    def import_now(*records, **options):
        with django_capture_on_commit_callbacks(execute=True):
            return import_products(records, **options)

    return import_now
