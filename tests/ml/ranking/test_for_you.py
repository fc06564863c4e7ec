import tracemalloc

import numpy as np
import pytest

from ml.artifact import read_artifact, write_artifact
from ml.content.rows import unit_rows
from ml.ranking import Parts, ReasonCode, ShopperState, Source, Weights, rank_for_you, shopper_vector
from ml.ranking.diversity import DiversityRule
from ml.serving_index import Moment, OverlayEntry, ServingIndex, content_vector
from tests.ml.small_index import floats, gifts_in_december, ints, small_index

SCORE_ALONE = DiversityRule(relevance=1.0, category_share=1.0)


@pytest.fixture(scope="module")
def groups() -> ServingIndex:
    """Even products are lamps, odd ones tents: they share neither direction nor words nor category."""
    rng = np.random.default_rng(1)
    directions = np.array([[1, 0, 0, 0], [0, 1, 0, 0]])
    return small_index(
        unit_rows(np.array([directions[item % 2] + rng.normal(scale=0.1, size=4) for item in range(20)])),
        documents=[("bright lamp", "dry tent")[item % 2] for item in range(20)],
        categories=[("lamps", "tents")[item % 2] for item in range(20)],
        stars=np.arange(20.0),
    )


def state_of(index: ServingIndex, *items: int, **more) -> ShopperState:
    """Return a shopper who looked at these, the newest first."""
    recent, weights = ints(*items), np.ones(len(items), np.float32)
    return ShopperState(vector=shopper_vector(index, recent, weights), recent=recent, recent_weights=weights, **more)


def items_of(ranking) -> list[int]:
    return [entry.item for entry in ranking]


def test_a_shopper_of_one_group_gets_all_of_it_first(groups):
    ranking = rank_for_you(groups, state_of(groups, 0, 2), Weights(), limit=20, rule=SCORE_ALONE)

    assert set(items_of(ranking)[:8]) == set(range(4, 20, 2))
    assert set(items_of(ranking)[8:18]) == set(range(1, 20, 2))
    assert items_of(ranking)[18:] == [2, 0] or items_of(ranking)[18:] == [0, 2]
    assert {entry.reason for entry in ranking[:8]} == {ReasonCode.VIEWED_SIMILAR}


def test_one_event_in_the_other_group_turns_the_ranking_round(groups):
    before = rank_for_you(groups, state_of(groups, 0), Weights(), limit=5, rule=SCORE_ALONE)
    after = rank_for_you(groups, state_of(groups, 1), Weights(), limit=5, rule=SCORE_ALONE)

    assert all(item % 2 == 0 for item in items_of(before))
    assert all(item % 2 == 1 for item in items_of(after))


def test_the_default_rail_leaves_half_of_its_places_to_other_categories(groups):
    ranking = rank_for_you(groups, state_of(groups, 0), Weights(), limit=6)

    assert sorted(item % 2 for item in items_of(ranking)) == [0, 0, 0, 1, 1, 1]
    assert ranking[0].item % 2 == 0


def test_the_composite_is_the_formula_on_numbers_worked_out_by_hand():
    index = small_index(
        [[1, 0], [0.6, 0.8], [0.8, 0.6], [-1, 0]],
        documents=["red", "red red", "", "blue"],
        categories=["lamps", "lamps", "chairs", None],
        parents={"home": None, "lamps": "home", "chairs": "home"},
        stars=np.expm1([4.0, 2.0, 0.0, 1.0]),
    )
    state = ShopperState(vector=floats(2, 0), recent=ints(0), recent_weights=floats(3))

    ranking = rank_for_you(index, state, Weights(0.3, 0.1, 0.2, 0.4), limit=3, rule=SCORE_ALONE)

    assert items_of(ranking) == [1, 2, 3]
    expected = [Parts(0.75, 0.5, 1.0, 1.0), Parts(1.0, 0.0, 0.5, 0.0), Parts(0.0, 0.25, 0.0, 0.0)]
    for entry, parts in zip(ranking, expected, strict=True):
        for name in ("cosine", "popularity", "category", "keyword"):
            assert getattr(entry.parts, name) == pytest.approx(getattr(parts, name), abs=1e-6)
    assert [entry.score for entry in ranking] == pytest.approx(
        [0.3 * 0.75 + 0.1 * 0.5 + 0.2 + 0.4, 0.3 + 0.2 * 0.5, 0.1 * 0.25], abs=1e-6
    )
    assert [entry.reason for entry in ranking] == ["viewed_similar", "viewed_similar", "popular"]
    assert [entry.anchor for entry in ranking] == [0, 0, None]


def test_without_events_the_popular_come(groups):
    ranking = rank_for_you(groups, ShopperState(), Weights(), limit=3, rule=SCORE_ALONE)

    assert items_of(ranking) == [19, 18, 17]
    assert {(entry.reason, entry.source) for entry in ranking} == {(ReasonCode.POPULAR, Source.POPULAR)}


def test_without_events_the_searched_words_and_the_chosen_categories_count(groups):
    searched = ShopperState(term_weights=groups.terms.vectorise("tents"))
    chosen = ShopperState(liked_categories=(ints(groups.category_index_of("lamps")), floats(1)))

    by_words = rank_for_you(groups, searched, Weights(), limit=3, rule=SCORE_ALONE)
    by_category = rank_for_you(groups, chosen, Weights(), limit=3, rule=SCORE_ALONE)

    assert [(entry.item, entry.reason, entry.words) for entry in by_words] == [
        (19, ReasonCode.SEARCH_MATCH, ("tent",)),
        (17, ReasonCode.SEARCH_MATCH, ("tent",)),
        (15, ReasonCode.SEARCH_MATCH, ("tent",)),
    ]
    assert [(entry.item, entry.reason) for entry in by_category] == [
        (18, ReasonCode.CATEGORY_CHOSEN), (16, ReasonCode.CATEGORY_CHOSEN), (14, ReasonCode.CATEGORY_CHOSEN),
    ]  # fmt: skip


def test_a_category_is_ranked_alone_and_completely(groups):
    tents = groups.category_index_of("tents")

    ranking = rank_for_you(groups, state_of(groups, 0), Weights(), limit=20, category=tents)

    assert set(items_of(ranking)) == set(range(1, 20, 2))
    with pytest.raises(ValueError, match="category is 2, expected 0 to 1"):
        rank_for_you(groups, ShopperState(), Weights(), limit=5, category=2)


def test_a_category_page_is_not_held_to_half_of_one_subcategory():
    index = small_index(
        np.eye(6),
        categories=["a", "a", "a", "a", "b", "b"],
        parents={"top": None, "a": "top", "b": "top"},
        stars=np.expm1([6.0, 5.0, 4.0, 3.0, 2.0, 1.0]),
    )

    assert items_of(rank_for_you(index, ShopperState(), Weights(), limit=4, category=0)) == [0, 1, 2, 3]
    assert items_of(rank_for_you(index, ShopperState(), Weights(), limit=4)) == [0, 1, 4, 5]


def test_recent_products_come_last_and_only_when_nothing_else_is_left(groups):
    state = state_of(groups, 0, 2)

    assert not {0, 2} & set(items_of(rank_for_you(groups, state, Weights(), limit=18)))
    ranking = rank_for_you(groups, state, Weights(), limit=99)
    assert len(ranking) == 20
    assert {(entry.item, entry.source) for entry in ranking[18:]} == {(0, Source.SEEN), (2, Source.SEEN)}


@pytest.mark.parametrize("limit", [0, -1])
def test_no_places_no_products(groups, limit):
    assert rank_for_you(groups, state_of(groups, 0), Weights(), limit=limit) == []


def test_all_excluded_leaves_nothing(groups):
    assert rank_for_you(groups, state_of(groups, 0, excluded=np.arange(20, dtype=np.int32)), Weights(), limit=5) == []


def test_an_empty_index_gives_an_empty_list():
    assert rank_for_you(small_index(np.zeros((0, 4))), ShopperState(), Weights(), limit=5) == []


def test_a_single_product_is_shown_even_when_it_was_seen():
    index = small_index([[1, 0]], documents=["lamp"])

    ranking = rank_for_you(index, state_of(index, 0), Weights(), limit=5)

    assert [(entry.item, entry.reason, entry.source) for entry in ranking] == [(0, ReasonCode.DISCOVER, Source.SEEN)]


def test_zero_vectors_unknown_items_and_words_do_no_harm(groups):
    state = ShopperState(
        vector=floats(0, 0, 0, 0),
        recent=ints(-1, 999),
        recent_weights=floats(1, 1),
        term_weights=(ints(500), floats(1)),
        excluded=ints(-1, 999),
    )

    assert items_of(rank_for_you(groups, state, Weights(), limit=2, rule=SCORE_ALONE)) == [19, 18]


def test_equal_products_come_in_the_order_of_their_numbers():
    index = small_index(np.tile([[1.0, 0.0]], (7, 1)))

    assert items_of(rank_for_you(index, state_of(index, 3), Weights(), limit=6)) == [0, 1, 2, 4, 5, 6]


def test_a_new_product_is_found_by_its_content_and_a_changed_one_by_what_it_is_now(groups):
    vector = content_vector(groups, "lamp", "lamps")
    view = groups.with_overlay(
        [
            OverlayEntry("new", vector, "lamps", "bright lamp", popularity=1.0),
            OverlayEntry("p4", content_vector(groups, "dry tent", "tents"), "tents", "dry tent"),
        ]
    )

    ranking = items_of(rank_for_you(view, state_of(view, 0, 2), Weights(), limit=8, rule=SCORE_ALONE))

    assert ranking[0] == view.index_of("new")
    assert set(ranking[1:]) == set(range(6, 20, 2))


def test_a_new_product_that_was_looked_at_counts_at_once(groups):
    view = groups.with_overlay([OverlayEntry("new", content_vector(groups, "tent", "tents"), "tents", "dry tent")])

    ranking = rank_for_you(view, state_of(view, view.index_of("new")), Weights(), limit=4, rule=SCORE_ALONE)

    assert all(item % 2 == 1 for item in items_of(ranking))
    assert {entry.anchor for entry in ranking} == {view.index_of("new")}


def test_a_mapped_index_ranks_as_the_one_in_memory(groups, tmp_path):
    write_artifact(tmp_path / "v", groups.to_arrays(), {})
    mapped = ServingIndex.from_arrays(read_artifact(tmp_path / "v").arrays)

    for state in (state_of(groups, 0, 5), ShopperState()):
        assert rank_for_you(mapped, state, Weights(), limit=9) == rank_for_you(groups, state, Weights(), limit=9)


def test_a_ranking_copies_no_table():
    rng = np.random.default_rng(0)
    index = small_index(rng.normal(size=(20_000, 64)))
    state = state_of(index, 3, 4)
    rank_for_you(index, state, Weights(), limit=12)

    tracemalloc.start()
    try:
        rank_for_you(index, state, Weights(), limit=12)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < index.item_vectors.nbytes / 5


def test_a_stranger_gets_what_is_in_season():
    """Popularity alone decides: .9, .45, 1 and .5, more for the two gifts in December."""
    index = gifts_in_december()

    def at(moment):
        return items_of(rank_for_you(index, ShopperState(), Weights(), limit=4, rule=SCORE_ALONE, moment=moment))

    assert at(None) == at(Moment(6, 12, is_weekend=False)) == [2, 0, 3, 1]
    assert at(Moment(11, 12, is_weekend=False)) == [0, 2, 1, 3]


def test_the_first_of_a_ranking_are_those_of_all_of_it(groups):
    everything = rank_for_you(groups, state_of(groups, 0, 2), Weights(), limit=12)

    assert rank_for_you(groups, state_of(groups, 0, 2), Weights(), limit=12, first=5) == everything[:5]
