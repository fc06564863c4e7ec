"""Training data: the products with interactions come first."""

import numpy as np
from django.utils import timezone

from recommendations.behaviour.event_weights import Kind, Log
from recommendations.learning.catalogue import Catalogue
from recommendations.learning.log import TrainingLog
from recommendations.learning.training_data import build_training_data
from tests.recommendations.behaviour.test_event_weights import DAY, log_of

CATALOGUE = Catalogue(
    raw_ids=["a", "b", "c", "d"],
    texts=["text a", "text b", "text c", "text d"],
    stars=np.array([1.0, 2.0, 3.0, 4.0]),
    item_category=np.array([0, 1, 0, 1], np.int32),
    category_ids=["x", "y"],
    category_parent=np.array([-1, -1], np.int32),
    read_at=timezone.now(),
)


def read(log: Log) -> TrainingLog:
    """As `read_log` would, each row a day after it happened."""
    return TrainingLog(log, len(set(log.shoppers.tolist())), None, log.times + DAY)


def test_touched_products_come_first_everywhere():
    data = build_training_data(CATALOGUE, read(log_of((0, 3, Kind.VIEW, None, 1), (1, 1, Kind.VIEW, None, 2))))

    assert data.catalogue.raw_ids == ["b", "d", "a", "c"]
    assert data.catalogue.texts == ["text b", "text d", "text a", "text c"]
    assert data.catalogue.stars.tolist() == [2.0, 4.0, 1.0, 3.0]
    assert data.catalogue.item_category.tolist() == [1, 1, 0, 0]
    assert data.log.log.products.tolist() == [1, 0]
    assert data.interactions.n_items == 2
    assert data.interactions.items.tolist() == [1, 0]
    assert data.is_sufficient
    assert data.summary() == {
        "products": 4,
        "products_with_interactions": 2,
        "shoppers": 2,
        "interactions": 2,
    }


def test_shoppers_without_a_positive_event_do_not_count():
    data = build_training_data(CATALOGUE, read(log_of((0, 0, Kind.VIEW, None, 1), (5, 1, Kind.NOT_INTERESTED, 1, 2))))

    assert (data.interactions.n_users, data.interactions.n_items) == (1, 1)
    assert not data.is_sufficient


def test_nothing_happened():
    empty = log_of((0, 0, Kind.VIEW, None, 1)).select(np.zeros(1, bool))

    data = build_training_data(CATALOGUE, read(empty))

    assert data.catalogue.raw_ids == CATALOGUE.raw_ids
    assert len(data.interactions) == 0
    assert not data.is_sufficient


def test_the_pairs_of_some_rows_are_numbered_as_in_the_interactions():
    """Shopper 4 has no pair that counts, product 2 none at all; the pair of shopper 7 and product 3 is in two rows."""
    rows = (7, 3, Kind.VIEW, None, 1), (7, 3, Kind.PURCHASE, None, 5), (9, 1, Kind.VIEW, None, 5)
    log = log_of(*rows, (4, 1, Kind.NOT_INTERESTED, 1, 5))

    data = build_training_data(CATALOGUE, read(log))

    assert data.shoppers.tolist() == [7, 9]
    assert data.pairs_of(data.log.log.times > 2 * DAY).tolist() == [0 * 2 + 1, 1 * 2 + 0]
    assert data.pairs_of(data.log.recorded <= 2 * DAY).tolist() == [0 * 2 + 1]
    assert data.pairs_of(np.zeros(4, bool)).tolist() == []
