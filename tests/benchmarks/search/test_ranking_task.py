import numpy as np
import pytest

from benchmarks.search.ranking_task import RANKING, curves_of, measure_ranking
from ml.interactions import Interactions
from ml.splits import SplitError


def two_camps(n_users: int = 20, n_items: int = 10) -> Interactions:
    """Even users touch every even item, odd users every odd one: neighbours tell what was held out."""
    pairs = [(user, item) for user in range(n_users) for item in range(n_items) if (user + item) % 2 == 0]
    users, items = (np.array(column) for column in zip(*pairs, strict=True))
    return Interactions(users, items, np.ones(len(pairs), np.float32), None, n_users, n_items)


def silent(fraction: float, text: str) -> None:
    pass


def test_neighbours_find_the_held_out_item_and_nothing_else_does():
    found = measure_ranking("item_knn", {"n_neighbours": 5}, two_camps(), 0, silent)

    assert found.metrics["ndcg_at_10"] == 1.0
    assert found.config == {"n_neighbours": 5, "shrinkage": 20.0, "binary": True}
    assert found.curves == []
    assert found.seconds > 0
    assert found.peak_rss_mib > 10


def test_the_same_seed_gives_the_same_figures():
    first, second, other = (measure_ranking("popularity", {}, two_camps(), seed, silent).metrics for seed in (0, 0, 1))

    assert first == second
    assert first != other


def test_data_that_cannot_be_held_out_is_refused():
    one_each = Interactions.from_csr(np.eye(3, dtype=np.float32))

    with pytest.raises(SplitError, match="no user has two different items"):
        measure_ranking("popularity", {}, one_each, 0, silent)


def test_a_search_gets_no_test_items(tmp_path):
    file = tmp_path / "camps.csv"
    file.write_text("".join(f"u{user},i{item},5,{item}\n" for user in range(6) for item in range(4)))
    name, train = RANKING.read_files([file], "ratings-csv")

    assert (name, len(train), train.items.max()) == ("camps", 18, 2)
    assert RANKING.hash_of(train) != RANKING.hash_of(two_camps())
    assert RANKING.of_interactions(train) is train


def test_curves_are_rows():
    assert curves_of([{"epoch": 1}, "text"]) == [{"epoch": 1}]
    assert curves_of(None) == []
