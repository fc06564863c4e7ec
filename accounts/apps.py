from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People: shoppers and staff, and how a request is tied to one."""

    name = "accounts"

    def ready(self) -> None:
        # By name, because receivers need the models, which are not loaded when this file is.
        import_module("accounts.receivers")
