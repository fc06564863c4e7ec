"""Reviews and wishlists. A product's rating sums change in the same transaction as its reviews."""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from shop.catalogue.models import Product
from shop.errors import InvalidReview, ProductUnavailable
from shop.opinions.models import Review, WishlistItem
from shop.orders.models import Order, OrderLine
from shop.signals import product_rated, send_on_commit

_LIMITS = {"title": 150, "body": 5000}


@transaction.atomic
def record_review(
    *,
    user: User,
    product: Product,
    stars: int,
    title: str = "",
    body: str = "",
    review_id: uuid.UUID | None = None,
    written_at: datetime | None = None,
) -> Review:
    """Store the user's review of the product, or change the one they gave before.

    - `stars`: a whole number, 1 to 5.
    - `review_id`: the key of a new review, random by default.
    - `written_at`: for a review from an earlier day, of which listeners are not told.

    Raises InvalidReview or ProductUnavailable; nothing is then changed.
    """
    if isinstance(stars, bool) or not isinstance(stars, int) or not 1 <= stars <= 5:
        raise InvalidReview("Give 1 to 5 stars.")
    words = {"title": title.strip(), "body": body.strip()}
    for field, most in _LIMITS.items():
        if len(words[field]) > most:
            raise InvalidReview(f"The {field} is too long: at most {most} characters.")
    # The lock makes two reviews of one product wait for each other, so the sums stay true.
    if not Product.objects.select_for_update().published().filter(pk=product.pk).exists():
        raise ProductUnavailable("This product is no longer for sale.")
    review = Review.objects.filter(product_id=product.pk, author=user).first()
    before = review.stars if review else None
    review = review or Review(pk=review_id or uuid.uuid4(), product_id=product.pk, author=user)
    review.stars, review.title, review.body = stars, words["title"], words["body"]
    review.is_verified_purchase = _has_bought(user, product)
    review.save()
    if written_at is not None:
        review.created_at = written_at
        review.save(update_fields=["created_at"])
    _change_rating(product, stars - (before or 0), 1 if before is None else 0)
    if stars != before and written_at is None:
        send_on_commit(product_rated, Review, shopper_id=user.pk, product_id=product.pk, stars=stars)
    return review


def withdraw_stars(*, review: Review) -> None:
    """Take the stars of a deleted review out of its product's sums."""
    Product.objects.filter(pk=review.product_id, rating_count__gt=0).update(
        rating_sum=F("rating_sum") - review.stars, rating_count=F("rating_count") - 1
    )


def wish(*, user: User, product_id: uuid.UUID) -> tuple[WishlistItem, bool]:
    """Return the wish, and whether it is new; ProductUnavailable for a product the shop does not show."""
    if not Product.objects.published().filter(pk=product_id).exists():
        raise ProductUnavailable("This product is no longer for sale.")
    return WishlistItem.objects.get_or_create(user=user, product_id=product_id)


def forget_wish(*, user: User, product_id: uuid.UUID) -> bool:
    """Take the product off; False when it was not on the list."""
    deleted, _ = WishlistItem.objects.filter(user=user, product_id=product_id).delete()
    return bool(deleted)


def _has_bought(user: User, product: Product) -> bool:
    bought = OrderLine.objects.filter(product_id=product.pk, order__user=user)
    return bought.exclude(order__status=Order.Status.CANCELLED).exists()


def _change_rating(product: Product, stars: int, count: int) -> None:
    Product.objects.filter(pk=product.pk).update(
        rating_sum=F("rating_sum") + stars, rating_count=F("rating_count") + count
    )
    product.refresh_from_db(fields=["rating_sum", "rating_count"])
