from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People: shoppers and staff, and how a request is tied to one."""

    name = "accounts"
