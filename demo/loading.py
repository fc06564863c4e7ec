"""Write the demo into the shop's tables and storage. Existing rows stay as they are."""

import random
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from accounts.shoppers import Shopper
from demo.behaviour import DemoOrder
from demo.catalogue import DemoProduct
from demo.pictures import illustrate
from demo.plan import Demo, DemoAccount, account_emails
from demo.reviews import DemoReview
from ml.datasets.records import ProductRecord
from shop.catalogue.models import Category, Product
from shop.imports.catalogue_import import import_products
from shop.imports.category_import import CategoryPaths
from shop.opinions.models import Review
from shop.opinions.rating_totals import RatingTotal, review_totals
from shop.opinions.services import record_review
from shop.orders.models import Order, OrderLine
from shop.orders.services import NUMBER_ALPHABET, Address, record_order

FILL_STEPS = 5
_ADDRESS = ("1 Example Street", "Sampleton", "12345", "Exampleland")


@dataclass
class Filled:
    """Numbers of new rows."""

    categories: int = 0
    products: int = 0
    accounts: int = 0
    orders: int = 0
    reviews: int = 0


def known_accounts() -> dict[str, uuid.UUID]:
    """Return the ids of existing demo accounts by e-mail address."""
    users = User.objects.annotate(address=Lower("email")).filter(address__in=account_emails())
    return dict(users.values_list("address", "pk"))


def missing_products(products: Sequence[DemoProduct]) -> list[DemoProduct]:
    """Return the products that are not in the shop."""
    external_ids = [product.external_id for product in products]
    known = set(Product.objects.filter(external_id__in=external_ids).values_list("external_id", flat=True))
    return [product for product in products if product.external_id not in known]


def store_pictures(products: Sequence[DemoProduct], *, on_progress: Callable[[int], None]) -> int:
    """Draw the products' pictures into the image storage and return their size in bytes.

    A file of the same name is replaced.
    """
    storage = Product.image.field.storage
    size = 0
    for done, product in enumerate(products, start=1):
        picture = illustrate(product.type.drawing, product.look)
        storage.delete(product.image_name)
        storage.save(product.image_name, ContentFile(picture))
        size += len(picture)
        on_progress(done)
    return size


@transaction.atomic
def fill_shop(demo: Demo, *, log_stars: Mapping[uuid.UUID, RatingTotal], on_progress: Callable[[int], None]) -> Filled:
    """Write categories, products, accounts, orders and reviews, all or nothing.

    - `log_stars`: ratings of shoppers without an account, by product. They count beside the reviews.
    - `on_progress`: gets the number of finished steps, of FILL_STEPS.
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
    on_progress(FILL_STEPS)
    return filled


def _write_products(products: Sequence[DemoProduct]) -> int:
    """Write products and the categories they need; return how many categories were new."""
    ids = {product.external_id: product.id for product in products}
    created = import_products(map(_record, products), product_ids=ids).categories_created
    paths, texts = CategoryPaths(), {}
    for product in products:
        department, group = product.department, product.group
        texts[paths.get_or_create((department.name,))] = department.description
        texts[paths.get_or_create((department.name, group.name))] = group.description
    for category_id, text in texts.items():
        Category.objects.filter(pk=category_id, description="").update(description=text)
    now = timezone.now()
    rows = [
        Product(pk=product.id, image=product.image_name, created_at=now - timedelta(days=product.age_days))
        for product in products
    ]
    Product.objects.bulk_update(rows, ["image", "created_at"], batch_size=200)
    return created


def _record(product: DemoProduct) -> ProductRecord:
    return ProductRecord(
        external_id=product.external_id,
        title=product.title,
        description=product.description,
        brand=product.brand,
        category_path=(product.department.name, product.group.name),
        keywords=product.keywords,
        price=product.price,
        list_price=product.list_price,
        stock=product.stock,
    )


def _write_account(account: DemoAccount) -> bool:
    """Create the account with a verified address unless it exists; return whether it is new."""
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
    for order in new:
        _write_order(order, users[order.shopper_id])
    return len(new)


def _write_order(order: DemoOrder, user: User) -> None:
    lines = [
        OrderLine(
            id=uuid.uuid5(order.id, f"line {product.key}"),
            product_id=product.id,
            title=product.title,
            unit_price=product.price,
            quantity=quantity,
        )
        for product, quantity in order.lines
    ]
    age = timezone.now() - order.placed_at
    code = "".join(random.Random(str(order.id)).choices(NUMBER_ALPHABET, k=8))
    record_order(
        shopper=Shopper(user.pk, user),
        checkout_key=uuid.uuid5(order.id, "checkout"),
        address=Address(user.name, *_ADDRESS, email=user.email),
        lines=lines,
        placed_at=order.placed_at,
        id=order.id,
        number=f"{order.placed_at:%y%m%d}-{code}",
        status=Order.Status.DELIVERED if age > timedelta(days=6) else Order.Status.SHIPPED,
    )


def _write_reviews(reviews: Iterable[DemoReview]) -> int:
    """Write reviews where the author has none of the product and the product is for sale."""
    planned = list(reviews)
    authors = User.objects.in_bulk({review.author_id for review in planned})
    products = Product.objects.published().in_bulk({review.product.id for review in planned})
    known = set(Review.objects.filter(author_id__in=authors).values_list("author_id", "product_id"))
    new = [
        review
        for review in planned
        if (review.author_id, review.product.id) not in known and review.product.id in products
    ]
    for review in new:
        record_review(
            user=authors[review.author_id],
            product=products[review.product.id],
            stars=review.stars,
            title=review.title,
            body=review.body,
            review_id=review.id,
            written_at=review.written_at,
        )
    return len(new)


def _settle_ratings(product_ids: list[uuid.UUID], log_stars: Mapping[uuid.UUID, RatingTotal]) -> None:
    """Set the products' rating sums to the sums of reviews and log."""
    reviews = review_totals(product_ids)
    nothing = RatingTotal(0, 0)
    products = list(Product.objects.filter(pk__in=product_ids).only("pk", "rating_sum", "rating_count"))
    for product in products:
        parts = reviews.get(product.pk, nothing), log_stars.get(product.pk, nothing)
        product.rating_sum = round(sum(part.stars for part in parts))
        product.rating_count = sum(part.ratings for part in parts)
    Product.objects.bulk_update(products, ["rating_sum", "rating_count"], batch_size=200)
