import pytest

from benchmarks.report.charts import bars, curves, metric_name, search_course, trial_name
from tests.benchmarks.report.small import DEFAULTS, QUALITY, RATING, RUNS


def test_bars_come_best_first_with_their_intervals_in_words():
    made = bars(QUALITY[:2], label="recommender", metric="ndcg_at_10", title="NDCG@10 on tiny")

    assert made is not None
    assert made.alt == "NDCG@10 on tiny. <dmf> 0.375 (between 0.300 and 0.450); popularity 0.125."


def test_small_errors_come_first():
    made = bars(RATING, label="model", metric="rmse", title="RMSE")

    assert made is not None
    assert made.alt == "RMSE. better 0.800; bias_only 0.850."


def test_a_metric_nobody_has_makes_no_bars():
    assert bars(QUALITY, label="recommender", metric="rmse", title="none") is None


def test_curves_of_a_study():
    made = curves(RUNS, "loss", best=RUNS[2])

    assert made is not None
    assert made.title == "Loss by epoch: dmf on tiny"
    assert made.alt.startswith("Loss by epoch: dmf on tiny, 3 runs. defaults from 2 to 1.5; trial 0 from 2 to 1.5")
    assert curves(RUNS, "validation_ndcg", best=None) is None
    assert curves([], "loss", best=None) is None


def test_the_course_of_a_search_leaves_failed_trials_out():
    made = search_course(RUNS, "ndcg_at_10")

    assert made is not None
    assert made.alt.endswith("NDCG@10 of 2 trials, at last 0.3000 at best; the defaults gave 0.2500.")
    assert search_course([DEFAULTS], "ndcg_at_10") is None


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("hr_at_10", "HR@10"),
        ("ndcg_at_10_warm", "NDCG@10 warm"),
        ("mrr", "MRR"),
        ("validation_rmse", "validation RMSE"),
        ("loss", "loss"),
    ],
)
def test_metrics_are_named_as_they_are_written(key, name):
    assert metric_name(key) == name


def test_trials_are_named():
    assert [trial_name(record) for record in RUNS[:2]] == ["defaults", "trial 0"]
