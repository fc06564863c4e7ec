"""Catalogue, cart, checkout and orders over HTTP: parse, call one service or selector, show."""

import uuid
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Left, Length
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.shoppers import shopper_of
from shop.api.errors import RefusalSerializer
from shop.api.filters import ProductFilter
from shop.api.pagination import KeysetPagination
from shop.api.serializers import (
    CartSerializer,
    CategorySerializer,
    CheckoutKeySerializer,
    CheckoutSerializer,
    NewCartItemSerializer,
    OrderSerializer,
    ProductDetailSerializer,
    ProductSerializer,
    QuantitySerializer,
)
from shop.models import Category, Order, Product
from shop.selectors import cart_contents, order_of, orders_of
from shop.services.cart import add_to_cart, remove_from_cart, set_quantity
from shop.services.checkout import Address, place_order

IDEMPOTENCY_HEADER = "Idempotency-Key"


class ProductListView(ListAPIView[Product]):
    """The published products."""

    queryset = Product.objects.published().for_card()
    serializer_class = ProductSerializer
    pagination_class = KeysetPagination
    filterset_class = ProductFilter


class ProductView(RetrieveAPIView[Product]):
    """One published product."""

    queryset = Product.objects.published().for_card()
    serializer_class = ProductDetailSerializer
    lookup_field = "id"


class CategoryListView(ListAPIView[Category]):
    """The category tree, each category before those below it."""

    serializer_class = CategorySerializer
    pagination_class = KeysetPagination
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Category]:
        above = Category.objects.filter(path=Left(OuterRef("path"), Length(OuterRef("path")) - Value(Category.steplen)))
        return Category.objects.order_by("path").annotate(parent_id=Subquery(above.values("id")))


class CartView(APIView):
    """The cart of the account, or of the visitor of the X-Visitor-Token header."""

    @extend_schema(responses=CartSerializer)
    def get(self, request: Request) -> Response:
        """Show the cart."""
        return _cart(request)


class CartItemsView(APIView):
    @extend_schema(request=NewCartItemSerializer, responses={201: CartSerializer, 409: RefusalSerializer})
    def post(self, request: Request) -> Response:
        """Add pieces of a product to the cart; answers with the whole cart."""
        wanted = _checked(NewCartItemSerializer, request.data)
        add_to_cart(shopper=shopper_of(request), **wanted)
        return _cart(request, status.HTTP_201_CREATED)


class CartItemView(APIView):
    @extend_schema(request=QuantitySerializer, responses={200: CartSerializer, 409: RefusalSerializer})
    def put(self, request: Request, product_id: uuid.UUID) -> Response:
        """Set how many pieces of a product are in the cart; answers with the whole cart."""
        wanted = _checked(QuantitySerializer, request.data)
        set_quantity(shopper=shopper_of(request), product_id=product_id, **wanted)
        return _cart(request)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, product_id: uuid.UUID) -> Response:
        """Take a product out of the cart; 404 when it is not in it."""
        if remove_from_cart(shopper=shopper_of(request), product_id=product_id) is None:
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)


class CheckoutView(APIView):
    @extend_schema(
        request=CheckoutSerializer,
        responses={201: OrderSerializer, 409: RefusalSerializer},
        parameters=[
            OpenApiParameter(
                IDEMPOTENCY_HEADER,
                uuid.UUID,
                OpenApiParameter.HEADER,
                description="A random UUID for this checkout; sending it again answers with the first order.",
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Order what is in the cart, payable on invoice.

        One checkout key makes one order however often it is sent. The same key with another address, a total that
        differs from `expected_total`, or a product that ran out is a 409, and nothing is ordered.
        """
        wanted = _checked(CheckoutSerializer, request.data)
        key, expected_total = _checkout_key(request, wanted), wanted.pop("expected_total", None)
        order = place_order(
            shopper=shopper_of(request), checkout_key=key, address=Address(**wanted), expected_total=expected_total
        )
        return Response(OrderSerializer(order).data, status=status.HTTP_201_CREATED)


class OrderListView(ListAPIView[Order]):
    """The account's orders, newest first."""

    serializer_class = OrderSerializer
    permission_classes = [IsAuthenticated]
    pagination_class = KeysetPagination
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Order]:
        user = shopper_of(self.request).user
        return orders_of(user) if user else Order.objects.none()


class OrderView(APIView):
    @extend_schema(responses=OrderSerializer)
    def get(self, request: Request, id: uuid.UUID) -> Response:
        """Show one order of the account, or one that this visitor placed without an account."""
        order = order_of(shopper_of(request), id)
        if order is None:
            raise Http404
        return Response(OrderSerializer(order).data)


def _cart(request: Request, answer: int = status.HTTP_200_OK) -> Response:
    contents = cart_contents(shopper_of(request))
    return Response(CartSerializer(contents, context={"request": request}).data, status=answer)


def _checked(kind: type[serializers.BaseSerializer[Any]], data: Any) -> dict[str, Any]:
    form = kind(data=data)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def _checkout_key(request: Request, wanted: dict[str, Any]) -> uuid.UUID:
    """Take the key out of the body or the header; a 400 when there is none or they differ."""
    key = wanted.pop("checkout_key", None)
    if header := request.headers.get(IDEMPOTENCY_HEADER):
        sent = _checked(CheckoutKeySerializer, {"checkout_key": header})["checkout_key"]
        if key not in (None, sent):
            raise serializers.ValidationError({"checkout_key": f"Differs from the header {IDEMPOTENCY_HEADER}."})
        key = sent
    if key is None:
        message = f"Send a random UUID as checkout_key, or in the header {IDEMPOTENCY_HEADER}."
        raise serializers.ValidationError({"checkout_key": message}, "required")
    return key
