"""Small valid rows of every table that tests need; give a field to change it."""

import uuid
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

import factory
from django.db.models import Model
from factory.django import DjangoModelFactory

from accounts.models import User
from shop.cart.models import Cart, CartItem
from shop.catalogue.models import Category, Product
from shop.opinions.models import Review
from shop.orders.models import Order, OrderLine

PASSWORD = "a long password for tests"
Row = TypeVar("Row", bound=Model)


class ModelFactory(DjangoModelFactory[Row]):
    """Tells the type checker what calling a factory returns: a stored row."""

    class Meta:
        abstract = True

    if TYPE_CHECKING:

        def __new__(cls, **fields: Any) -> Row: ...  # type: ignore[misc]  # factory_boy does this in a metaclass


class UserFactory(ModelFactory[User]):
    """A shopper who can sign in with PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"shopper{n}@example.com")
    name = factory.Sequence(lambda n: f"Test Shopper {n}")
    password = factory.django.Password(PASSWORD)


class StaffFactory(UserFactory):
    """Someone who may do everything in the admin."""

    email = factory.Sequence(lambda n: f"staff{n}@example.com")
    is_staff = True
    is_superuser = True


class CategoryFactory(ModelFactory[Category]):
    """A category; `parent=category` puts it below another."""

    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Category {n:04}")
    slug = factory.LazyAttribute(lambda self: self.name.lower().replace(" ", "-"))

    @classmethod
    def _create(
        cls, model_class: type[Category], *args: Any, parent: Category | None = None, **fields: Any
    ) -> Category:
        node = model_class(**fields)
        if parent is None:
            return model_class.objects.add_root(instance=node)
        parent.refresh_from_db()
        return model_class.objects.add_child(parent, instance=node)


class ProductFactory(ModelFactory[Product]):
    """A published product at 20.00 with ten in stock."""

    class Meta:
        model = Product

    title = factory.Sequence(lambda n: f"Product {n:04}")
    slug = factory.Sequence(lambda n: f"product-{n:04}")
    category = factory.SubFactory(CategoryFactory)
    price = Decimal("20.00")
    stock = 10


class CartFactory(ModelFactory[Cart]):
    """An account's empty cart; `user=None, visitor_id=...` makes it a visitor's."""

    class Meta:
        model = Cart

    user = factory.SubFactory(UserFactory)


class CartItemFactory(ModelFactory[CartItem]):
    """One piece of a product in a cart."""

    class Meta:
        model = CartItem

    cart = factory.SubFactory(CartFactory)
    product = factory.SubFactory(ProductFactory)
    quantity = 1


class OrderFactory(ModelFactory[Order]):
    """An order of an account, without lines."""

    class Meta:
        model = Order

    number = factory.Sequence(lambda n: f"260101-{n:08}")
    user = factory.SubFactory(UserFactory)
    checkout_key = factory.LazyFunction(uuid.uuid4)
    email = "shopper@example.com"
    full_name = "Test Shopper"
    street = "1 Test Street"
    city = "Testing"
    postal_code = "12345"
    country = "Testland"
    currency = "USD"
    total = Decimal("20.00")


class OrderLineFactory(ModelFactory[OrderLine]):
    """One piece of a product in an order."""

    class Meta:
        model = OrderLine

    order = factory.SubFactory(OrderFactory)
    product = factory.SubFactory(ProductFactory)
    title = factory.LazyAttribute(lambda self: self.product.title)
    unit_price = Decimal("20.00")
    quantity = 1


class ReviewFactory(ModelFactory[Review]):
    """Four stars; the product's sums are not changed (use record_review for that)."""

    class Meta:
        model = Review

    product = factory.SubFactory(ProductFactory)
    author = factory.SubFactory(UserFactory)
    stars = 4
    title = "Good"
    body = "It does what it says."
