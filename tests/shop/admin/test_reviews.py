"""Reviews in the admin: taken away with their stars, never changed."""

import pytest
from django.urls import reverse

from shop.catalogue.models import Product
from shop.opinions.models import Review
from shop.opinions.services import record_review
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(product) -> Review:
    record_review(user=UserFactory(), product=product, stars=5)
    return record_review(user=UserFactory(), product=product, stars=1, body="Bad")


def sums() -> tuple[int, int]:
    return Product.objects.values_list("rating_sum", "rating_count").get()


@pytest.mark.parametrize("way", ["page", "list", "product"])
def test_deleting_a_review_takes_its_stars_along(staff_client, review, way):
    if way == "page":
        staff_client.post(reverse("admin:shop_review_delete", args=[review.pk]), {"post": "yes"})
    elif way == "list":
        chosen = {"action": "delete_selected", "_selected_action": [review.pk], "post": "yes"}
        staff_client.post("/admin/shop/review/", chosen)
    else:
        product = review.product
        fields = {
            "title": product.title, "slug": product.slug, "category": product.category_id, "stock": 10, "price": 20,
            "is_published": "on", "reviews-TOTAL_FORMS": 2, "reviews-INITIAL_FORMS": 2,
        }  # fmt: skip
        for row, key in enumerate(Review.objects.values_list("pk", flat=True)):
            fields |= {f"reviews-{row}-id": key, f"reviews-{row}-product": product.pk}
            if key == review.pk:
                fields[f"reviews-{row}-DELETE"] = "on"
        staff_client.post(reverse("admin:shop_product_change", args=[product.pk]), fields)

    assert Review.objects.get().stars == 5
    assert sums() == (5, 1)


def test_a_review_cannot_be_rewritten(staff_client, review):
    page = reverse("admin:shop_review_change", args=[review.pk])

    staff_client.post(page, {"stars": 5, "body": "Wonderful", "is_verified_purchase": "on"})

    review.refresh_from_db()
    assert (review.stars, review.body, review.is_verified_purchase) == (1, "Bad", False)
    assert sums() == (6, 2)
