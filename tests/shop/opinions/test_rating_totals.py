"""Imported stars in the products' sums."""

import pytest

from shop.catalogue.models import Product
from shop.opinions.rating_totals import RatingTotal, add_rating_totals, review_totals
from tests.factories import ProductFactory, ReviewFactory

pytestmark = pytest.mark.django_db


def sums(product: Product) -> tuple[int, int]:
    product.refresh_from_db()
    return product.rating_sum, product.rating_count


def test_totals_are_added_to_what_is_there():
    first, second, third = ProductFactory(rating_sum=9, rating_count=2), ProductFactory(), ProductFactory()

    add_rating_totals({first.pk: RatingTotal(7.5, 2), second.pk: RatingTotal(1.0, 1)})

    # 7.5 stars become 8.
    assert [sums(product) for product in (first, second, third)] == [(17, 4), (1, 1), (0, 0)]


def test_rounding_never_leaves_the_bounds_of_1_to_5_stars():
    low, high = ProductFactory(), ProductFactory()

    add_rating_totals({low.pk: RatingTotal(3.4, 3), high.pk: RatingTotal(14.6, 3)})

    assert sums(low) == (3, 3)
    assert sums(high) == (15, 3)


def test_a_product_that_is_gone_is_passed_over(product):
    gone = ProductFactory()
    key = gone.pk
    gone.delete()

    add_rating_totals({key: RatingTotal(5.0, 1), product.pk: RatingTotal(5.0, 1)})

    assert sums(product) == (5, 1)


def test_review_totals_of_those_that_have_reviews(product):
    other = ProductFactory()
    ReviewFactory(product=product, stars=4)
    ReviewFactory(product=product, stars=1)
    ReviewFactory(stars=2)

    assert review_totals([product.pk, other.pk]) == {product.pk: RatingTotal(5, 2)}
