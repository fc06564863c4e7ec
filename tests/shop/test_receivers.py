"""Receivers of the shop when its own rows change."""

import pytest

from shop.catalogue.models import Category
from tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db


def test_what_lies_below_a_sensitive_category_is_sensitive_whenever_it_came_there():
    health, garden = CategoryFactory(name="Health"), CategoryFactory(name="Garden")
    CategoryFactory(name="Remedies", parent=health)
    health.refresh_from_db()
    health.is_sensitive = True
    health.save()
    CategoryFactory(name="Later", parent=health)
    CategoryFactory(name="Pots", parent=garden)

    marked = Category.objects.filter(is_sensitive=True).values_list("name", flat=True)
    assert set(marked) == {"Health", "Remedies", "Later"}
