"""The shop's pages."""

from django.urls import path

from shop.views import cart, category, checkout, home, orders, product, search

app_name = "shop"
urlpatterns = [
    path("", home.home, name="home"),
    path("c/<slug:slug>/", category.category, name="category"),
    path("p/<slug:slug>/", product.product, name="product"),
    path("p/<slug:slug>/review/", product.review, name="review"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="suggest"),
    path("cart/", cart.cart, name="cart"),
    path("cart/add/<uuid:product_id>/", cart.add, name="cart-add"),
    path("cart/update/<uuid:product_id>/", cart.update, name="cart-update"),
    path("cart/remove/<uuid:product_id>/", cart.remove, name="cart-remove"),
    path("checkout/", checkout.checkout, name="checkout"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<uuid:order_id>/", orders.order, name="order"),
]
