import json

import numpy as np
import pytest

from benchmarks.rating import prediction
from benchmarks.rating.files import read_ratings
from ml.rating.ratings import Ratings
from ml.splits import SplitError

FORMAT = "amazon-reviews-2018"


@pytest.mark.parametrize("split", prediction.SPLITS)
def test_a_fifth_is_tested_and_no_pair_is_on_both_sides(reviews, split):
    _, ratings = read_ratings(reviews, FORMAT)
    train, test = prediction.split_ratings(ratings, split, 0)
    known = set(zip(train.users.tolist(), train.items.tolist(), strict=True))

    assert (len(train), len(test)) == (216, 54)
    assert known.isdisjoint(zip(test.users.tolist(), test.items.tolist(), strict=True))
    if split == "temporal":
        assert train.timestamps is not None
        assert test.timestamps is not None
        assert train.timestamps.max() < test.timestamps.min()


def test_a_split_that_leaves_nothing_is_refused():
    one = Ratings.from_arrays([0], [0], [3], n_users=1, n_items=1, timestamps=[1])

    with pytest.raises(SplitError, match="random split of 1 ratings leaves nothing for test"):
        prediction.split_ratings(one, "random", 0)


def test_rows_hold_figures_that_are_known(reviews):
    """The mean's error is the spread of the test stars around it; the biases find the planted truth."""
    source = prediction.Source(reviews, FORMAT, None)
    floor, biases = (prediction.measure(source, "random", name, 0) for name in ("global_mean", "bias_only"))
    train, test = prediction.split_ratings(read_ratings(reviews, FORMAT)[1], "random", 0)
    spread = np.sqrt(np.mean((test.stars - train.stars.mean()) ** 2))

    assert floor.row["rmse"] == pytest.approx(spread, abs=1e-5)
    assert floor.row["pearson"] is None
    assert biases.row["rmse"] < 0.6 * spread
    assert biases.row["pearson"] > 0.95
    assert (biases.row["n_train"], biases.row["n_test"], biases.row["share_of_new_users"]) == (216, 54, 0.0)
    assert biases.row["mae_interval"][0] < biases.row["mae"] < biases.row["mae_interval"][1]
    json.dumps(biases.row, allow_nan=False)


def test_svd_is_the_yardstick_of_the_others(reviews):
    source = prediction.Source(reviews, FORMAT, None)
    runs = [prediction.measure(source, "random", name, 0) for name in ("svd", "global_mean")]
    svd, floor = (run.row for run in prediction.compare(runs))

    assert "mse_to_svd" not in svd
    assert floor["mse_to_svd"] == pytest.approx(floor["rmse"] ** 2 - svd["rmse"] ** 2)
    assert floor["mse_to_svd_interval"][0] > 0
    assert "mse_to_svd" not in prediction.compare(runs[1:])[0].row
