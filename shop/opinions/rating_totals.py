"""Totals of ratings: those imported into the products' sums, and those of the shop's own reviews."""

import uuid
from collections.abc import Mapping
from typing import NamedTuple

from django.db import connections, router, transaction
from django.db.models import Count, Sum

from shop.catalogue.models import Product
from shop.opinions.models import Review

ADD = "UPDATE shop_product SET rating_sum = rating_sum + %s, rating_count = rating_count + %s WHERE id = %s"


class RatingTotal(NamedTuple):
    """The sum of n ratings of one product: `stars` lies between n and 5 n."""

    stars: float
    ratings: int


def add_rating_totals(totals: Mapping[uuid.UUID, RatingTotal]) -> None:
    """Add imported ratings to the products' sums, rounding each product's stars to a whole number.

    One statement for each product, through the cursor: an import brings thousands at a time. They run in the order of
    the ids, so that two imports cannot deadlock.
    """
    connection = connections[router.db_for_write(Product)]
    has_uuids = connection.features.has_native_uuid_field
    rows = [
        (round(total.stars), total.ratings, product_id if has_uuids else product_id.hex)
        for product_id, total in sorted(totals.items(), key=lambda entry: entry[0].int)
    ]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.executemany(ADD, rows)


def review_totals(product_ids: list[uuid.UUID]) -> dict[uuid.UUID, RatingTotal]:
    """Return the totals of the shop's own reviews, for the products that have any."""
    rows = (
        Review.objects.filter(product_id__in=product_ids)
        .order_by()
        .values_list("product_id")
        .annotate(Sum("stars"), Count("pk"))
    )
    return {product_id: RatingTotal(stars, ratings) for product_id, stars, ratings in rows}
