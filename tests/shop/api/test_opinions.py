"""Reviews, wishlists, facets."""

import uuid

import pytest

from shop.catalogue.models import Product
from shop.opinions.models import Review, WishlistItem
from tests.factories import ProductFactory, ReviewFactory
from tests.shop.api.answers import one_error

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviews(product):
    return f"/api/v1/products/{product.pk}/reviews/"


def test_reviews_newest_first(api, product, reviews, django_assert_num_queries):
    written = [ReviewFactory(product=product, stars=stars) for stars in (2, 4)]

    with django_assert_num_queries(2):
        body = api.get(reviews).json()

    assert [entry["id"] for entry in body["results"]] == [str(review.pk) for review in reversed(written)]
    assert set(body["results"][0]) == {
        "id", "author", "stars", "title", "body", "is_verified_purchase", "created_at",
    }  # fmt: skip
    assert body["results"][0]["author"] == written[1].author.get_short_name()


def test_a_review_is_given_once_and_changed(user_api, user, product, reviews):
    first = user_api.post(reviews, {"stars": 5, "title": "Good"}, "json")
    second = user_api.post(reviews, {"stars": 2}, "json")

    assert (first.status_code, second.status_code) == (201, 201)
    assert Review.objects.get().author == user
    product.refresh_from_db()
    assert (product.rating_sum, product.rating_count) == (2, 1)


@pytest.mark.parametrize(
    ("body", "attr"),
    [({}, "stars"), ({"stars": 0}, "stars"), ({"stars": 5, "title": "x" * 151}, "title")],
    ids=["no-stars", "zero", "long-title"],
)
def test_a_bad_review_is_refused(user_api, reviews, body, attr):
    assert one_error(user_api.post(reviews, body, "json"), 400)[2] == attr
    assert not Review.objects.exists()


def test_reviews_need_an_account_and_a_product(api, user_api, reviews):
    unknown = f"/api/v1/products/{uuid.uuid4()}/reviews/"
    assert user_api.get(unknown).status_code == 404
    assert user_api.post(unknown, {"stars": 5}, "json").status_code == 404
    api.logout()
    assert one_error(api.post(reviews, {"stars": 5}, "json"), 401)[1] == "not_authenticated"


def test_the_wishlist_from_start_to_end(user_api, product, django_assert_num_queries):
    wish = f"/api/v1/wishlist/{product.pk}/"
    assert [user_api.put(wish).status_code for _ in range(2)] == [201, 200]
    ProductFactory(category=product.category)

    with django_assert_num_queries(3):  # session, account, wishes
        body = user_api.get("/api/v1/wishlist/").json()

    assert [entry["product"]["id"] for entry in body["results"]] == [str(product.pk)]
    assert [user_api.delete(wish).status_code for _ in range(2)] == [204, 404]
    assert not WishlistItem.objects.exists()


def test_a_product_hidden_since_is_left_out_and_cannot_be_wished(user_api, product):
    user_api.put(f"/api/v1/wishlist/{product.pk}/")
    Product.objects.update(is_published=False)

    assert user_api.get("/api/v1/wishlist/").json()["results"] == []
    assert one_error(user_api.put(f"/api/v1/wishlist/{product.pk}/"), 409)[1] == "product_unavailable"


@pytest.mark.parametrize(("method", "path"), [("get", ""), ("put", f"{uuid.UUID(int=1)}/")], ids=["get", "put"])
def test_a_wishlist_needs_an_account(api, method, path):
    assert getattr(api, method)(f"/api/v1/wishlist/{path}").status_code == 401


def test_facets_of_what_the_filters_leave(api, category, django_assert_num_queries):
    for brand, price in (("Acme", 5), ("Acme", 7), ("Other", 90)):
        ProductFactory(category=category, brand=brand, price=price)

    with django_assert_num_queries(2):
        body = api.get("/api/v1/products/facets/", {"max_price": 80}).json()

    assert body == {
        "brands": [{"brand": "Acme", "count": 2}],
        "lowest_price": "5.00",
        "highest_price": "7.00",
    }
    assert api.get("/api/v1/products/facets/", {"q": "nothing-like-it"}).json()["brands"] == []
