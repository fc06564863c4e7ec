"""The product page and its reviews."""

import uuid

import pytest

from accounts.shoppers import COOKIE_NAME, read_visitor_token
from shop.opinions.models import Review
from shop.opinions.services import record_review
from tests.factories import CategoryFactory, ProductFactory, ReviewFactory, UserFactory

pytestmark = pytest.mark.django_db


def review_address(product):
    return f"{product.get_absolute_url()}review/"


def test_view_is_told(visitor_client, visitor, product, events):
    with events() as said:
        visitor_client.get(product.get_absolute_url())

    assert said == [("product_viewed", {"shopper_id": visitor.id, "product_id": product.pk})]


def test_view_by_an_account_is_the_accounts(user_client, user, product, events):
    with events() as said:
        user_client.get(product.get_absolute_url())

    assert said == [("product_viewed", {"shopper_id": user.pk, "product_id": product.pk})]


def test_first_view_makes_a_visitor(client, product, events):
    with events() as said:
        response = client.get(product.get_absolute_url())

    assert said[0][1]["shopper_id"] == read_visitor_token(response.cookies[COOKIE_NAME].value)


def test_click_on_a_search_result_is_told_with_its_words(visitor_client, visitor, product, events):
    with events() as said:
        visitor_client.get(product.get_absolute_url(), {"q": " brass\x00 lamp "})

    event = {"shopper_id": visitor.id, "product_id": product.pk}
    assert said == [("product_viewed", event), ("search_result_clicked", event | {"query": "brass lamp"})]


@pytest.mark.parametrize("named", [{}, {"list": "no id"}, {"list": ""}])
def test_a_view_from_nowhere_names_no_list(named, visitor_client, product, events):
    with events() as said:
        visitor_client.get(product.get_absolute_url(), named)

    assert "recomm_id" not in said[0][1]


def test_a_view_from_a_recommended_list_names_it(visitor_client, product, events):
    with events() as said:
        visitor_client.get(product.get_absolute_url(), {"list": str(uuid.UUID(int=5))})

    assert said[0][1]["recomm_id"] == uuid.UUID(int=5)


def test_fetching_ahead_is_no_view(visitor_client, product, events):
    with events() as said:
        visitor_client.get(product.get_absolute_url(), headers={"Purpose": "prefetch"})

    assert said == []


@pytest.mark.parametrize("slug", ["hidden", "unknown"])
def test_hidden_and_unknown_products(client, category, events, slug):
    ProductFactory.create(category=category, slug="hidden", is_published=False)

    with events() as said:
        response = client.get(f"/p/{slug}/")

    assert response.status_code == 404
    assert said == []


@pytest.mark.parametrize(
    ("fields", "says", "can_be_bought"),
    [
        ({"stock": 40}, "In stock", True),
        ({"stock": 3}, "Only 3 left", True),
        ({"stock": 0}, "Sold out", False),
        ({"price": None}, "No price at the moment", False),
    ],
)
def test_stock(client, fields, says, can_be_bought):
    page = client.get(ProductFactory.create(**fields).get_absolute_url()).content.decode()

    assert says in page
    assert ('id="buy-form"' in page) is can_be_bought


def test_quantity_ends_at_the_stock(client):
    page = client.get(ProductFactory.create(stock=7).get_absolute_url()).content.decode()

    assert 'min="1" max="7" value="1"' in page


def test_reduced_price(client):
    page = client.get(ProductFactory.create(price="75.00", list_price="100.00").get_absolute_url()).content.decode()

    assert "$75.00" in page
    assert "−25%" in page
    assert "$100.00</del>" in page


def test_picture_or_a_drawn_one(client):
    pictured = ProductFactory.create(image_url="https://example.com/a.jpg")
    plain = ProductFactory.create(title="ärmelkanal")

    assert 'src="https://example.com/a.jpg" alt="Product' in client.get(pictured.get_absolute_url()).content.decode()
    assert '<span class="picture__letter">Ä</span>' in client.get(plain.get_absolute_url()).content.decode()


def test_words_of_others_are_escaped(client, category):
    evil = "<script>alert(1)</script>"
    product = ProductFactory.create(
        category=category, title=evil, description=evil, brand=evil, keywords=evil, external_id=evil
    )
    ReviewFactory.create(product=product, title=evil, body=evil, author=UserFactory.create(name=evil))

    assert "<script>alert" not in client.get(product.get_absolute_url()).content.decode()


def test_address_of_an_author_is_never_shown(client, product):
    author = UserFactory.create(name="", email="very.private@example.com")
    ReviewFactory.create(product=product, author=author)

    page = client.get(product.get_absolute_url()).content.decode()

    assert "A shopper," in page
    assert "very.private" not in page


def test_review_is_stored(user_client, user, product):
    words = {"stars": "4", "title": "Good", "body": "It works."}

    response = user_client.post(review_address(product), words)

    assert (response.status_code, response["Location"]) == (302, f"{product.get_absolute_url()}#reviews")
    review = Review.objects.get()
    assert (review.author, review.stars, review.title, review.body) == (user, 4, "Good", "It works.")
    product.refresh_from_db()
    assert (product.rating_sum, product.rating_count) == (4, 1)


def test_second_review_changes_the_first(user_client, user, product):
    record_review(user=user, product=product, stars=1, title="Bad")
    page = user_client.get(product.get_absolute_url()).content.decode()
    assert "Change your review" in page
    assert 'value="Bad"' in page

    user_client.post(review_address(product), {"stars": "5", "title": "Better"})

    assert Review.objects.get().stars == 5
    product.refresh_from_db()
    assert (product.rating_sum, product.rating_count) == (5, 1)


@pytest.mark.parametrize("words", [{"stars": ""}, {"stars": "6"}, {"stars": "4", "title": "x" * 151}])
def test_refused_review_is_shown_again(user_client, product, words):
    response = user_client.post(review_address(product), words | {"body": "Long thought about."})

    assert response.status_code == 422
    page = response.content.decode()
    assert "Long thought about." in page
    assert '<details class="mt-4" open>' in page
    assert not Review.objects.exists()
    product.refresh_from_db()
    assert product.rating_count == 0


def test_refused_change_leaves_the_review(user_client, user, product):
    record_review(user=user, product=product, stars=3, title="Fair")

    user_client.post(review_address(product), {"stars": "9", "title": "Changed"})

    review = Review.objects.get()
    assert (review.stars, review.title) == (3, "Fair")


def test_review_needs_an_account_and_comes_back(client, product):
    response = client.post(review_address(product), {"stars": "5"}, follow=True)

    assert response.redirect_chain == [(f"/account/login/?next={product.get_absolute_url()}%23reviews", 302)]
    assert "Sign in to write a review." in response.content.decode()
    assert not Review.objects.exists()


def test_review_cannot_be_given_to_another_author(user_client, user, product):
    other = UserFactory.create()

    user_client.post(review_address(product), {"stars": "5", "author": str(other.pk), "is_verified_purchase": "1"})

    review = Review.objects.get()
    assert (review.author, review.is_verified_purchase) == (user, False)


def test_review_needs_a_post(user_client, product):
    assert user_client.get(review_address(product)).status_code == 405


@pytest.mark.parametrize("size", [1, 12])
def test_constant_number_of_queries(user_client, user, category, reads_of, size):
    product = ProductFactory.create(category=CategoryFactory.create(parent=category))
    ProductFactory.create_batch(size, category=product.category)
    ReviewFactory.create_batch(size, product=product)
    ReviewFactory.create(product=product, author=user)

    # Both rails read the shopper's profile and log anew while there is no profile yet.
    assert reads_of(user_client, product.get_absolute_url()) <= 14
