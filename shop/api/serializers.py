"""Serializers of the API: output is read-only, input names every field."""

from typing import Any

from django.conf import settings
from django.utils.functional import cached_property
from rest_framework import serializers

from shop.api.product_json import ProductJson
from shop.cart.models import MOST_OF_ONE_PRODUCT, CartItem
from shop.catalogue.models import Category, Product
from shop.opinions.models import Review, WishlistItem
from shop.orders.models import Order, OrderLine


class CategoryNameSerializer(serializers.ModelSerializer[Category]):
    """A category as a product names it."""

    class Meta:
        model = Category
        fields = ["id", "name", "slug"]
        read_only_fields = fields


class CategorySerializer(serializers.ModelSerializer[Category]):
    """A node of the category tree."""

    parent_id = serializers.UUIDField(allow_null=True, read_only=True, help_text="The category above; null at the top.")

    class Meta:
        model = Category
        fields = ["id", "name", "slug", "description", "parent_id", "depth"]
        read_only_fields = fields


class PictureSerializer(serializers.Serializer[Any]):
    """One size of a product's picture."""

    url = serializers.CharField()
    width = serializers.IntegerField(allow_null=True, help_text="Longer side in pixels; null when not known.")


class ProductSerializer(serializers.ModelSerializer[Product]):
    """A product in a list. Expects `category` to be selected."""

    # The fields are for the schema: ProductJson writes them.
    category = CategoryNameSerializer(read_only=True)
    currency = serializers.CharField(read_only=True)
    in_stock = serializers.BooleanField(read_only=True, help_text="Can be bought now.")
    rating = serializers.FloatField(allow_null=True, read_only=True, help_text="Mean stars, 1 to 5.")
    picture_url = serializers.CharField(allow_null=True, read_only=True)
    pictures = PictureSerializer(many=True, read_only=True)
    url = serializers.CharField(read_only=True, help_text="Address of the product's page.")

    class Meta:
        model = Product
        fields = [
            "id", "external_id", "title", "slug", "brand", "category", "price", "list_price", "currency", "in_stock",
            "rating", "rating_count", "picture_url", "pictures", "url",
        ]  # fmt: skip
        read_only_fields = fields

    @cached_property
    def _json(self) -> ProductJson:
        return ProductJson(self.context.get("request"))

    def to_representation(self, product: Product) -> dict[str, Any]:
        """Return the fields that the request did not leave out."""
        return {name: value for name, value in self._json.write(product).items() if name in self.fields}


class ProductDetailSerializer(ProductSerializer):
    """A product by itself."""

    class Meta(ProductSerializer.Meta):
        fields = [*ProductSerializer.Meta.fields, "description", "keywords", "stock", "created_at"]
        read_only_fields = fields

    def to_representation(self, product: Product) -> dict[str, Any]:
        """Return the fields of a list, and REST framework's own way of the others."""
        written = super().to_representation(product)
        others = {name: field for name, field in self.fields.items() if name not in written}
        return written | {name: field.to_representation(field.get_attribute(product)) for name, field in others.items()}


class CartItemSerializer(serializers.ModelSerializer[CartItem]):
    product = ProductSerializer(read_only=True)
    total = serializers.DecimalField(max_digits=12, decimal_places=2, read_only=True)
    problem = serializers.CharField(read_only=True, help_text="Why it cannot be ordered as it is; empty when it can.")

    class Meta:
        model = CartItem
        fields = ["product", "quantity", "total", "problem"]
        read_only_fields = fields


class CartSerializer(serializers.Serializer[Any]):
    """A CartContents."""

    items = CartItemSerializer(many=True)
    count = serializers.IntegerField(help_text="Pieces, not lines.")
    total = serializers.DecimalField(max_digits=12, decimal_places=2)
    currency = serializers.SerializerMethodField()
    problems = serializers.ListField(child=serializers.CharField())

    def get_currency(self, contents: object) -> str:
        return settings.SHOP_CURRENCY


class QuantitySerializer(serializers.Serializer[Any]):
    quantity = serializers.IntegerField(min_value=0, max_value=MOST_OF_ONE_PRODUCT, help_text="0 takes it out.")


class NewCartItemSerializer(serializers.Serializer[Any]):
    product_id = serializers.UUIDField()
    quantity = serializers.IntegerField(min_value=1, max_value=MOST_OF_ONE_PRODUCT, default=1)


class CheckoutSerializer(serializers.ModelSerializer[Order]):
    """Where the order goes. Prices and stock are the shop's own."""

    checkout_key = serializers.UUIDField(
        required=False, help_text="A random UUID for this checkout; an Idempotency-Key alone will do."
    )
    expected_total = serializers.DecimalField(
        max_digits=12, decimal_places=2, required=False, help_text="What the shopper was shown; another total is a 409."
    )

    class Meta:
        model = Order
        fields = ["checkout_key", "expected_total", "full_name", "street", "city", "postal_code", "country", "email"]


class OrderLineSerializer(serializers.ModelSerializer[OrderLine]):
    product_id = serializers.UUIDField(allow_null=True, read_only=True, help_text="Null when the product is gone.")
    total = serializers.DecimalField(max_digits=12, decimal_places=2, read_only=True)

    class Meta:
        model = OrderLine
        fields = ["product_id", "title", "unit_price", "quantity", "total"]
        read_only_fields = fields


class OrderSerializer(serializers.ModelSerializer[Order]):
    lines = OrderLineSerializer(many=True, read_only=True)

    class Meta:
        model = Order
        fields = [
            "id", "number", "status", "placed_at", "full_name", "street", "city", "postal_code", "country", "email",
            "currency", "total", "lines",
        ]  # fmt: skip
        read_only_fields = fields


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """Stars and words on a product. Expects `author` to be selected."""

    author = serializers.CharField(source="author.get_short_name", read_only=True, help_text="A first name.")

    class Meta:
        model = Review
        fields = ["id", "author", "stars", "title", "body", "is_verified_purchase", "created_at"]
        read_only_fields = fields


class NewReviewSerializer(serializers.Serializer[Any]):
    stars = serializers.IntegerField(min_value=1, max_value=5)
    title = serializers.CharField(max_length=150, required=False, allow_blank=True)
    body = serializers.CharField(max_length=5000, required=False, allow_blank=True)


class WishlistItemSerializer(serializers.ModelSerializer[WishlistItem]):
    product = ProductSerializer(read_only=True)

    class Meta:
        model = WishlistItem
        fields = ["product", "added_at"]
        read_only_fields = fields


class BrandCountSerializer(serializers.Serializer[Any]):
    brand = serializers.CharField()
    count = serializers.IntegerField()


class FacetsSerializer(serializers.Serializer[Any]):
    """By what a list of products can be narrowed."""

    brands = BrandCountSerializer(many=True, help_text="The 20 with the most products.")
    lowest_price = serializers.DecimalField(max_digits=10, decimal_places=2, allow_null=True)
    highest_price = serializers.DecimalField(max_digits=10, decimal_places=2, allow_null=True)
