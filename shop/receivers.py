"""Receivers of the shop: sign-in, migrations, and rows changed in the admin."""

import uuid
from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.migrations import Migration
from django.db.models.signals import post_delete, post_migrate, post_save, pre_migrate
from django.dispatch import receiver

from accounts.signals import visitor_signed_in
from shop.cart.services import merge_visitor_cart
from shop.catalogue.models import Category, Product
from shop.catalogue.navigation import NAVIGATION_FIELDS, forget_categories
from shop.opinions.models import Review
from shop.opinions.services import withdraw_stars
from shop.search import index
from shop.signals import catalogue_changed


@receiver(visitor_signed_in, dispatch_uid="shop.merge_cart")
def merge_cart(*, visitor_id: uuid.UUID, user_id: uuid.UUID, **_: Any) -> None:
    """Keep the visitor's cart after sign-in."""
    merge_visitor_cart(visitor_id=visitor_id, user_id=user_id)


@receiver(post_delete, sender=Review, dispatch_uid="shop.withdraw_stars")
def forget_stars(*, instance: Review, **_: Any) -> None:
    """Take a deleted review out of its product's sums: staff delete reviews, and so does a deleted account."""
    withdraw_stars(review=instance)


@receiver(pre_migrate, dispatch_uid="shop.ignore_products")
def take_triggers_off(*, sender: AppConfig, using: str, plan: list[tuple[Migration, bool]], **_: Any) -> None:
    """Drop the search triggers before a migration of the shop's tables."""
    about_to_change = any(migration.app_label == sender.label for migration, _ in plan)
    if sender.name == "shop" and about_to_change and index.is_created(connections[using]):
        index.ignore_products(connections[using])


@receiver(post_migrate, dispatch_uid="shop.follow_products")
def put_triggers_on(*, sender: AppConfig, using: str, **_: Any) -> None:
    """Create missing search triggers after the migrations."""
    if sender.name == "shop" and index.is_created(connections[using]):
        index.follow_products(connections[using])


@receiver([post_save, post_delete], sender=Category, dispatch_uid="shop.forget_categories")
@receiver(catalogue_changed, dispatch_uid="shop.forget_categories_after_import")
def forget_menu(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Drop the cached menu, tiles and offered categories, now and once more on commit.

    A request before the commit may have cached them as they were.
    """
    forget_categories()
    if connections[using].in_atomic_block:
        transaction.on_commit(forget_categories, using=using)


@receiver(post_save, sender=Category, dispatch_uid="shop.mark_sensitive")
def mark_sensitive(*, instance: Category, **_: Any) -> None:
    """Mark everything below a sensitive category as sensitive, whenever it came there."""
    above = [instance.path[:end] for end in range(Category.steplen, len(instance.path), Category.steplen)]
    if instance.is_sensitive or Category.objects.filter(path__in=above, is_sensitive=True).exists():
        Category.objects.filter(path__startswith=instance.path, is_sensitive=False).update(is_sensitive=True)


@receiver([post_save, post_delete], sender=Product, dispatch_uid="shop.forget_categories_of_product")
def forget_tiles(*, using: str = DEFAULT_DB_ALIAS, update_fields: frozenset[str] | None = None, **_: Any) -> None:
    """Drop the cached categories when a product changes that they show or depend on. No query."""
    if update_fields is None or not NAVIGATION_FIELDS.isdisjoint(update_fields):
        forget_menu(using=using)
