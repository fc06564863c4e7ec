import numpy as np
from scipy import sparse

from ml.interactions import Interactions
from ml.recommenders.popularity import Popularity, PopularityConfig

MATRIX = sparse.csr_array(np.array([[1, 0, 5], [1, 0, 0]], np.float32))


def test_counts_users():
    fitted = Popularity().fit(Interactions.from_csr(MATRIX))

    assert fitted.scores(MATRIX).tolist() == [[2, 0, 1], [2, 0, 1]]
    assert fitted.recommend(MATRIX, 2)[0].tolist() == [[1, -1], [2, 1]]


def test_adds_up_event_weights_when_told():
    fitted = Popularity(PopularityConfig(binary=False)).fit(Interactions.from_csr(MATRIX))

    assert fitted.scores(MATRIX)[0].tolist() == [2, 0, 5]
