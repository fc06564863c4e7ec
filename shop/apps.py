from importlib import import_module

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """Catalogue, cart, checkout and orders; knows nothing of recommendations."""

    name = "shop"

    def ready(self) -> None:
        # By name, because receivers need the models, which are not loaded when this file is.
        import_module("shop.receivers")
