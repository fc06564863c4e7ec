"""Reviews and wishlists over HTTP."""

import uuid

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.shoppers import shopper_of
from shop.api.conditions import IF_NONE_MATCH, conditional
from shop.api.errors import RefusalSerializer
from shop.api.idempotency import PARAMETER, idempotent
from shop.api.pagination import KeysetPagination
from shop.api.serializers import NewReviewSerializer, ReviewSerializer, WishlistItemSerializer
from shop.catalogue.models import Product
from shop.opinions.models import Review, WishlistItem
from shop.opinions.services import forget_wish, record_review, wish


@extend_schema_view(get=extend_schema(parameters=[IF_NONE_MATCH]))
@method_decorator(conditional, name="dispatch")
class ReviewsView(ListAPIView[Review]):
    """The reviews of a product, newest first."""

    serializer_class = ReviewSerializer
    permission_classes = [IsAuthenticatedOrReadOnly]
    pagination_class = KeysetPagination
    filter_backends = ()
    throttle_scope = "reviews"

    def get_queryset(self) -> QuerySet[Review]:
        product = get_object_or_404(Product.objects.published().only("pk"), pk=self.kwargs["id"])
        return product.reviews.select_related("author")

    @extend_schema(
        request=NewReviewSerializer, responses={201: ReviewSerializer, 409: RefusalSerializer}, parameters=[PARAMETER]
    )
    @idempotent
    def post(self, request: Request, id: uuid.UUID) -> Response:
        """Give one's opinion of the product, or change the one given before."""
        form = NewReviewSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        product = get_object_or_404(Product.objects.published(), pk=id)
        user = shopper_of(request).user
        if user is None:
            raise Http404
        review = record_review(user=user, product=product, **form.validated_data)
        return Response(ReviewSerializer(review).data, status=status.HTTP_201_CREATED)


class WishlistView(ListAPIView[WishlistItem]):
    """The account's wishlist, newest first; products that are hidden now are left out."""

    serializer_class = WishlistItemSerializer
    permission_classes = [IsAuthenticated]
    pagination_class = KeysetPagination
    filter_backends = ()

    def get_queryset(self) -> QuerySet[WishlistItem]:
        shopper = shopper_of(self.request)
        return WishlistItem.objects.filter(user_id=shopper.id, product__is_published=True).select_related(
            "product__category"
        )


class WishView(APIView):
    permission_classes = [IsAuthenticated]
    throttle_scope = "account"

    @extend_schema(
        request=None, responses={200: WishlistItemSerializer, 201: WishlistItemSerializer, 409: RefusalSerializer}
    )
    def put(self, request: Request, product_id: uuid.UUID) -> Response:
        """Put a product on the wishlist; doing so again changes nothing (200)."""
        user = shopper_of(request).user
        if user is None:
            raise Http404
        item, is_new = wish(user=user, product_id=product_id)
        shown = WishlistItemSerializer(item, context={"request": request}).data
        return Response(shown, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, product_id: uuid.UUID) -> Response:
        """Take a product off the wishlist; 404 when it is not on it."""
        user = shopper_of(request).user
        if user is None or not forget_wish(user=user, product_id=product_id):
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)
