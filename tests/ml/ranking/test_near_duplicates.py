import numpy as np

from ml.diversity import DiversityRule
from ml.ranking import Weights, rank_similar
from ml.ranking.near_duplicates import near_duplicates
from ml.ranking.rails import arrange
from tests.ml.small_index import ints, small_index

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
