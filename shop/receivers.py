"""What the shop does when something happens elsewhere."""

import uuid
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.migrations import Migration
from django.db.models.signals import post_delete, post_migrate, post_save, pre_migrate
from django.dispatch import receiver

from accounts.signals import visitor_signed_in
from shop.models import Category, Review
from shop.navigation import forget_categories
from shop.search import index
from shop.services.cart import merge_visitor_cart
from shop.services.reviews import withdraw_stars
from shop.signals import catalogue_changed


@receiver(visitor_signed_in, dispatch_uid="shop.merge_cart")
def merge_cart(*, visitor_id: uuid.UUID, user_id: uuid.UUID, **_: Any) -> None:
    """What a visitor put into the cart before signing in stays there."""
    merge_visitor_cart(visitor_id=visitor_id, user_id=user_id)


@receiver(post_delete, sender=Review, dispatch_uid="shop.withdraw_stars")
def forget_stars(*, instance: Review, **_: Any) -> None:
    """Staff delete reviews in the admin, and an account takes its reviews along: the product's sums follow."""
    withdraw_stars(review=instance)


@receiver(pre_migrate, dispatch_uid="shop.ignore_products")
def take_triggers_off(*, sender: AppConfig, using: str, plan: list[tuple[Migration, bool]], **_: Any) -> None:
    """Before a migration of the shop's tables."""
    about_to_change = any(migration.app_label == sender.label for migration, _ in plan)
    if sender.name == "shop" and about_to_change and index.is_created(connections[using]):
        index.ignore_products(connections[using])


@receiver(post_migrate, dispatch_uid="shop.follow_products")
def put_triggers_on(*, sender: AppConfig, using: str, **_: Any) -> None:
    """After all migrations, and when something took the triggers away."""
    if sender.name == "shop" and index.is_created(connections[using]):
        index.follow_products(connections[using])


@receiver([post_save, post_delete], sender=Category, dispatch_uid="shop.forget_categories")
@receiver(catalogue_changed, dispatch_uid="shop.forget_categories_after_import")
def forget_menu(**_: Any) -> None:
    """The menu and the tiles of the home page are cached."""
    forget_categories()
