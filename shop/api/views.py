"""Catalogue, cart, checkout and orders over HTTP: parse, call one service or selector, show."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Left, Length
from django.http import Http404
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.replays import KEY_HEADER
from accounts.shoppers import shopper_of
from shop.api.conditions import IF_MATCH, IF_NONE_MATCH, cart_etag, conditional, require_match
from shop.api.errors import ProblemSerializer, RefusalSerializer
from shop.api.filters import ProductFilter
from shop.api.idempotency import PARAMETER, idempotent
from shop.api.pagination import KeysetPagination
from shop.api.preference_pagination import PreferencePagination
from shop.api.serializers import (
    CartSerializer,
    CategorySerializer,
    CheckoutSerializer,
    FacetsSerializer,
    NewCartItemSerializer,
    OrderSerializer,
    ProductDetailSerializer,
    ProductSerializer,
    QuantitySerializer,
)
from shop.api.sparse import FIELDS, SparseFieldsMixin
from shop.cart.selectors import cart_contents
from shop.cart.services import add_to_cart, remove_from_cart, set_quantity
from shop.catalogue.lists.facets import facets
from shop.catalogue.models import Category, Product
from shop.orders.models import Order
from shop.orders.selectors import order_of, orders_of
from shop.orders.services import Address, place_order


@extend_schema_view(get=extend_schema(parameters=[FIELDS, IF_NONE_MATCH]))
@method_decorator(conditional, name="dispatch")
class ProductListView(SparseFieldsMixin, ListAPIView[Product]):
    """The published products."""

    queryset = Product.objects.published().for_card()
    serializer_class = ProductSerializer
    pagination_class = PreferencePagination
    filterset_class = ProductFilter


@method_decorator(conditional, name="dispatch")
class FacetsView(GenericAPIView[Product]):
    """By what the products, narrowed with the parameters of products/, can be narrowed further."""

    queryset = Product.objects.published()
    serializer_class = FacetsSerializer
    filterset_class = ProductFilter

    @extend_schema(responses=FacetsSerializer, filters=True, parameters=[IF_NONE_MATCH])
    def get(self, request: Request) -> Response:
        """Count the products of each brand, and find the lowest and highest price."""
        found = facets(self.filter_queryset(self.get_queryset()))  # type: ignore[arg-type]  # it is a ProductQuerySet
        return Response(FacetsSerializer(found).data)


@extend_schema_view(get=extend_schema(parameters=[FIELDS, IF_NONE_MATCH]))
@method_decorator(conditional, name="dispatch")
class ProductView(SparseFieldsMixin, RetrieveAPIView[Product]):
    """One published product."""

    queryset = Product.objects.published().for_card()
    serializer_class = ProductDetailSerializer
    lookup_field = "id"


@extend_schema_view(get=extend_schema(parameters=[IF_NONE_MATCH]))
@method_decorator(conditional, name="dispatch")
class CategoryListView(ListAPIView[Category]):
    """The category tree, each category before those below it."""

    serializer_class = CategorySerializer
    pagination_class = KeysetPagination
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Category]:
        above = Category.objects.filter(path=Left(OuterRef("path"), Length(OuterRef("path")) - Value(Category.steplen)))
        return Category.objects.order_by("path").annotate(parent_id=Subquery(above.values("id")))


@method_decorator(conditional, name="dispatch")
class CartView(APIView):
    """The cart of the account, or of the visitor of the X-Visitor-Token header."""

    @extend_schema(responses=CartSerializer, parameters=[IF_NONE_MATCH])
    def get(self, request: Request) -> Response:
        """Show the cart; its `ETag` is what changing it takes as `If-Match`."""
        return _cart(request)


class CartItemsView(APIView):
    throttle_scope = "cart"

    @extend_schema(
        request=NewCartItemSerializer,
        responses={201: CartSerializer, 409: RefusalSerializer},
        parameters=[PARAMETER],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Add pieces of a product to the cart; answers with the whole cart."""
        wanted = _checked(NewCartItemSerializer, request.data)
        add_to_cart(shopper=shopper_of(request), **wanted)
        return _cart(request, status.HTTP_201_CREATED)


class CartItemView(APIView):
    throttle_scope = "cart"

    @extend_schema(
        request=QuantitySerializer,
        responses={200: CartSerializer, 409: RefusalSerializer, 412: ProblemSerializer, 428: ProblemSerializer},
        parameters=[IF_MATCH],
    )
    @transaction.atomic
    def put(self, request: Request, product_id: uuid.UUID) -> Response:
        """Set how many pieces of a product are in the cart; answers with the whole cart.

        412: the cart is not what `If-Match` names. 428: there is no `If-Match`.
        """
        wanted = _checked(QuantitySerializer, request.data)
        require_match(request)
        set_quantity(shopper=shopper_of(request), product_id=product_id, **wanted)
        return _cart(request)

    @extend_schema(responses={204: None, 412: ProblemSerializer, 428: ProblemSerializer}, parameters=[IF_MATCH])
    @transaction.atomic
    def delete(self, request: Request, product_id: uuid.UUID) -> Response:
        """Take a product out of the cart; 404 when it is not in it. 412 and 428 as above."""
        require_match(request)
        if remove_from_cart(shopper=shopper_of(request), product_id=product_id) is None:
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)


class CheckoutView(APIView):
    throttle_scope = "checkout"

    @extend_schema(
        request=CheckoutSerializer,
        responses={201: OrderSerializer, 409: RefusalSerializer},
        parameters=[PARAMETER],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Order what is in the cart, payable on invoice.

        It takes a `checkout_key`, an `Idempotency-Key` or both; either makes one order however often it is sent, the
        first for good. The same key with another address or total, a total that differs from `expected_total`, or a
        product that ran out is a 409, and nothing is ordered.
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
    shown = CartSerializer(contents, context={"request": request}).data
    return Response(shown, status=answer, headers={"ETag": cart_etag(contents, shown)})


def _checked(kind: type[serializers.BaseSerializer[Any]], data: Any) -> dict[str, Any]:
    form = kind(data=data)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def _checkout_key(request: Request, wanted: dict[str, Any]) -> uuid.UUID:
    """Take the key out of the body, or make it of the header: the order stays one when the stored answer is gone.

    A 400 when there is none.
    """
    key: uuid.UUID | None = wanted.pop("checkout_key", None)
    header = request.headers.get(KEY_HEADER)
    if key is None and header is None:
        message = f"Send a random UUID as checkout_key, or the header {KEY_HEADER}."
        raise serializers.ValidationError({"checkout_key": message}, "required")
    return key or _key_of_text(header or "", shopper_of(request).id)


def _key_of_text(text: str, shopper_id: uuid.UUID) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid5(shopper_id, text)
