"""A shop to look at: catalogue, shoppers and their past, written through the services of the other apps."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"
