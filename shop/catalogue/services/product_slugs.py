"""Addresses for many new products at once."""

from collections.abc import Sequence

from django.utils.text import slugify

from shop.catalogue.models import Product

LONGEST_TITLE_PART = 100


def set_free_slugs(products: Sequence[Product]) -> None:
    """Give each product a slug that no other has, in one query.

    It is made of the title; of title and external id when that is taken; of title and key when both are.
    """
    candidates = [_candidates(product) for product in products]
    wanted = {slug for slugs in candidates for slug in slugs}
    taken = set(Product.objects.filter(slug__in=wanted).values_list("slug", flat=True))
    for product, slugs in zip(products, candidates, strict=True):
        product.slug = next(slug for slug in slugs if slug not in taken)
        taken.add(product.slug)


def _candidates(product: Product) -> tuple[str, str, str]:
    title = slugify(product.title) or "product"
    if len(title) > LONGEST_TITLE_PART:
        title = title[:LONGEST_TITLE_PART].rpartition("-")[0] or title[:LONGEST_TITLE_PART]
    with_id = f"{title}-{slugify(product.external_id or '')[:26]}".strip("-")
    return title, with_id, f"{title}-{product.pk.hex}"
