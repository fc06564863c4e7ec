"""recommendations/categories/, recently-viewed/ and not-interested/: the caller's own choices."""

import uuid
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.shoppers import known_shopper_id, shopper_of
from recommendations.behaviour.selectors.preferences import chosen_categories, dismissed_products, is_dismissed
from recommendations.behaviour.services.interactions import dismiss_product, take_back_dismissal
from recommendations.behaviour.services.preferences import (
    LEAST_CHOSEN,
    MOST_CHOSEN,
    ChoiceRefused,
    choose_categories,
    clear_viewed,
    take_back_choice,
)
from shop.api.serializers import CategoryNameSerializer, ProductSerializer
from shop.catalogue.models import Product
from shop.catalogue.navigation import offered_categories

SUGGESTED = 3
SOURCE = "api"


class OfferedCategorySerializer(serializers.Serializer[Any]):
    """A category to choose from."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    below = serializers.ListField(child=serializers.CharField(), help_text="Names of the first categories below it.")
    picture_url = serializers.SerializerMethodField()

    def get_picture_url(self, category: Any) -> str | None:
        """A picture of one of its products."""
        return self.context["request"].build_absolute_uri(category["picture"]) if category["picture"] else None


class CategoryChoiceSerializer(serializers.Serializer[Any]):
    """The categories to choose from, and those the caller chose."""

    offered = OfferedCategorySerializer(many=True)
    chosen = CategoryNameSerializer(many=True, help_text="Last chosen first; may hold others than those offered.")
    suggested = serializers.IntegerField(help_text="How many to ask for.")
    at_most = serializers.IntegerField()


class NewCategoryChoiceSerializer(serializers.Serializer[Any]):
    categories = serializers.ListField(
        child=serializers.UUIDField(), min_length=LEAST_CHOSEN, max_length=MOST_CHOSEN, help_text="Ids; all there are."
    )


class DismissedProductsSerializer(serializers.Serializer[Any]):
    products = ProductSerializer(many=True, help_text="Last dismissed first, at most 200; hidden ones are left out.")


class CategoryChoiceView(APIView):
    """The categories the caller likes: recommendations start from them with the next request."""

    throttle_scope = "account"

    @extend_schema(responses=CategoryChoiceSerializer)
    def get(self, request: Request) -> Response:
        """Show the categories to choose from, and those that are chosen."""
        return self._answer(request)

    @extend_schema(request=NewCategoryChoiceSerializer, responses=CategoryChoiceSerializer)
    def put(self, request: Request) -> Response:
        """Choose 1 to 10 categories of the shop, in place of those chosen before; doing so again changes nothing."""
        form = NewCategoryChoiceSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        chosen = form.validated_data["categories"]
        try:
            choose_categories(shopper_id=shopper_of(request).id, category_ids=chosen, source=SOURCE)
        except ChoiceRefused as error:
            raise ValidationError({"categories": [str(error)]}, error.code) from None
        return self._answer(request)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Take the choice back; 204 also when nothing was chosen."""
        take_back_choice(shopper_id=shopper_of(request).id, source=SOURCE)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, request: Request) -> Response:
        shown = {
            "offered": offered_categories(),
            "chosen": chosen_categories(known_shopper_id(request._request)),
            "suggested": SUGGESTED,
            "at_most": MOST_CHOSEN,
        }
        return Response(CategoryChoiceSerializer(shown, context={"request": request}).data)


class RecentlyViewedView(APIView):
    """GET recommendations/?intent=recently_viewed shows it."""

    throttle_scope = "account"

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Forget what the caller looked at: in that list, and as what recommendations start from. For good.

        Cart, orders, ratings, dismissals and searches still count. 204 also when there was nothing to forget.
        """
        clear_viewed(shopper_id=shopper_of(request).id, source=SOURCE)
        return Response(status=status.HTTP_204_NO_CONTENT)


class DismissedProductsView(APIView):
    """Products the caller is not interested in."""

    @extend_schema(responses=DismissedProductsSerializer)
    def get(self, request: Request) -> Response:
        """List the products that are not recommended to the caller any more because they said so."""
        shopper_id = known_shopper_id(request._request)
        products = dismissed_products(shopper_id) if shopper_id is not None else []
        return Response(DismissedProductsSerializer({"products": products}, context={"request": request}).data)


class DismissedProductView(APIView):
    throttle_scope = "events"

    @extend_schema(request=None, responses={204: None})
    def put(self, request: Request, product_id: uuid.UUID) -> Response:
        """Never recommend the product again; 404 for one the shop does not show. Doing so again changes nothing."""
        if not Product.objects.published().filter(pk=product_id).exists():
            raise Http404
        shopper_id = shopper_of(request).id
        if not is_dismissed(shopper_id, product_id):
            dismiss_product(shopper_id=shopper_id, product_id=product_id, source=SOURCE)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, product_id: uuid.UUID) -> Response:
        """Take that back; 204 also for a product that was not dismissed."""
        shopper_id = shopper_of(request).id
        if is_dismissed(shopper_id, product_id):
            take_back_dismissal(shopper_id=shopper_id, product_id=product_id, source=SOURCE)
        return Response(status=status.HTTP_204_NO_CONTENT)
