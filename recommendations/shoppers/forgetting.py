"""Deletion of the data of a person, the one exception to a log that only grows."""

import uuid

from recommendations.behaviour.models import Interaction, ShopperProfile, VisitorLink
from recommendations.counting.models import Impression
from recommendations.experiments.models import Exposure
from shop.orders.models import Order


def forget_shopper(shopper_id: uuid.UUID) -> int:
    """Delete the events, profile and vector of an account and of the visitors it was, and return how many events.

    A model keeps what it learned from them until the next training, as part of sums over everybody. The shop must keep
    their orders, which no longer say which visitor placed them.
    """
    visitors = VisitorLink.objects.visitors_of(shopper_id)
    everybody = [shopper_id, *visitors]
    Order.objects.filter(visitor_id__in=visitors).update(visitor_id=None)
    events, _ = Interaction.objects.of_shoppers(everybody).delete()
    ShopperProfile.objects.filter(shopper_id__in=everybody).delete()
    for table in (Exposure, Impression):
        table._default_manager.filter(shopper_id__in=everybody).delete()
    VisitorLink.objects.filter(user_id=shopper_id).delete()
    return events
