import numpy as np
import pytest

from ml.index_building import popularity_scores, trending_scores
from ml.index_building.popularity import popularity_scale


def test_popularity_is_the_logarithm_of_stars_and_events_over_the_largest():
    scores = popularity_scores(np.array([0.0, 4.0, 10.0]), np.array([0.0, 3.0, 5.0]))

    assert scores.tolist() == pytest.approx([0.0, np.log(8) / np.log(16), 1.0])
    assert scores.dtype == np.float32


def test_trending_is_the_share_of_the_largest():
    assert trending_scores(np.array([0.0, 1.0, 4.0])).tolist() == [0.0, 0.25, 1.0]


def test_nothing_happened_yet():
    assert popularity_scores(np.zeros(2), np.zeros(2)).tolist() == [0.0, 0.0]
    assert trending_scores(np.zeros(0)).tolist() == []


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf])
def test_impossible_sums_are_refused(value):
    with pytest.raises(ValueError, match="star_sums must be finite and >= 0"):
        popularity_scores(np.array([value]), np.zeros(1))
    with pytest.raises(ValueError, match="event_weights must be finite and >= 0"):
        trending_scores(np.array([value]))


def test_the_scale_is_the_logarithm_of_the_most_popular_item_and_1_without_any():
    assert popularity_scale(np.array([1.0, 4.0]), np.array([0.0, 5.0])) == pytest.approx(np.log(10))
    assert popularity_scale(np.zeros(2), np.zeros(2)) == popularity_scale(np.zeros(0), np.zeros(0)) == 1.0
