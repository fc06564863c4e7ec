"""API addresses under /api/v1/."""

from django.urls import path

from shop.api.opinions import ReviewsView, WishlistView, WishView
from shop.api.suggestions import SuggestionsView
from shop.api.views import (
    CartItemsView,
    CartItemView,
    CartView,
    CategoryListView,
    CheckoutView,
    FacetsView,
    OrderListView,
    OrderView,
    ProductListView,
    ProductView,
)

urlpatterns = [
    path("products/", ProductListView.as_view(), name="api-products"),
    path("products/facets/", FacetsView.as_view(), name="api-facets"),
    path("products/suggest/", SuggestionsView.as_view(), name="api-suggest"),
    path("products/<uuid:id>/", ProductView.as_view(), name="api-product"),
    path("products/<uuid:id>/reviews/", ReviewsView.as_view(), name="api-reviews"),
    path("wishlist/", WishlistView.as_view(), name="api-wishlist"),
    path("wishlist/<uuid:product_id>/", WishView.as_view(), name="api-wish"),
    path("categories/", CategoryListView.as_view(), name="api-categories"),
    path("cart/", CartView.as_view(), name="api-cart"),
    path("cart/items/", CartItemsView.as_view(), name="api-cart-items"),
    path("cart/items/<uuid:product_id>/", CartItemView.as_view(), name="api-cart-item"),
    path("checkout/", CheckoutView.as_view(), name="api-checkout"),
    path("orders/", OrderListView.as_view(), name="api-orders"),
    path("orders/<uuid:id>/", OrderView.as_view(), name="api-order"),
]
