"""API addresses under /api/v1/."""

from django.urls import path

from shop.api import opinions, suggestions, views

urlpatterns = [
    path("products/", views.ProductListView.as_view(), name="api-products"),
    path("products/facets/", views.FacetsView.as_view(), name="api-facets"),
    path("products/suggest/", suggestions.SuggestionsView.as_view(), name="api-suggest"),
    path("products/<uuid:id>/", views.ProductView.as_view(), name="api-product"),
    path("products/<uuid:id>/reviews/", opinions.ReviewsView.as_view(), name="api-reviews"),
    path("wishlist/", opinions.WishlistView.as_view(), name="api-wishlist"),
    path("wishlist/<uuid:product_id>/", opinions.WishView.as_view(), name="api-wish"),
    path("categories/", views.CategoryListView.as_view(), name="api-categories"),
    path("cart/", views.CartView.as_view(), name="api-cart"),
    path("cart/items/", views.CartItemsView.as_view(), name="api-cart-items"),
    path("cart/items/<uuid:product_id>/", views.CartItemView.as_view(), name="api-cart-item"),
    path("checkout/", views.CheckoutView.as_view(), name="api-checkout"),
    path("orders/", views.OrderListView.as_view(), name="api-orders"),
    path("orders/<uuid:id>/", views.OrderView.as_view(), name="api-order"),
]
