"""Writing the demo: whole or not at all, once, and never over what is there."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.files.storage import default_storage
from PIL import Image

from accounts.models import User
from demo import loading
from demo.loading import FILL_STEPS, Filled, fill_shop, known_accounts, missing_products, store_pictures
from demo.plan import ADMIN_EMAIL, PASSWORD, SHOPPER_EMAIL, plan_demo
from shop.catalogue.models import Category, Product
from shop.opinions.models import Review
from shop.opinions.rating_totals import RatingTotal
from shop.orders.models import Order, OrderLine
from shop.signals import catalogue_changed
from tests.factories import CategoryFactory, ProductFactory, ReviewFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_on_that_day")]


@pytest.fixture
def _on_that_day(now):
    with time_machine.travel(now, tick=False):
        yield


def fill(demo, log_stars=None) -> Filled:
    return fill_shop(demo, log_stars=log_stars or {}, on_progress=lambda _: None)


def rows() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Category, Product, User, Order, OrderLine, Review)}


def test_products_come_with_categories_texts_and_age(small_demo, now):
    filled = fill(small_demo)
    first = small_demo.products[0]
    product = Product.objects.get(external_id=first.external_id)

    assert filled.products == Product.objects.count() == 9
    assert product.pk == first.id
    assert (product.title, product.price, product.stock) == (first.title, first.price, first.stock)
    assert product.slug == first.slug
    assert product.image.name == first.image_name
    assert product.created_at == now - timedelta(days=first.age_days)
    assert product.category.name == "Coffee & Tea"
    parent = Category.objects.get_parent(product.category)
    assert parent.name == "Kitchen"
    assert parent.description == "Tools for cooking, brewing and setting the table."
    assert filled.categories == Category.objects.count() == 4


def test_the_shopper_and_the_admin_can_sign_in(small_demo, client):
    fill(small_demo)

    for email, is_staff in ((SHOPPER_EMAIL, False), (ADMIN_EMAIL, True)):
        user = User.objects.get(email=email)
        assert user.check_password(PASSWORD)
        assert (user.is_staff, user.is_superuser) == (is_staff, is_staff)
        address = EmailAddress.objects.get(user=user)
        assert (address.email, address.verified, address.primary) == (email, True, True)
        answer = client.post("/account/login/", {"login": email, "password": PASSWORD})
        assert answer.status_code == 302
        assert answer.wsgi_request.user == user
        client.logout()


def test_reviewers_cannot_sign_in(small_demo):
    fill(small_demo)
    reviewers = User.objects.filter(name__startswith="Demo Reviewer")

    assert reviewers.count() == 12
    assert not any(reviewer.has_usable_password() for reviewer in reviewers)


def test_orders_have_lines_totals_and_the_day_they_were_placed(small_demo):
    filled = fill(small_demo)
    planned = [order for account in small_demo.accounts for order in account.orders]
    orders = Order.objects.in_bulk([order.id for order in planned])

    assert filled.orders == len(planned) == len(orders) > 5
    for plan in planned:
        order = orders[plan.id]
        assert order.placed_at == plan.placed_at
        assert order.user_id == plan.shopper_id
        assert order.number.startswith(f"{plan.placed_at:%y%m%d}-")
        lines = {line.product_id: line for line in order.lines.all()}
        assert {key: line.quantity for key, line in lines.items()} == {p.id: n for p, n in plan.lines}
        assert order.total == sum(line.total for line in lines.values())
    assert {order.status for order in orders.values()} <= {Order.Status.SHIPPED, Order.Status.DELIVERED}


def test_ratings_are_reviews_and_log_together(small_demo):
    first, second = small_demo.products[0].id, small_demo.products[1].id
    fill(small_demo, {first: RatingTotal(13.0, 3)})

    for key, stars, count in ((first, 13, 3), (second, 0, 0)):
        planned = [review for account in small_demo.accounts for review in account.reviews]
        reviews = [review.stars for review in planned if review.product.id == key]
        product = Product.objects.get(pk=key)
        assert (product.rating_sum, product.rating_count) == (stars + sum(reviews), count + len(reviews))
        assert Review.objects.filter(product=product).count() == len(reviews)
    dated = {review.id: review.written_at for account in small_demo.accounts for review in account.reviews}
    assert dict(Review.objects.values_list("pk", "created_at")) == dated


def test_verified_purchases_are_in_an_order(small_demo):
    fill(small_demo)
    verified = Review.objects.filter(is_verified_purchase=True)

    assert verified.exists()
    for review in verified:
        assert OrderLine.objects.filter(order__user=review.author, product=review.product).exists()


def test_a_second_time_changes_nothing(small_demo):
    fill(small_demo)
    before, sums = rows(), list(Product.objects.order_by("pk").values())

    assert fill(small_demo) == Filled()
    assert rows() == before
    assert list(Product.objects.order_by("pk").values()) == sums


def test_what_staff_changed_stays(small_demo):
    fill(small_demo)
    key = small_demo.products[0].id
    Product.objects.filter(pk=key).update(title="Renamed", stock=1)
    Category.objects.filter(name="Kitchen").update(description="My own words.")
    User.objects.filter(email=SHOPPER_EMAIL).update(name="Somebody")
    fill(small_demo)

    product = Product.objects.get(pk=key)
    assert (product.title, product.stock) == ("Renamed", 1)
    assert Category.objects.get(name="Kitchen").description == "My own words."
    assert User.objects.get(email=SHOPPER_EMAIL).name == "Somebody"


def test_a_review_by_somebody_else_keeps_counting(small_demo):
    fill(small_demo)
    product = Product.objects.get(pk=small_demo.products[1].id)
    ReviewFactory(product=product, stars=1)
    fill(small_demo)

    fresh = Product.objects.get(pk=product.pk)
    assert (fresh.rating_sum, fresh.rating_count) == (product.rating_sum + 1, product.rating_count + 1)


def test_an_account_with_a_demo_address_is_kept_and_gets_the_past(now):
    mine = UserFactory(email=SHOPPER_EMAIL, name="Mine")
    demo = plan_demo(products=9, shoppers=0, now=now, known_accounts=known_accounts())
    filled = fill(demo)

    mine.refresh_from_db()
    assert (filled.accounts, mine.name, mine.check_password(PASSWORD)) == (13, "Mine", False)
    assert mine.orders.count() == len(demo.accounts[0].orders)


def test_a_taken_address_is_found_whatever_its_case():
    user = UserFactory(email="Shopper@kindred.example")

    assert known_accounts() == {SHOPPER_EMAIL: user.pk}


def test_a_category_and_a_slug_that_exist_are_respected(small_demo):
    kitchen = CategoryFactory(name="Kitchen", slug="kitchen")
    ProductFactory(slug=small_demo.products[0].slug, category=kitchen)
    filled = fill(small_demo)

    assert filled.categories == 3
    assert Category.objects.filter(name="Kitchen").count() == 1
    assert Product.objects.get(pk=small_demo.products[0].id).slug.startswith(f"{small_demo.products[0].slug}-kd-")


def test_a_failure_leaves_nothing(small_demo, monkeypatch):
    def fail(*_):
        raise RuntimeError("power cut")

    before = rows()
    monkeypatch.setattr(loading, "_settle_ratings", fail)

    with pytest.raises(RuntimeError, match="power cut"):
        fill(small_demo)
    assert rows() == before
    assert not EmailAddress.objects.exists()


def test_new_products_are_announced_once(small_demo, django_capture_on_commit_callbacks):
    heard: list[uuid.UUID] = []

    def listen(*, product_ids, **_):
        heard.extend(product_ids)

    catalogue_changed.connect(listen)
    try:
        for _ in range(2):
            with django_capture_on_commit_callbacks(execute=True):
                fill(small_demo)
    finally:
        catalogue_changed.disconnect(listen)
    assert heard == [product.id for product in small_demo.products]


def test_progress_counts_to_the_end(small_demo):
    steps: list[int] = []
    fill_shop(small_demo, log_stars={}, on_progress=steps.append)

    assert steps == list(range(1, FILL_STEPS + 1))


def test_missing_products_are_those_the_shop_does_not_have(small_demo):
    assert missing_products(small_demo.products) == small_demo.products
    fill(small_demo)
    Product.objects.filter(pk=small_demo.products[3].id).delete()

    assert missing_products(small_demo.products) == [small_demo.products[3]]


def test_pictures_are_square_webp_files_and_replaced(small_demo):
    products = small_demo.products[:2]
    steps: list[int] = []
    size = store_pictures(products, on_progress=steps.append)
    again = store_pictures(products, on_progress=steps.append)

    assert size == again == sum(default_storage.size(product.image_name) for product in products)
    assert 2_000 < size / 2 < 40_000
    assert steps == [1, 2, 1, 2]
    for product in products:
        with default_storage.open(product.image_name) as file, Image.open(file) as picture:
            assert (picture.format, picture.size) == ("WEBP", (640, 640))


def test_recent_orders_are_on_their_way(small_demo):
    with time_machine.travel(datetime(2026, 7, 15, tzinfo=UTC), tick=False):
        fill(small_demo)

    moment = datetime(2026, 7, 15, tzinfo=UTC) - timedelta(days=6)
    assert set(Order.objects.filter(placed_at__lt=moment).values_list("status", flat=True)) == {"delivered"}
    assert set(Order.objects.filter(placed_at__gte=moment).values_list("status", flat=True)) <= {"shipped"}
