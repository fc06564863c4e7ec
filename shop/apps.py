from django.apps import AppConfig


class ShopConfig(AppConfig):
    """Catalogue, cart, checkout and orders; knows nothing of recommendations."""

    name = "shop"
