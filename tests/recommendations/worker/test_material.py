"""What a training learns from."""

import numpy as np
from django.utils import timezone

from recommendations.event_weights import Kind
from recommendations.worker.catalogue import CatalogueTables
from recommendations.worker.log import TrainingLog
from recommendations.worker.material import gather
from tests.recommendations.test_event_weights import log_of

CATALOGUE = CatalogueTables(
    raw_ids=["a", "b", "c", "d"],
    texts=["text a", "text b", "text c", "text d"],
    stars=np.array([1.0, 2.0, 3.0, 4.0]),
    item_category=np.array([0, 1, 0, 1], np.int32),
    category_ids=["x", "y"],
    category_parent=np.array([-1, -1], np.int32),
    read_at=timezone.now(),
)


def test_touched_products_come_first_everywhere():
    log = TrainingLog(log_of((0, 3, Kind.VIEW, None, 1), (1, 1, Kind.VIEW, None, 2)), 2, None)

    material = gather(CATALOGUE, log)

    assert material.catalogue.raw_ids == ["b", "d", "a", "c"]
    assert material.catalogue.texts == ["text b", "text d", "text a", "text c"]
    assert material.catalogue.stars.tolist() == [2.0, 4.0, 1.0, 3.0]
    assert material.catalogue.item_category.tolist() == [1, 1, 0, 0]
    assert material.log.log.products.tolist() == [1, 0]
    assert material.interactions.n_items == 2
    assert material.interactions.items.tolist() == [1, 0]
    assert material.can_be_learned_from
    assert material.summary() == {
        "products": 4,
        "products_with_interactions": 2,
        "shoppers": 2,
        "interactions": 2,
    }


def test_shoppers_without_a_positive_event_do_not_count():
    log = TrainingLog(log_of((0, 0, Kind.VIEW, None, 1), (5, 1, Kind.NOT_INTERESTED, 1, 2)), 6, None)

    material = gather(CATALOGUE, log)

    assert (material.interactions.n_users, material.interactions.n_items) == (1, 1)
    assert not material.can_be_learned_from


def test_nothing_happened():
    empty = log_of((0, 0, Kind.VIEW, None, 1)).select(np.zeros(1, bool))

    material = gather(CATALOGUE, TrainingLog(empty, 0, None))

    assert material.catalogue.raw_ids == CATALOGUE.raw_ids
    assert len(material.interactions) == 0
    assert not material.can_be_learned_from
