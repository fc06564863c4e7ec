import json

import numpy as np
import pytest

from benchmarks import rating
from benchmarks.rating_files import read_ratings
from ml.rating.ratings import Ratings
from ml.splits import SplitError
from tests.ml.rating.planted import all_pairs, truth

FORMAT = "amazon-reviews-2018"


@pytest.fixture
def reviews(tmp_path):
    """Planted ratings, one a day; the first pair was rated 1 before, which the later rating replaces."""
    users, items = all_pairs()
    days = np.random.default_rng(2).permutation(users.size)
    columns = zip(users.tolist(), items.tolist(), truth(users, items).tolist(), days.tolist(), strict=True)
    rows = [
        {"reviewerID": f"u{user}", "asin": f"i{item}", "overall": stars, "unixReviewTime": 86_400 * (day + 9),
         "summary": f"{stars:.0f} stars", "reviewText": "words"}
        for user, item, stars, day in columns
    ]  # fmt: skip
    first = rows[0] | {"overall": 1.0, "unixReviewTime": 86_400, "summary": "first try"}
    file = tmp_path / "planted.json"
    file.write_text("".join(json.dumps(row) + "\n" for row in [first, *rows]))
    return file


def test_the_latest_rating_of_a_pair_and_its_words_are_read(reviews):
    name, ratings = read_ratings(reviews, FORMAT)

    assert (name, len(ratings), ratings.n_users, ratings.n_items) == ("planted", 270, 18, 15)
    assert ratings.review_texts is not None
    assert (ratings.stars[0], ratings.review_texts[0]) == (1.0, "1 stars . words")


def test_titles_come_from_the_metadata(reviews, tmp_path):
    meta = tmp_path / "meta.json"
    meta.write_text(json.dumps({"asin": "i3", "title": "Drum", "description": ["Loud."]}) + "\n")
    _, ratings = read_ratings(reviews, FORMAT, meta)

    assert ratings.content is not None
    assert ratings.content.texts[3] == "Drum\nLoud."
    assert sum(map(bool, ratings.content.texts)) == 1


@pytest.mark.parametrize("split", rating.SPLITS)
def test_a_fifth_is_tested_and_no_pair_is_on_both_sides(reviews, split):
    _, ratings = read_ratings(reviews, FORMAT)
    train, test = rating.split_ratings(ratings, split, 0)
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
        rating.split_ratings(one, "random", 0)


def test_rows_hold_figures_that_are_known(reviews):
    """The mean's error is the spread of the test stars around it; the biases find the planted truth."""
    source = rating.Source(reviews, FORMAT, None)
    floor, biases = (rating.measure(source, "random", name, 0) for name in ("global_mean", "bias_only"))
    train, test = rating.split_ratings(read_ratings(reviews, FORMAT)[1], "random", 0)
    spread = np.sqrt(np.mean((test.stars - train.stars.mean()) ** 2))

    assert floor.row["rmse"] == pytest.approx(spread, abs=1e-5)
    assert floor.row["pearson"] is None
    assert biases.row["rmse"] < 0.6 * spread
    assert biases.row["pearson"] > 0.95
    assert (biases.row["n_train"], biases.row["n_test"], biases.row["share_of_new_users"]) == (216, 54, 0.0)
    assert biases.row["mae_interval"][0] < biases.row["mae"] < biases.row["mae_interval"][1]
    json.dumps(biases.row, allow_nan=False)


def test_svd_is_the_yardstick_of_the_others(reviews):
    source = rating.Source(reviews, FORMAT, None)
    runs = [rating.measure(source, "random", name, 0) for name in ("svd", "global_mean")]
    svd, floor = (run.row for run in rating.compare(runs))

    assert "mse_to_svd" not in svd
    assert floor["mse_to_svd"] == pytest.approx(floor["rmse"] ** 2 - svd["rmse"] ** 2)
    assert floor["mse_to_svd_interval"][0] > 0
    assert "mse_to_svd" not in rating.compare(runs[1:])[0].row


def test_command_writes_json_and_a_table(reviews, capsys):
    file = reviews.with_name("out.json")
    status = rating.main(
        ["--data", str(reviews), "--format", FORMAT, "--models", "global_mean,bias_only", "--split", "random"]
        + ["--json", str(file)]
    )
    rows = json.loads(file.read_text())

    assert status == 0
    assert [(row["model"], row["split"], row["section"]) for row in rows] == [
        ("global_mean", "random", "rating"),
        ("bias_only", "random", "rating"),
    ]
    assert "bias_only" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--models", "none"], "no model is called 'none'; there are global_mean, svd, bias_only"),
        (["--split", "none"], "no split is called 'none'; there are random, temporal"),
        (["--json", "/no/such/folder/x.json"], "there is no such folder to write to"),
        (["--data", "missing.json"], "missing.json: there is no such file"),
    ],
    ids=["model", "split", "folder", "file"],
)
def test_wrong_arguments_are_one_line_errors(reviews, capsys, arguments, message):
    assert rating.main(["--data", str(reviews), "--format", FORMAT, *arguments]) == 1
    assert message in capsys.readouterr().err


def test_help_has_an_example(capsys):
    with pytest.raises(SystemExit):
        rating.main(["--help"])

    assert "example: python -m benchmarks.rating" in capsys.readouterr().out
