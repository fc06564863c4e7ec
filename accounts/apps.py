from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts of shoppers and staff, and visitors without an account."""

    name = "accounts"

    def ready(self) -> None:
        # By name: receivers import models, which are not loaded yet.
        import_module("accounts.receivers")
