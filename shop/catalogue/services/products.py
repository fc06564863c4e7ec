"""What staff change on products that shoppers change at the same time."""

import uuid

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from shop.catalogue.models import Product
from shop.signals import catalogue_changed, send_on_commit


def adjust_stock(*, product_id: uuid.UUID, by: int) -> None:
    """Add to a product's stock, or take from it (negative), no further than to none.

    A difference, because pieces may have been sold since the number on the screen was read.
    """
    Product.objects.filter(pk=product_id).update(stock=Greatest(F("stock") + Value(by), 0))


def set_published(*, products: QuerySet[Product], is_published: bool) -> int:
    """Show or hide products and return how many were changed."""
    changed = list(products.exclude(is_published=is_published).values_list("pk", flat=True))
    products.exclude(is_published=is_published).update(is_published=is_published, updated_at=timezone.now())
    if changed:
        send_on_commit(catalogue_changed, Product, product_ids=changed)
    return len(changed)
