"""Reviews: a product's rating sums follow every review, exactly."""

import uuid
from datetime import UTC, datetime

import pytest

from shop.catalogue.models import Product
from shop.errors import InvalidReview, ProductUnavailable
from shop.opinions.models import Review
from shop.opinions.services import record_review
from shop.orders.models import Order
from tests.factories import OrderFactory, OrderLineFactory, ProductFactory, UserFactory

pytestmark = pytest.mark.django_db


def sums(product: Product) -> tuple[int, int]:
    product.refresh_from_db()
    return product.rating_sum, product.rating_count


def test_reviews_add_to_the_imported_ratings(user):
    product = ProductFactory(rating_sum=40, rating_count=10)

    review = record_review(user=user, product=product, stars=5, title=" Nice ", body=" Works. ")

    assert (review.stars, review.title, review.body, review.author) == (5, "Nice", "Works.", user)
    assert (product.rating_sum, product.rating_count) == (45, 11)
    assert sums(product) == (45, 11)


def test_a_second_review_changes_the_first(user, product):
    first = record_review(user=user, product=product, stars=5, body="Great")
    second = record_review(user=user, product=product, stars=2, body="Broke")

    assert first.pk == second.pk
    assert list(Review.objects.values_list("stars", "body")) == [(2, "Broke")]
    assert sums(product) == (2, 1)


def test_each_shopper_counts_once(user, product):
    record_review(user=user, product=product, stars=5)
    record_review(user=UserFactory(), product=product, stars=2)

    assert sums(product) == (7, 2)
    assert product.rating == 3.5


@pytest.mark.parametrize("stars", [0, 6, -1, 4.5, "5", True, None])
def test_other_stars_are_refused(user, product, stars):
    record_review(user=user, product=product, stars=3)

    with pytest.raises(InvalidReview, match="1 to 5 stars"):
        record_review(user=user, product=product, stars=stars)

    assert sums(product) == (3, 1)
    assert Review.objects.get().stars == 3


@pytest.mark.parametrize(("field", "most"), [("title", 150), ("body", 5000)])
def test_too_many_words_are_refused(user, product, field, most):
    record_review(user=user, product=product, stars=4, **{field: "x" * most})

    with pytest.raises(InvalidReview, match=f"{field} is too long"):
        record_review(user=user, product=product, stars=1, **{field: "x" * (most + 1)})

    assert sums(product) == (4, 1)


def test_a_hidden_product_cannot_be_reviewed(user):
    product = ProductFactory(is_published=False)

    with pytest.raises(ProductUnavailable):
        record_review(user=user, product=product, stars=4)

    assert not Review.objects.exists()
    assert sums(product) == (0, 0)


@pytest.mark.parametrize(("status", "verified"), [(Order.Status.DELIVERED, True), (Order.Status.CANCELLED, False)])
def test_buyers_are_marked(user, product, status, verified):
    OrderLineFactory(product=product, order=OrderFactory(user=user, status=status))

    assert record_review(user=user, product=product, stars=4).is_verified_purchase is verified
    assert record_review(user=UserFactory(), product=product, stars=4).is_verified_purchase is False


def test_stars_are_told_after_the_commit_and_only_when_new(
    user, product, shop_events, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        record_review(user=user, product=product, stars=4)
        assert shop_events == []
    with django_capture_on_commit_callbacks(execute=True):
        record_review(user=user, product=product, stars=4, body="Still good")
        record_review(user=user, product=product, stars=5)

    assert [(event["event"], event["shopper_id"], event["product_id"], event["stars"]) for event in shop_events] == [
        ("product_rated", user.pk, product.pk, 4),
        ("product_rated", user.pk, product.pk, 5),
    ]


@pytest.mark.parametrize("way", ["review", "queryset", "account"])
def test_a_deleted_review_takes_its_stars_along(user, product, way):
    review = record_review(user=user, product=product, stars=1)
    record_review(user=UserFactory(), product=product, stars=5)

    if way == "review":
        review.delete()
    elif way == "queryset":
        Review.objects.filter(author=user).delete()
    else:
        user.delete()

    assert sums(product) == (5, 1)


def test_a_product_can_be_deleted_with_its_reviews(user, product):
    record_review(user=user, product=product, stars=1)

    product.delete()

    assert not Review.objects.exists()


def test_a_review_of_an_earlier_day_counts_and_is_not_announced(
    user, product, shop_events, django_capture_on_commit_callbacks
):
    moment = datetime(2026, 3, 1, 20, 15, tzinfo=UTC)
    with django_capture_on_commit_callbacks(execute=True):
        record_review(user=user, product=product, stars=4, review_id=uuid.UUID(int=5), written_at=moment)

    review = Review.objects.get()
    assert (review.pk, review.created_at, review.stars) == (uuid.UUID(int=5), moment, 4)
    assert sums(product) == (4, 1)
    assert shop_events == []
