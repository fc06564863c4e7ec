"""Write the demo into the shop's tables and storage. Rows that are there already stay as they are."""

import random
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from shop.catalogue.models import Category, Product
from shop.catalogue.services import set_free_slugs
from shop.demo.behaviour import DemoOrder
from shop.demo.catalogue import DemoProduct
from shop.demo.illustrations.registry import illustrate
from shop.demo.plan import Demo, DemoAccount, account_emails
from shop.demo.reviews import DemoReview
from shop.imports.category_import import CategoryPaths
from shop.opinions.models import Review
from shop.opinions.rating_totals import RatingTotal, review_totals
from shop.orders.models import Order, OrderLine
from shop.signals import catalogue_changed, send_on_commit

WEBP_QUALITY = 84
# Of 0 to 6: one step below Pillow's own choice halves the time for two per cent more bytes.
WEBP_METHOD = 2
FILL_STEPS = 5
_NUMBER_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass
class Filled:
    """How many rows were new."""

    categories: int = 0
    products: int = 0
    accounts: int = 0
    orders: int = 0
    reviews: int = 0


def known_accounts() -> dict[str, uuid.UUID]:
    """Return the ids of demo accounts that exist, by e-mail address."""
    users = User.objects.annotate(address=Lower("email")).filter(address__in=account_emails())
    return dict(users.values_list("address", "pk"))


def missing_products(products: Sequence[DemoProduct]) -> list[DemoProduct]:
    """Return those that the shop does not have."""
    external_ids = [product.external_id for product in products]
    known = set(Product.objects.filter(external_id__in=external_ids).values_list("external_id", flat=True))
    return [product for product in products if product.external_id not in known]


def store_pictures(products: Sequence[DemoProduct], *, on_progress: Callable[[int], None]) -> int:
    """Draw the products' pictures into the image storage, and return how many bytes that took.

    Colour by colour, so that a backdrop is painted once. A file of the same name is replaced.
    """
    storage = Product.image.field.storage
    size = 0
    in_order = sorted(products, key=lambda product: (product.style, product.colour.name, product.image_name))
    for done, product in enumerate(in_order, start=1):
        picture = BytesIO()
        illustrate(product.type.drawing, product.look).save(picture, "WEBP", quality=WEBP_QUALITY, method=WEBP_METHOD)
        storage.delete(product.image_name)
        storage.save(product.image_name, ContentFile(picture.getvalue()))
        size += picture.tell()
        on_progress(done)
    return size


@transaction.atomic
def fill_shop(demo: Demo, *, log_stars: Mapping[uuid.UUID, RatingTotal], on_progress: Callable[[int], None]) -> Filled:
    """Write categories, products, accounts, orders and reviews, all or nothing.

    `log_stars`: by product, the ratings of shoppers without an account, which count beside the reviews.
    `on_progress` gets the number of steps done, of FILL_STEPS.
    """
    filled = Filled()
    new = missing_products(demo.products)
    filled.categories, filled.products = _write_products(new), len(new)
    on_progress(1)
    filled.accounts = sum(_write_account(account) for account in demo.accounts)
    on_progress(2)
    filled.orders = _write_orders(order for account in demo.accounts for order in account.orders)
    on_progress(3)
    filled.reviews = _write_reviews(review for account in demo.accounts for review in account.reviews)
    on_progress(4)
    _settle_ratings([product.id for product in demo.products], log_stars)
    if new:
        send_on_commit(catalogue_changed, Product, product_ids=[product.id for product in new])
    on_progress(FILL_STEPS)
    return filled


def _write_products(products: Sequence[DemoProduct]) -> int:
    """Write products and the categories they need; return how many categories were new."""
    paths = CategoryPaths()
    texts = {}
    for product in products:
        department, group = product.department, product.group
        texts[paths.get_or_create((department.name,))] = department.description
        texts[paths.get_or_create((department.name, group.name))] = group.description
    for category_id, text in texts.items():
        Category.objects.filter(pk=category_id, description="").update(description=text)
    rows = [
        _product_row(product, paths.get_or_create((product.department.name, product.group.name)))
        for product in products
    ]
    set_free_slugs(rows)
    Product.objects.bulk_create(rows)
    now = timezone.now()
    for row, product in zip(rows, products, strict=True):
        row.created_at = now - timedelta(days=product.age_days)
    Product.objects.bulk_update(rows, ["created_at"], batch_size=200)
    return paths.created


def _product_row(product: DemoProduct, category_id: uuid.UUID) -> Product:
    return Product(
        id=product.id,
        external_id=product.external_id,
        title=product.title,
        description=product.description,
        brand=product.brand,
        keywords=", ".join(product.keywords),
        category_id=category_id,
        price=product.price,
        list_price=product.list_price,
        stock=product.stock,
        image=product.image_name,
    )


def _write_account(account: DemoAccount) -> bool:
    """Make the account, its address confirmed, unless there is one; tell whether it was made."""
    user = User.objects.filter(pk=account.id).first()
    is_new = user is None
    if user is None:
        make = User.objects.create_superuser if account.is_admin else User.objects.create_user
        user = make(account.email, account.password, id=account.id, name=account.name)
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return is_new


def _write_orders(orders: Iterable[DemoOrder]) -> int:
    planned = {order.id: order for order in orders}
    known = set(Order.objects.filter(pk__in=list(planned)).values_list("pk", flat=True))
    new = [order for key, order in planned.items() if key not in known]
    users = User.objects.in_bulk({order.shopper_id for order in new})
    rows = [_order_row(order, users[order.shopper_id]) for order in new]
    Order.objects.bulk_create(rows)
    for row, order in zip(rows, new, strict=True):
        row.placed_at = order.placed_at
    Order.objects.bulk_update(rows, ["placed_at"], batch_size=200)
    OrderLine.objects.bulk_create(
        OrderLine(
            id=uuid.uuid5(order.id, f"line {product.key}"),
            order_id=order.id,
            product_id=product.id,
            title=product.title,
            unit_price=product.price,
            quantity=quantity,
        )
        for order in new
        for product, quantity in order.lines
    )
    return len(new)


def _order_row(order: DemoOrder, user: User) -> Order:
    age = timezone.now() - order.placed_at
    status = Order.Status.DELIVERED if age > timedelta(days=6) else Order.Status.SHIPPED
    code = "".join(random.Random(str(order.id)).choices(_NUMBER_ALPHABET, k=8))
    return Order(
        id=order.id,
        number=f"{order.placed_at:%y%m%d}-{code}",
        user=user,
        checkout_key=uuid.uuid5(order.id, "checkout"),
        email=user.email,
        full_name=user.name,
        street="1 Example Street",
        city="Sampleton",
        postal_code="12345",
        country="Exampleland",
        status=status,
        currency=settings.SHOP_CURRENCY,
        total=sum((product.price * quantity for product, quantity in order.lines), Decimal(0)),
    )


def _write_reviews(reviews: Iterable[DemoReview]) -> int:
    """Write reviews where the author has none of the product."""
    planned = list(reviews)
    authors = {review.author_id for review in planned}
    known = set(Review.objects.filter(author_id__in=authors).values_list("author_id", "product_id"))
    new = [review for review in planned if (review.author_id, review.product.id) not in known]
    rows = [
        Review(
            id=review.id,
            product_id=review.product.id,
            author_id=review.author_id,
            stars=review.stars,
            title=review.title,
            body=review.body,
            is_verified_purchase=review.is_verified_purchase,
        )
        for review in new
    ]
    Review.objects.bulk_create(rows)
    for row, review in zip(rows, new, strict=True):
        row.created_at = review.written_at
    Review.objects.bulk_update(rows, ["created_at"], batch_size=200)
    return len(new)


def _settle_ratings(product_ids: list[uuid.UUID], log_stars: Mapping[uuid.UUID, RatingTotal]) -> None:
    """Set the products' sums to what reviews and the log add up to."""
    reviews = review_totals(product_ids)
    nothing = RatingTotal(0, 0)
    products = list(Product.objects.filter(pk__in=product_ids).only("pk", "rating_sum", "rating_count"))
    for product in products:
        parts = reviews.get(product.pk, nothing), log_stars.get(product.pk, nothing)
        product.rating_sum = round(sum(part.stars for part in parts))
        product.rating_count = sum(part.ratings for part in parts)
    Product.objects.bulk_update(products, ["rating_sum", "rating_count"], batch_size=200)
