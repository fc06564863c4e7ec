"""Reviews of a product."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count

from accounts.models import User
from shop.catalogue.models import Product
from shop.opinions.models import Review

PAGE_SIZE = 10


@dataclass(frozen=True)
class StarCount:
    """A number of stars and the number of reviews that gave it."""

    stars: int
    count: int


@dataclass(frozen=True)
class Reviews:
    """A page of reviews, newest first, and how the stars of all of them are spread (five stars first)."""

    page: "Page[Review]"
    histogram: list[StarCount]
    count: int


def reviews_of(product: Product, page: str | None = None) -> Reviews:
    """Return one page of the product's reviews; two queries, one where there are none."""
    counted = dict(product.reviews.order_by().values_list("stars").annotate(count=Count("pk")))
    paginator = Paginator(product.reviews.select_related("author"), PAGE_SIZE)
    # Counted by the histogram.
    paginator.count = sum(counted.values())
    histogram = [StarCount(stars, counted.get(stars, 0)) for stars in range(5, 0, -1)]
    return Reviews(paginator.get_page(page), histogram, paginator.count)


def own_review(product: Product, user: User | None) -> Review | None:
    """Return the user's review of the product, if there is one."""
    return product.reviews.filter(author=user).first() if user else None
