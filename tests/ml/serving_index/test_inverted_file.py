"""Lists of near items: what is searched in them is found, and nothing that must not be."""

from dataclasses import replace

import numpy as np
import pytest

from ml.index_building.inverted_file import fit_inverted_file
from ml.ranking import ShopperState, Weights, rank_for_you
from ml.serving_index import OverlayEntry, ServingIndex
from tests.ml.small_index import floats, ints, small_index

CLUSTERS, EACH, DIMENSIONS = 100, 60, 16
COUNT = CLUSTERS * EACH


def planted() -> tuple[np.ndarray, np.ndarray]:
    """Return items in clusters, float32 [n, d], and shoppers who like two clusters each."""
    random = np.random.default_rng(5)
    centres = random.normal(size=(CLUSTERS, DIMENSIONS))
    items = centres[np.arange(COUNT) % CLUSTERS] + 0.3 * random.normal(size=(COUNT, DIMENSIONS))
    items /= np.linalg.norm(items, axis=1).max()
    shoppers = centres[random.integers(CLUSTERS, size=(100, 2))].mean(axis=1) + 0.1 * random.normal(size=(100, 16))
    return items.astype(np.float32), shoppers.astype(np.float32)


VECTORS, SHOPPERS = planted()
FITTED = fit_inverted_file(VECTORS, SHOPPERS[:50], least_items=1)
assert FITTED is not None
LISTS = FITTED


@pytest.fixture(scope="module")
def index() -> ServingIndex:
    categories = ["even" if item % 2 == 0 else "odd" for item in range(COUNT)]
    plain = small_index(VECTORS, categories=categories, parents={"even": None, "odd": None})
    return replace(plain, inverted_file=LISTS)


def exactly(index: ServingIndex, vector: np.ndarray, count: int, excluded: np.ndarray) -> list[int]:
    return replace(index, inverted_file=None).nearest(vector, count, excluded).tolist()


def test_every_item_lies_in_one_list_and_few_are_read():
    LISTS.check_values(COUNT)
    assert np.array_equal(LISTS.vectors[LISTS.rows], VECTORS)
    assert LISTS.probes <= len(LISTS) / 4
    assert LISTS.recall >= 0.985


def test_of_shoppers_it_was_not_fitted_on_98_percent_are_found(index):
    found = [
        len(set(index.nearest(shopper, 200, ints()).tolist()) & set(exactly(index, shopper, 200, ints()))) / 200
        for shopper in SHOPPERS[50:]
    ]

    assert np.mean(found) >= 0.98


def test_what_is_found_is_in_the_true_order(index):
    for shopper in SHOPPERS[50:60]:
        found = index.nearest(shopper, 50, ints())
        products = VECTORS[found] @ shopper

        assert (np.diff(products) <= 1e-6).all()
        assert len(set(found.tolist())) == 50


def test_barred_items_are_never_found_and_make_room(index):
    shopper = SHOPPERS[60]
    excluded = np.sort(index.nearest(shopper, 300, ints()))

    found = index.nearest(shopper, 200, excluded)

    assert found.size == 200
    assert set(found.tolist()).isdisjoint(excluded.tolist())


def test_when_the_lists_read_do_not_hold_enough_all_items_are_read(index):
    shopper = SHOPPERS[61]

    assert index.nearest(shopper, COUNT - 1, ints(3)).tolist() == exactly(index, shopper, COUNT - 1, ints(3))
    assert index.nearest(shopper, COUNT + 5, ints(3)).size == COUNT - 1
    assert index.nearest(floats(*[0] * DIMENSIONS), 5, ints()).tolist() == []


def test_products_saved_since_are_found_where_they_are_now(index):
    shopper = SHOPPERS[62] / np.linalg.norm(SHOPPERS[62])
    first, second = index.nearest(shopper, 2, ints()).tolist()
    away = f"p{first}"
    view = index.with_overlay([OverlayEntry(away, -shopper, "even", ""), OverlayEntry("new", shopper, "even", "")])

    found = view.nearest(shopper, 200, ints()).tolist()

    assert found[:2] == [COUNT, second]
    assert first not in found
    assert COUNT not in view.nearest(shopper, 200, ints(COUNT)).tolist()


def test_a_list_of_a_category_is_exact_and_the_same_with_and_without_lists(index):
    for shopper in SHOPPERS[70:75]:
        state = ShopperState(vector=shopper, excluded=ints(0, 2, 4))
        plain = replace(index, inverted_file=None)
        wanted = {"limit": 20, "category": index.category_index_of("even")}

        ranked = rank_for_you(index, state, Weights(), **wanted)

        assert ranked == rank_for_you(plain, state, Weights(), **wanted)
        assert all(entry.item % 2 == 0 and entry.item > 4 for entry in ranked)


def test_the_lists_of_an_index_are_stored_with_it(index):
    stored = index.to_arrays()
    again = ServingIndex.from_arrays(stored)

    assert again.inverted_file is not None
    assert again.inverted_file.probes == LISTS.probes
    assert np.array_equal(again.nearest(SHOPPERS[0], 50, ints()), index.nearest(SHOPPERS[0], 50, ints()))
    assert (
        ServingIndex.from_arrays({k: v for k, v in stored.items() if not k.startswith("near_")}).inverted_file is None
    )


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"probes": 0}, "0 probes"),
        ({"indptr": np.array([0, 1], np.int64)}, "indptr"),
        ({"vectors": VECTORS[:5]}, "vectors"),
    ],
    ids=["no probes", "bounds", "vectors"],
)
def test_parts_that_do_not_fit_are_refused(changes, problem):
    with pytest.raises(ValueError, match=problem):
        replace(LISTS, **changes)


def test_lists_that_lack_an_item_do_not_pass_the_check():
    twice = replace(LISTS, items=np.zeros_like(LISTS.items))

    with pytest.raises(ValueError, match=f"does not hold each of {COUNT} items once"):
        twice.check_values(COUNT)
