import numpy as np
import pytest

from benchmarks.report import item_map as module
from benchmarks.report.item_map import categories_of, item_map
from ml.recommenders.base import RecommenderError
from tests.benchmarks.report.small import data_file


class Vectors:
    """A recommender whose items are two far groups, even and odd."""

    def fit(self, interactions, *, seed, progress):
        progress(1.0, "fitted")
        return self

    def arrays(self):
        rng = np.random.default_rng(0)
        camps = np.arange(40) % 2
        vectors = rng.normal(0, 0.01, (40, 4)).astype(np.float32)
        vectors[np.arange(40), camps] += 1
        vectors[7] = 0
        return {"tower_item_vectors": vectors}


@pytest.fixture
def camps(monkeypatch):
    monkeypatch.setattr(module, "recommender_class", lambda name: Vectors)
    return data_file(80, 40)


def test_near_vectors_are_near_on_the_map(camps):
    heard = []
    made = item_map(camps, "planted", seed=0, progress=lambda share, text: heard.append(text))

    assert made is not None
    assert made.items.tolist() == [item for item in range(40) if item != 7]
    assert made.counts.tolist() == [40] * 39
    assert heard == ["fitted"]
    even, odd = (made.places[made.items % 2 == camp] for camp in (0, 1))
    across = np.linalg.norm(even[:, None] - odd[None, :], axis=2)
    within = np.linalg.norm(even[:, None] - even[None, :], axis=2)
    assert across.min() > np.median(within)


def test_few_items_make_no_map(monkeypatch):
    monkeypatch.setattr(Vectors, "arrays", lambda self: {"item_vectors": np.eye(6, dtype=np.float32)})
    monkeypatch.setattr(module, "recommender_class", lambda name: Vectors)

    assert item_map(data_file(12, 6), "planted", seed=0, progress=lambda share, text: None) is None


def test_a_recommender_without_vectors_is_refused():
    with pytest.raises(RecommenderError, match="popularity has no item vectors to draw"):
        item_map(data_file(), "popularity", seed=0, progress=lambda share, text: None)


def test_categories_are_of_the_first_level_that_tells_items_apart():
    data = data_file()

    assert categories_of(data, np.array([0, 1, 2])) == ["Lamps", "Desks", "Lamps"]
    assert categories_of(data, np.array([0, 2])) == ["", ""]
