"""Categories in a tree, and products."""

import uuid
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from treebeard.mp_tree import MP_Node

# Pictures in two sizes: where they lie in the storage, and the longer side of each in pixels.
FETCHED_FOLDER, UPLOADED_FOLDER = "products/fetched/", "products/uploaded/"
LARGE_SIDE, SMALL_SIDE = 600, 300
LARGE_ENDING, SMALL_ENDING = f"-{LARGE_SIDE}.webp", f"-{SMALL_SIDE}.webp"


def small_name(large_name: str) -> str:
    """Return the name of the small size beside a large one."""
    return large_name.removesuffix(LARGE_ENDING) + SMALL_ENDING


def has_small(name: str) -> bool:
    """Tell whether a picture of this name was resized and has a small one beside it."""
    return name.startswith((FETCHED_FOLDER, UPLOADED_FOLDER)) and name.endswith(LARGE_ENDING)


class ProductQuerySet(models.QuerySet["Product"]):
    """Products, narrowed step by step: `Product.objects.published().in_category(category).by_popularity()`."""

    def published(self) -> "ProductQuerySet":
        return self.filter(is_published=True)

    def purchasable(self) -> "ProductQuerySet":
        """Published, priced and in stock: what may be put into a cart and recommended."""
        return self.published().filter(price__isnull=False, stock__gt=0)

    def in_category(self, category: "Category") -> "ProductQuerySet":
        """In the category or any below it."""
        # No join: SQLite would begin with the products, all of them.
        return self.filter(category__in=type(category).objects.filter(path__startswith=category.path).values("pk"))

    def of_whole_shop(self) -> "ProductQuerySet":
        """Published, for lists that no category, brand or word narrows.

        It adds no condition, but lets SQLite walk an index in the order of the list: SQLite uses one for a value in a
        list, not for a bare truth value.
        """
        return self.filter(is_published__in=[True])

    def by_popularity(self) -> "ProductQuerySet":
        """Most stars first: number of ratings times mean rating."""
        return self.order_by("-rating_sum", "id")

    def for_card(self) -> "ProductQuerySet":
        """With the category, which the product card shows; no further query."""
        return self.select_related("category")


class Category(MP_Node):
    """A node of the category tree (materialised path)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=160, unique=True)
    description = models.TextField(blank=True)
    is_sensitive = models.BooleanField(
        "sensitive",
        default=False,
        help_text="Health, faith, intimacy: what somebody looks at here is not named to them elsewhere, and personal "
        "lists outside do not show it. Holds for everything below, too.",
    )

    node_order_by = ["name"]

    class Meta:
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("shop:category", args=[self.slug])


class Product(models.Model):
    """One thing for sale. `rating_sum` and `rating_count` hold all stars given, imported ones included."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    external_id = models.CharField(
        max_length=64, unique=True, null=True, blank=True, help_text="The product's id in the system it came from."
    )
    title = models.CharField(max_length=500)
    slug = models.SlugField(max_length=160, unique=True)
    description = models.TextField(blank=True)
    brand = models.CharField(max_length=120, blank=True, db_index=True)
    keywords = models.CharField(max_length=500, blank=True, help_text="Words shoppers use for it, comma separated.")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="products")
    price = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text="In the shop's currency. A product without a price is shown but cannot be bought.",
    )
    list_price = models.DecimalField(
        max_digits=10, decimal_places=2, null=True, blank=True, help_text="The price before a reduction, if any."
    )
    stock = models.PositiveIntegerField(default=0)
    image = models.ImageField(upload_to="products/", blank=True)
    image_url = models.URLField(max_length=500, blank=True, help_text="Used while no image is uploaded.")
    is_published = models.BooleanField("published", default=True, help_text="Clear this to hide the product.")
    rating_sum = models.PositiveBigIntegerField(default=0, editable=False)
    # As wide as the sum: PostgreSQL computes 5 * rating_count of the constraint below in the column's own type.
    rating_count = models.PositiveBigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["category", "is_published", "-rating_sum"], name="product_by_category"),
            # Up to the id, as lists are ordered: most products share their popularity, and pages must not sort them.
            # Price and stock stand behind it so that a walk passes over what does not fit without reading the table.
            models.Index(fields=["is_published", "-rating_sum", "id", "price", "stock"], name="product_by_popularity"),
            # All that facets and counts of a category, or of the shop, read: nothing is looked up in the table.
            models.Index(fields=["category", "is_published", "price", "stock", "brand"], name="product_facets"),
            models.Index(fields=["is_published", "brand", "price", "stock"], name="product_brands"),
            models.Index(fields=["is_published", "-created_at", "id", "price", "stock"], name="product_by_age"),
            models.Index(fields=["is_published", "price", "id", "stock"], name="product_by_price"),
            models.Index(fields=["updated_at"], name="product_by_change"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(stock__gte=0), name="product_stock_not_negative"),
            models.CheckConstraint(condition=Q(price__isnull=True) | Q(price__gt=0), name="product_price_positive"),
            models.CheckConstraint(
                condition=Q(rating_sum__gte=F("rating_count")) & Q(rating_sum__lte=5 * F("rating_count")),
                name="product_rating_between_1_and_5",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("shop:product", args=[self.slug])

    @property
    def rating(self) -> float | None:
        """Mean stars, 1 to 5; None before the first rating."""
        return self.rating_sum / self.rating_count if self.rating_count else None

    @property
    def picture_url(self) -> str:
        """Address of the uploaded picture, or of the one that came with the data; empty without either."""
        image = self.image  # read once: each access goes through a descriptor
        return image.url if image else self.image_url

    @property
    def pictures(self) -> list[tuple[str, int | None]]:
        """Addresses of the picture's sizes with their longer sides in pixels (None when unknown), smallest first.

        The last address is `picture_url`.
        """
        image = self.image
        name = str(image.name or "")
        if has_small(name):
            return [(image.storage.url(small_name(name)), SMALL_SIDE), (image.url, LARGE_SIDE)]
        url = image.url if image else self.image_url
        return [(url, None)] if url else []

    @property
    def picture_sizes(self) -> str:
        """The `srcset` of a picture in sizes, with their widths; empty for one that has a single size."""
        return ", ".join(f"{url} {width}w" for url, width in self.pictures if width)

    @property
    def is_purchasable(self) -> bool:
        return self.is_published and self.price is not None and self.stock > 0
