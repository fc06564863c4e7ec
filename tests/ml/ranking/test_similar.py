import numpy as np
import pytest

from ml.ranking import ReasonCode, ShopperState, Weights, rank_similar
from ml.ranking.diversity import DiversityRule
from ml.serving_index import Moment, OverlayEntry, content_vector
from tests.ml.small_index import floats, gifts_in_december, ints, small_index

SCORE_ALONE = DiversityRule(relevance=1.0, category_share=1.0)
INDEX = small_index(
    [[1, 0], [0.6, 0.8], [0.8, 0.6], [-1, 0]],
    documents=["red", "red", "", ""],
    categories=["lamps", "lamps", "chairs", None],
    parents={"home": None, "lamps": "home", "chairs": "home"},
    stars=np.expm1([4.0, 2.0, 0.0, 1.0]),
)


def test_the_composite_by_hand_and_never_the_product_itself():
    ranking = rank_similar(INDEX, 0, Weights(), limit=9, rule=SCORE_ALONE)

    assert [entry.item for entry in ranking] == [1, 2, 3]
    assert [entry.score for entry in ranking] == pytest.approx(
        [0.3 * 0.75 + 0.1 * 0.5 + 0.3 + 0.3, 0.3 + 0.3 * 0.5, 0.1 * 0.25], abs=1e-6
    )
    assert [(entry.reason, entry.anchor) for entry in ranking] == [
        (ReasonCode.SIMILAR_TO, 0), (ReasonCode.SIMILAR_TO, 0), (ReasonCode.POPULAR, None),
    ]  # fmt: skip


def test_excluded_products_are_left_out():
    state = ShopperState(vector=floats(0, 1), excluded=ints(1, -1))

    assert [entry.item for entry in rank_similar(INDEX, 0, Weights(), limit=9, state=state)] == [2, 3]


def test_neighbours_are_candidates_but_only_likeness_is_a_reason():
    index = small_index(
        [[1, 0], [0, 1]], neighbours=np.array([[1], [-1]], np.int32), similarities=floats(0.9, 0).reshape(2, 1)
    )

    assert [(entry.item, entry.reason) for entry in rank_similar(index, 0, Weights(), limit=9)] == [
        (1, ReasonCode.DISCOVER)
    ]


@pytest.mark.parametrize(
    ("vector", "document", "category", "reason"),
    [
        pytest.param([1, 0], "blue", "chairs", ReasonCode.SIMILAR_TO, id="vector"),
        pytest.param([0, 1], "blue", "lamps", ReasonCode.SIMILAR_TO, id="category"),
        pytest.param([0, 1], "red", "chairs", ReasonCode.SIMILAR_TO, id="words"),
        pytest.param([0, 1], "blue", "chairs", ReasonCode.POPULAR, id="nothing"),
    ],
)
def test_likeness_in_one_thing_is_enough_of_a_reason_and_popularity_is_none(vector, document, category, reason):
    index = small_index(
        [[1, 0], vector], documents=["red", document], categories=["lamps", category], stars=np.expm1([0.0, 4.0])
    )

    [entry] = rank_similar(index, 0, Weights(), limit=9)

    assert (entry.item, entry.reason, entry.anchor) == (1, reason, 0 if reason is ReasonCode.SIMILAR_TO else None)


def test_a_new_product_has_similar_ones_and_is_one():
    view = INDEX.with_overlay([OverlayEntry("new", content_vector(INDEX, "red", "lamps"), "lamps", "red")])
    new = int(view.indices_of(["new"])[0])

    assert [entry.item for entry in rank_similar(view, new, Weights(), limit=2, rule=SCORE_ALONE)] == [0, 1]
    assert rank_similar(view, 1, Weights(popularity=0), limit=1, rule=SCORE_ALONE)[0].item == new


def test_a_product_without_anything_to_compare_gets_popular_ones():
    view = INDEX.with_overlay([OverlayEntry("bare", None, None, "")])

    ranking = rank_similar(view, int(view.indices_of(["bare"])[0]), Weights(), limit=2)

    assert [(entry.item, entry.reason) for entry in ranking] == [(0, ReasonCode.POPULAR), (1, ReasonCode.POPULAR)]


def test_copies_come_after_something_new_by_default():
    index = small_index([[1, 0, 0], [0.9, 0.43589, 0], [0.9, 0.43589, 0], [0.88, 0, 0.47497]], documents=["lamp"] * 4)

    assert [entry.item for entry in rank_similar(index, 0, Weights(), limit=3)] == [1, 3, 2]


@pytest.mark.parametrize("limit", [0, -1])
def test_no_places_no_products(limit):
    assert rank_similar(INDEX, 0, Weights(), limit=limit) == []


def test_the_only_product_resembles_nothing():
    assert rank_similar(small_index([[1, 0]]), 0, Weights(), limit=5) == []


@pytest.mark.parametrize("item", [-1, 4])
def test_an_unknown_product_is_refused(item):
    with pytest.raises(ValueError, match=f"item is {item}, expected 0 to 3"):
        rank_similar(INDEX, item, Weights(), limit=5)


def test_among_equally_alike_products_the_season_decides():
    index = gifts_in_december()

    def at(month):
        moment = Moment(month, 12, is_weekend=False)
        return [entry.item for entry in rank_similar(index, 3, Weights(), limit=3, rule=SCORE_ALONE, moment=moment)]

    assert at(6) == [2, 0, 1]
    assert at(11) == [0, 2, 1]
