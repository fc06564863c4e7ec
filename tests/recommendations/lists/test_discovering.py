import uuid
from datetime import date

from ml.ranking import Discovery
from recommendations.lists.discovering import discovery_for

SHOPPER, DAY = uuid.UUID(int=1), date(2026, 1, 1)


def test_a_shopper_discovers_the_same_all_day_and_others_tomorrow(settings):
    settings.DISCOVERY_EVERY = 6
    found = discovery_for(SHOPPER, DAY)

    assert found is not None
    assert found == Discovery(6, found.seed)
    assert discovery_for(SHOPPER, DAY) == found
    assert discovery_for(SHOPPER, date(2026, 1, 2)) != found
    assert discovery_for(uuid.UUID(int=2), DAY) != found


def test_strangers_and_a_shop_that_wants_none_discover_nothing(settings):
    assert discovery_for(None, DAY) is None
    settings.DISCOVERY_EVERY = 0
    assert discovery_for(SHOPPER, DAY) is None
