import numpy as np
import pytest

from ml.ranking import Discovery, ShopperState, Weights, rank_for_you
from ml.ranking.candidates import Candidates
from ml.ranking.diversity import DiversityRule
from ml.ranking.rails import arrange, ranked_items, with_discoveries
from ml.ranking.reasons import Reason
from ml.ranking.results import CATEGORY, COSINE, KEYWORD, POPULARITY, Parts, RankedItem, ReasonCode, Source
from tests.ml.small_index import floats, ints, small_index

BY_SCORE = DiversityRule(relevance=1.0, category_share=1.0)


def test_places_follow_scores_ties_by_position_up_to_the_limit():
    index = small_index(np.eye(4))
    scores = np.array([0.5, 0.9, 0.5, 0.1])

    assert arrange(index, ints(0, 1, 2, 3), scores, limit=3, rule=BY_SCORE).tolist() == [1, 0, 2]
    assert arrange(index, ints(0, 1, 2, 3), scores, limit=0, rule=BY_SCORE).size == 0


def test_chosen_candidates_become_results_with_named_parts():
    candidates = Candidates(ints(4, 7), np.array([0, list(Source).index(Source.KEYWORD)], np.int8))
    parts = np.array([[0, 0, 0, 0], [0.1, 0.2, 0.3, 0.4]])
    reason = Reason(ReasonCode.SEARCH_MATCH, words=("lamp",))

    [item] = ranked_items(candidates, np.array([1]), np.array([0.0, 0.8]), parts, [reason])

    expected = Parts(cosine=0.1, popularity=0.2, category=0.3, keyword=0.4)
    assert item == RankedItem(7, 0.8, expected, Source.KEYWORD, ReasonCode.SEARCH_MATCH, None, ("lamp",))
    assert parts[1, [COSINE, POPULARITY, CATEGORY, KEYWORD]].tolist() == [0.1, 0.2, 0.3, 0.4]


N_ITEMS = 40
# The popular half are the first; everybody's vector is alike, so score follows popularity.
INDEX = small_index(np.ones((N_ITEMS, 2)), stars=np.r_[np.arange(40, 20, -1), np.zeros(20)].astype(float))
ITEMS = np.arange(N_ITEMS, dtype=np.int32)
SCORES = np.linspace(1.0, 0.1, N_ITEMS)


def rail(discovery: Discovery, new=ITEMS, length: int = 20) -> list[int]:
    chosen = np.arange(length, dtype=np.int64)
    return with_discoveries(INDEX, ITEMS, SCORES, chosen, np.asarray(new, np.int64), discovery).tolist()


def test_the_middle_place_of_each_so_many_is_a_discovery():
    assert Discovery(12, 0).places(30) == [6, 18]
    assert Discovery(4, 0).places(11) == [2, 6, 10]

    found = rail(Discovery(12, 1))

    assert [item for item in found if item >= 20] == [found[6], found[18]]
    assert [item for item in found if item < 20] == list(range(18))


def test_the_same_seed_discovers_the_same_and_another_one_others():
    assert rail(Discovery(12, 7)) == rail(Discovery(12, 7))
    seen = {rail(Discovery(12, seed))[6] for seed in range(200)}

    assert seen <= set(range(20, 40))
    assert len(seen) == 20


def test_each_product_is_discovered_once_up_to_the_last_place():
    places, new = [2, 6, 10, 14, 18], range(30, 35)

    for seed in range(20):
        found = rail(Discovery(4, seed), new=new)
        assert {found[place] for place in places} == set(new)
        assert [item for item in found if item < 20] == list(range(15))
    assert len(found) == 20


def test_fewer_discoveries_than_places_take_the_first():
    found = rail(Discovery(4, 0), new=[31, 33])

    assert {found[2], found[6]} == {31, 33}
    assert [item for item in found if item < 20] == list(range(18))


def test_only_new_and_rare_products_that_suit_are_discovered():
    assert rail(Discovery(12, 0), new=range(20)) == list(range(20))
    assert rail(Discovery(12, 0), new=[5, 33])[6] == 33
    chosen = np.arange(20, dtype=np.int64)
    unsuited = np.where(ITEMS < 20, 1.0, 0.0)
    kept = with_discoveries(INDEX, ITEMS, unsuited, chosen, ITEMS.astype(np.int64), Discovery(12, 0))
    assert kept.tolist() == chosen.tolist()
    popular_rest = with_discoveries(INDEX, ITEMS, SCORES, chosen[5:], ITEMS[:20].astype(np.int64), Discovery(12, 0))
    assert popular_rest.tolist() == chosen[5:].tolist()


def test_a_discovery_is_neither_excluded_nor_recent():
    state = ShopperState(vector=floats(1, 1), recent=ints(39), recent_weights=floats(1), excluded=ints(38, 37))

    for seed in range(40):
        ranked = rank_for_you(INDEX, state, Weights(), limit=12, discovery=Discovery(12, seed))
        items = [entry.item for entry in ranked]
        assert len(set(items)) == 12
        assert set(items).isdisjoint({37, 38, 39})
        assert items[6] >= 20


@pytest.mark.parametrize(("every", "seed"), [(1, 0), (0, 0), (12, -1)])
def test_what_is_no_share_is_refused(every, seed):
    with pytest.raises(ValueError, match="expected at least 2 and 0"):
        Discovery(every, seed)
