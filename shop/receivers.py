"""What the shop does when something happens elsewhere."""

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
from shop.catalogue.navigation import SEEN_OF_PRODUCTS, forget_categories
from shop.opinions.models import Review
from shop.opinions.services import withdraw_stars
from shop.search import index
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
def forget_menu(using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """The menu, the tiles of the home page and the offered categories are cached: others see them once it is
    committed, and who asks before may have kept them as they were."""
    forget_categories()
    if connections[using].in_atomic_block:
        transaction.on_commit(forget_categories, using=using)


@receiver(post_save, sender=Category, dispatch_uid="shop.mark_sensitive")
def mark_sensitive(*, instance: Category, **_: Any) -> None:
    """What lies below a sensitive category is sensitive, whenever it came there."""
    above = [instance.path[:end] for end in range(Category.steplen, len(instance.path), Category.steplen)]
    if instance.is_sensitive or Category.objects.filter(path__in=above, is_sensitive=True).exists():
        Category.objects.filter(path__startswith=instance.path, is_sensitive=False).update(is_sensitive=True)


@receiver([post_save, post_delete], sender=Product, dispatch_uid="shop.forget_categories_of_product")
def forget_tiles(*, using: str = DEFAULT_DB_ALIAS, update_fields: frozenset[str] | None = None, **_: Any) -> None:
    """Tiles show a product's picture, and a category is offered while it has a published product. No query."""
    if update_fields is None or not SEEN_OF_PRODUCTS.isdisjoint(update_fields):
        forget_menu(using=using)
