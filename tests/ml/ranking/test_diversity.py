import numpy as np
import pytest

from ml.ranking import Weights, rank_similar
from ml.ranking.diversity import DiversityRule, diversify, near_duplicates
from ml.ranking.rails import arrange
from tests.ml.small_index import ints, small_index

SCORES = np.array([1.0, 0.9, 0.8, 0.3])
VECTORS = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], np.float32)
NONE = np.full(4, -1, np.int32)
SCORE_ALONE = DiversityRule(relevance=1.0, category_share=1.0)


def chosen(scores=SCORES, categories=NONE, vectors=VECTORS, *, limit, rule):
    return diversify(scores, np.array(categories, np.int32), vectors.__getitem__, limit=limit, rule=rule).tolist()


def test_relevance_one_keeps_the_order():
    assert chosen(limit=4, rule=SCORE_ALONE) == [0, 1, 2, 3]


def test_a_copy_of_what_was_chosen_comes_after_something_new():
    # after 0: candidate 1 is worth .5 x .9 - .5 x 1 = -.05, candidate 2 .5 x .8 = .4, candidate 3 .15
    # after 2: candidate 1 -.05, candidate 3 .15 - .5 = -.35
    assert chosen(limit=4, rule=DiversityRule(relevance=0.5, category_share=1.0)) == [0, 2, 1, 3]


def test_scores_count_relative_to_the_best():
    assert chosen(SCORES / 1000, limit=4, rule=DiversityRule(0.5, 1.0)) == [0, 2, 1, 3]


def test_scores_of_zero_leave_likeness_to_decide():
    assert chosen(np.zeros(4), limit=4, rule=DiversityRule(0.5, 1.0)) == [0, 2, 1, 3]


def test_equal_worth_takes_the_earlier_candidate():
    assert chosen(np.ones(4), limit=3, rule=SCORE_ALONE) == [0, 1, 2]


def test_opposite_vectors_are_no_better_than_unrelated_ones():
    vectors = np.array([[1, 0], [0, 1], [-1, 0]], np.float32)

    assert chosen(np.ones(3), [-1] * 3, vectors, limit=3, rule=DiversityRule(0.5, 1.0)) == [0, 1, 2]


def test_zero_vectors_resemble_nothing():
    assert chosen(vectors=np.zeros((4, 2), np.float32), limit=4, rule=DiversityRule(0.5, 1.0)) == [0, 1, 2, 3]


def test_a_category_takes_no_more_than_its_share_while_others_are_left():
    rule = DiversityRule(relevance=1.0, category_share=0.5)

    assert rule.category_cap(3) == 2
    assert chosen(categories=[7, 7, 7, 8], limit=3, rule=rule) == [0, 1, 3]


def test_the_cap_gives_way_when_nothing_else_is_left():
    assert chosen(categories=[7, 7, 7, 7], limit=4, rule=DiversityRule(1.0, 0.5)) == [0, 1, 2, 3]


def test_products_without_category_are_not_capped():
    assert chosen(categories=[-1, -1, -1, 8], limit=3, rule=DiversityRule(1.0, 0.34)) == [0, 1, 2]


def test_the_cap_reaches_past_a_long_run_of_one_category():
    categories = np.array([1] * 500 + [2] * 3)

    found = chosen(np.linspace(1, 0.1, 503), categories, np.zeros((503, 2), np.float32), limit=4, rule=DiversityRule())

    assert found == [0, 1, 500, 501]


def test_beyond_the_pool_the_rest_follows_by_score():
    found = chosen(np.linspace(1, 0, 400), [-1] * 400, np.zeros((400, 2), np.float32), limit=390, rule=DiversityRule())

    assert found == list(range(390))


@pytest.mark.parametrize("limit", [0, -3])
def test_no_places_no_items(limit):
    assert chosen(limit=limit, rule=DiversityRule()) == []


def test_no_candidates_no_items():
    assert chosen(np.zeros(0), [], np.zeros((0, 2), np.float32), limit=3, rule=DiversityRule()) == []


@pytest.mark.parametrize(("relevance", "share"), [(-0.1, 0.5), (1.1, 0.5), (0.5, 0.0), (0.5, 1.1), (float("nan"), 0.5)])
def test_impossible_rules_are_refused(relevance, share):
    with pytest.raises(ValueError, match="must be in"):
        DiversityRule(relevance, share)


def test_a_page_has_a_place():
    with pytest.raises(ValueError, match="page 0"):
        DiversityRule(page=0)


def test_the_beginning_of_a_long_rail_has_its_share_too():
    categories = [7] * 12 + [8] * 12
    found = chosen(
        np.linspace(1, 0.1, 24), categories, np.zeros((24, 2), np.float32), limit=24, rule=DiversityRule(1.0, 0.5, 4)
    )

    for page in range(4, 25, 4):
        assert sum(place < 12 for place in found[:page]) == page // 2


LAMP = "brass reading lamp with walnut foot, linen shade, dimmer, warm light"
SHELF = "oak shelf for heavy books, three boards, brackets, screws, oiled twice, made slowly"
TEXTS = [LAMP, SHELF, f"{LAMP} walnut", "steel pan", LAMP, "cork board"]
NOTHING = ints()


def test_of_products_that_say_the_same_the_best_known_is_no_copy():
    index = small_index(np.eye(6), documents=TEXTS, stars=np.array([1, 0, 9, 0, 0, 0.0]))

    assert near_duplicates(index, ints(0, 1, 2, 3, 4, 5), NOTHING).tolist() == [0, 4]
    assert near_duplicates(index, ints(4, 0), NOTHING).tolist() == [0]
    assert near_duplicates(index, ints(4, 1), ints(0)).tolist() == [0]
    assert near_duplicates(index, ints(2, 1), ints(0)).tolist() == []
    assert near_duplicates(index, NOTHING, NOTHING).tolist() == []


def test_of_equally_known_ones_the_first_stays_and_products_of_few_words_are_no_copies():
    index = small_index(np.eye(3), documents=[SHELF, SHELF, SHELF])
    brief = small_index(np.eye(3), documents=["oak shelf", "oak shelf", "oak shelf"])
    silent = small_index(np.eye(3), documents=["", "", ""])

    assert near_duplicates(index, ints(2, 0, 1), NOTHING).tolist() == [1, 2]
    for index in (brief, silent):
        assert near_duplicates(index, ints(0, 1, 2), NOTHING).tolist() == []


def test_a_flood_of_copies_comes_after_everything_else():
    n_copies = 120
    texts = [LAMP] * (n_copies + 1) + [f"thing{number} made of oak" for number in range(5)]
    stars = np.r_[5.0, np.zeros(n_copies), np.ones(5)]
    index = small_index(np.ones((n_copies + 6, 2)), documents=texts, stars=stars)
    items = np.arange(n_copies + 6, dtype=np.int32)
    scores = np.linspace(1.0, 0.5, items.size)

    rail = arrange(index, items, scores, limit=10, rule=DiversityRule(1.0, 1.0))

    assert set(rail[:6].tolist()) == {0, *range(n_copies + 1, n_copies + 6)}
    assert scores[0] == 1.0


def test_copies_do_not_stand_first_beside_what_they_copy():
    texts = [LAMP] * 4 + ["brass lamp with shade", "reading lamp of glass"]
    index = small_index(np.ones((6, 2)), documents=texts, stars=np.array([9, 0, 0, 0, 3, 3.0]))

    ranked = [entry.item for entry in rank_similar(index, 0, Weights(), limit=5)]

    assert set(ranked[:2]) == {4, 5}
    assert set(ranked[2:]) == {1, 2, 3}
