import numpy as np

from ml.diversity import DiversityRule
from ml.ranking.candidates import Candidates
from ml.ranking.rails import arrange, ranked_items
from ml.ranking.reasons import Reason
from ml.ranking.results import CATEGORY, COSINE, KEYWORD, POPULARITY, Parts, RankedItem, ReasonCode, Source
from tests.ml.small_index import ints, small_index

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
