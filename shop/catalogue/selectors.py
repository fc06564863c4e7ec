"""Reads of the catalogue."""

import uuid
from collections.abc import Collection

from shop.catalogue.models import Category


def categories_of(category_ids: Collection[uuid.UUID]) -> list[Category]:
    """Return the categories that are still there, in the order of their ids as given; one query."""
    found = {category.pk: category for category in Category.objects.filter(pk__in=category_ids)}
    return [found[category_id] for category_id in category_ids if category_id in found]


def is_category(category_id: uuid.UUID) -> bool:
    """Tell whether there is such a category."""
    return Category.objects.filter(pk=category_id).exists()
