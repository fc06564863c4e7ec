import numpy as np
import pytest

from benchmarks.search.rating_task import RATING, measure_rating, train_of
from ml.datasets.records import DatasetError
from ml.interactions import Interactions
from ml.rating.ratings import Ratings


def likes(n_users: int = 30, n_items: int = 20) -> Ratings:
    """Every user gives every even item 5 stars and every odd one 2, one after the other."""
    users, items = (grid.ravel() for grid in np.mgrid[:n_users, :n_items])
    stars = np.where(items % 2 == 0, 5.0, 2.0)
    times = np.arange(users.size, dtype=np.float64)
    return Ratings.from_arrays(users, items, stars, n_users=n_users, n_items=n_items, timestamps=times)


def silent(fraction: float, text: str) -> None:
    pass


def test_what_items_are_given_is_found():
    found = measure_rating("bias_only", {"user_shrinkage": 1000.0, "item_shrinkage": 0.01}, likes(), 0, silent)

    assert found.metrics["rmse"] is not None
    assert found.metrics["rmse"] < 0.05
    assert found.metrics["mae"] is not None
    assert found.metrics["mae"] < 0.05
    assert found.metrics["pearson"] == pytest.approx(1.0, abs=1e-3)
    assert found.config == {"user_shrinkage": 1000.0, "item_shrinkage": 0.01}
    assert found.seconds > 0
    assert found.peak_rss_mib > 10


def test_no_rating_kept_for_testing_is_used():
    everything = likes()
    train = train_of(everything)

    assert train.timestamps is not None
    assert train.timestamps.max() < 0.8 * len(everything)
    assert 0.6 * len(everything) < len(train) < 0.68 * len(everything)


def test_files_and_ranking_sets_become_ratings(tmp_path):
    file = tmp_path / "stars.csv"
    file.write_text("".join(f"u{user},i{item},{1 + item % 5}\n" for user in range(10) for item in range(10)))
    name, train = RATING.read_files([file], "ratings-csv")
    repeated = Interactions(np.array([0, 0]), np.array([1, 1]), np.array([2, 4], np.float32), None, 1, 2)

    assert (name, len(train)) == ("stars", 80)
    assert RATING.of_interactions(repeated).stars.tolist() == [4.0]
    assert RATING.hash_of(train) != RATING.hash_of(likes())
    with pytest.raises(DatasetError, match="no third"):
        RATING.read_files([file, file, file], "ratings-csv")
