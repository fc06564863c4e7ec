"""The router keeps behaviour and shop apart."""

from django.utils.module_loading import import_string

from config.databases import BehaviourRouter
from recommendations.behaviour.models import Interaction
from shop.catalogue.models import Product


def test_settings_name_it_as_before():
    """Settings of a running shop and docs/decisions/002-mongodb.md name this path."""
    assert import_string("config.databases.BehaviourRouter") is BehaviourRouter


def test_router_sends_only_behaviour_away():
    router = BehaviourRouter()

    assert router.db_for_read(Interaction) == "behaviour"
    assert router.db_for_write(Product) is None
    assert router.allow_migrate("behaviour", "recommendations") is True
    assert router.allow_migrate("behaviour", "shop") is False
    assert router.allow_migrate("default", "recommendations") is False
    assert router.allow_relation(Interaction(), Product()) is False
    assert router.allow_relation(Product(), Product()) is None
