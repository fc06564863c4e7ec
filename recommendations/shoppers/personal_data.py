"""Copy of the data of one person, for that person alone."""

import uuid
from typing import Any

from accounts.models import User
from recommendations.behaviour.models import Interaction, ShopperProfile, VisitorLink
from recommendations.experiments.models import Exposure
from shop.opinions.models import Review
from shop.orders.models import Order

_EVENT = ("id", "kind", "product_id", "category_id", "value", "query", "source", "occurred_at")


def personal_data(user: User) -> dict[str, Any]:
    """Return account, orders, reviews, events, profile and experiments of one person, as plain values.

    Events are those of the account and of the visitors it was. It holds no keys of other people.
    """
    visitors = VisitorLink.objects.visitors_of(user.pk)
    shoppers: list[uuid.UUID] = [user.pk, *visitors]
    profile = ShopperProfile.objects.filter(shopper_id=user.pk).first()
    return {
        "account": {"id": user.pk, "email": user.email, "name": user.name, "joined": user.date_joined},
        "visitors": visitors,
        "orders": [_order(order) for order in Order.objects.filter(user=user).prefetch_related("lines")],
        "reviews": list(Review.objects.filter(author=user).values("product_id", "stars", "title", "body")),
        "events": list(Interaction.objects.of_shoppers(shoppers).order_by("occurred_at").values(*_EVENT)),
        "profile": profile.history if profile else {},
        "experiments": list(Exposure.objects.filter(shopper_id__in=shoppers).values("experiment_id", "variant_id")),
    }


def _order(order: Order) -> dict[str, Any]:
    address = ("email", "full_name", "street", "city", "postal_code", "country")
    return {
        "number": order.number,
        "placed": order.placed_at,
        "total": order.total,
        "currency": order.currency,
        **{name: getattr(order, name) for name in address},
        "lines": [[line.title, line.quantity, line.unit_price] for line in order.lines.all()],
    }
