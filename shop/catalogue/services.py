"""Changes to products that shoppers buy at the same time, and slugs for new ones."""

import uuid
from collections.abc import Sequence

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.text import slugify

from shop.catalogue.models import Product
from shop.signals import catalogue_changed, send_on_commit

LONGEST_TITLE_PART = 100


def adjust_stock(*, product_id: uuid.UUID, by: int) -> None:
    """Add to a product's stock, or take from it (negative), never below zero.

    It takes a difference, because pieces may have been sold since the screen was loaded.
    """
    Product.objects.filter(pk=product_id).update(stock=Greatest(F("stock") + Value(by), 0))


def set_published(*, products: QuerySet[Product], is_published: bool) -> int:
    """Show or hide products and return how many were changed."""
    changed = list(products.exclude(is_published=is_published).values_list("pk", flat=True))
    products.exclude(is_published=is_published).update(is_published=is_published, updated_at=timezone.now())
    if changed:
        send_on_commit(catalogue_changed, Product, product_ids=changed)
    return len(changed)


def set_free_slugs(products: Sequence[Product]) -> None:
    """Give each product an unused slug; one query.

    It is the title; the title and external id when that is taken; the title and key when both are.
    """
    candidates = [_candidates(product) for product in products]
    all_slugs = {slug for slugs in candidates for slug in slugs}
    taken = set(Product.objects.filter(slug__in=all_slugs).values_list("slug", flat=True))
    for product, slugs in zip(products, candidates, strict=True):
        product.slug = next(slug for slug in slugs if slug not in taken)
        taken.add(product.slug)


def _candidates(product: Product) -> tuple[str, str, str]:
    title = slugify(product.title) or "product"
    if len(title) > LONGEST_TITLE_PART:
        title = title[:LONGEST_TITLE_PART].rpartition("-")[0] or title[:LONGEST_TITLE_PART]
    with_id = f"{title}-{slugify(product.external_id or '')[:26]}".strip("-")
    return title, with_id, f"{title}-{product.pk.hex}"
