"""Reviews of a product."""

import pytest

from shop.opinions.selectors import PAGE_SIZE, own_review, reviews_of
from tests.factories import ReviewFactory

pytestmark = pytest.mark.django_db


def test_histogram_counts_every_review(product, django_assert_num_queries):
    for stars in (5, 5, 5, 4, 1):
        ReviewFactory.create(product=product, stars=stars)
    ReviewFactory.create(stars=2)  # of another product

    with django_assert_num_queries(2):
        reviews = reviews_of(product)
        shown = [review.author.name for review in reviews.page]

    assert [(entry.stars, entry.count) for entry in reviews.histogram] == [(5, 3), (4, 1), (3, 0), (2, 0), (1, 1)]
    assert (reviews.count, len(shown)) == (5, 5)


def test_pages_newest_first(product):
    made = [ReviewFactory.create(product=product) for _ in range(PAGE_SIZE + 2)]

    first, second = reviews_of(product), reviews_of(product, "2")

    assert [*first.page, *second.page] == made[::-1]
    assert len(first.page) == PAGE_SIZE


@pytest.mark.parametrize("page", [None, "", "abc", "-3", "99"])
def test_any_page_number_is_safe(product, page):
    assert list(reviews_of(product, page).page) == []


def test_no_reviews_take_one_query(product, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert list(reviews_of(product).page) == []


def test_own_review(product, user):
    ReviewFactory.create(product=product)
    assert own_review(product, user) is None

    own = ReviewFactory.create(product=product, author=user)
    assert own_review(product, user) == own
    assert own_review(product, None) is None
