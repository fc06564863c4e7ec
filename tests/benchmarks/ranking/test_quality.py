import json

import numpy as np
import pytest

from benchmarks.ranking import quality
from ml.recommenders.base import RecommenderError

ASKED = "dataset recommender hr_at_10 ndcg_at_10 hr_at_10_warm ndcg_at_10_warm hr_at_10_cold fit_seconds peak_rss_mib"


@pytest.fixture
def folder(tmp_path):
    """Item 0 is everybody's but user 3's: popularity must put it first for user 3. Item 14 is cold."""
    train = [(user, 0) for user in range(3)] + [(user, user + 1) for user in range(4)] + [(9, i) for i in range(4, 14)]
    (tmp_path / "tiny.train.rating").write_text("".join(f"{user}\t{item}\t1\n" for user, item in train))
    (tmp_path / "tiny.test.rating").write_text("3\t0\t1\n2\t14\t1\n")
    others = "\t".join(map(str, range(2, 14)))
    (tmp_path / "tiny.test.negative").write_text(f"(3,0)\t{others}\n(2,14)\t{others}\n")
    return tmp_path


def test_rows_hold_what_the_protocol_asks(folder):
    heard = []
    run = quality.measure(folder, "tiny", "popularity", 0, lambda share, text: heard.append(share))

    assert set(ASKED.split()) <= set(run.row)
    assert run.ndcg.tolist() == [1.0, 0.0]
    assert (run.row["hr_at_10"], run.row["hr_at_10_warm"], run.row["hr_at_10_cold"]) == (0.5, 1.0, 0.0)
    assert (run.row["n_cases"], run.row["n_cases_warm"], run.row["negatives_in_train"]) == (2, 1, 2)
    assert run.row["peak_rss_mib"] > 1
    assert run.row["fit_rss_mib"] >= 0
    assert heard == sorted(heard)
    json.dumps(run.row, allow_nan=False)


def test_rows_hold_lists_and_slices(folder):
    row = quality.measure(folder, "tiny", "popularity", 0).row

    # user 3 has one training event and finds item 0, which three users have, first; user 2's item 14 is cold
    assert (row["n_cases_users_1_to_5"], row["n_cases_users_6_to_20"], row["n_cases_items_0"]) == (2, 0, 1)
    assert (row["ndcg_at_10_items_1_to_5"], row["ndcg_at_10_items_0"], row["ndcg_at_10_items_21_up"]) == (1, 0, None)
    # the list of user 2 leaves out its items 0 and 3, that of user 3 its item 4: the lists have all others
    assert (row["n_list_users"], row["hr_at_20_full"], row["coverage_at_20"]) == (2, 1.0, 1.0)
    assert (row["n_users"], row["n_items"], row["n_interactions"]) == (5, 15, 17)


def test_lists_are_made_for_some_users_of_a_large_set(folder, monkeypatch):
    monkeypatch.setattr(quality, "MOST_LIST_USERS", 1)

    assert quality.measure(folder, "tiny", "popularity", 0).row["n_list_users"] == 1


def test_negatives_of_the_own_train_are_a_second_figure(folder):
    # user 2 has item 3 and, now, the popular item 0 among its negatives
    others = "\t".join(map(str, range(2, 14)))
    (folder / "tiny.test.rating").write_text("3\t0\t1\n2\t1\t1\n")
    (folder / "tiny.test.negative").write_text(f"(3,0)\t{others}\n(2,1)\t0\t3\n")
    row = quality.measure(folder, "tiny", "popularity", 0).row

    assert row["ndcg_at_10"] == pytest.approx((1 + 1 / np.log2(4)) / 2)
    assert row["ndcg_at_10_unseen_negatives"] == 1.0


def test_each_run_is_compared_with_the_best_other():
    measured = {"a": [1.0, 1.0], "b": [0.5, 0.0], "failed": []}
    runs = [quality.Run({"recommender": name}, np.array(values)) for name, values in measured.items()]
    first, second, failed = (run.row for run in quality.compare(runs))

    assert (first["best_other"], first["ndcg_at_10_difference"]) == ("b", 0.75)
    assert (second["best_other"], second["ndcg_at_10_difference"]) == ("a", -0.75)
    assert failed == {"recommender": "failed"}
    assert quality.compare(runs[:1])[0].row == {"recommender": "a"}


def test_dmf_and_the_hybrid_are_compared_with_the_others_only():
    measured = {"hybrid": 1.0, "dmf": 0.75, "ials": 0.5, "ease": 0.25}
    runs = [quality.Run({"recommender": name}, np.array([value])) for name, value in measured.items()]

    compared = {run.row["recommender"]: run.row["best_other"] for run in quality.compare(runs)}

    assert compared == {"hybrid": "ials", "dmf": "ials", "ials": "hybrid", "ease": "hybrid"}


def test_command_writes_json_and_a_table(folder, capsys):
    file = folder / "out.json"
    status = quality.main(["--data", str(folder), "--recommenders", "popularity,item_knn", "--json", str(file)])
    rows = json.loads(file.read_text())
    shown = capsys.readouterr()

    assert status == 0
    assert [(row["dataset"], row["recommender"]) for row in rows] == [("tiny", "popularity"), ("tiny", "item_knn")]
    assert {row["section"] for row in rows} == {"quality"}
    assert str(folder) not in file.read_text()
    assert "| tiny | popularity |" in shown.out
    assert "1 of 2: popularity on tiny" in shown.err
    assert "left" in shown.err


real_measure = quality.measure


def fail_for_item_knn(directory, dataset, name, seed, progress=None):
    if name == "item_knn":
        raise RecommenderError("too many items")
    return real_measure(directory, dataset, name, seed)


def test_a_failed_run_does_not_lose_the_others(folder, in_process, monkeypatch, capsys):
    monkeypatch.setattr(quality, "measure", fail_for_item_knn)
    status = quality.main(["--data", str(folder), "--recommenders", "popularity,item_knn", "--json", "-"])
    good, bad = json.loads(capsys.readouterr().out)

    assert status == 0
    assert (good["hr_at_10"], "error" in good) == (0.5, False)
    assert bad["error"] == "RecommenderError: too many items"
    assert {bad[key] for key in ASKED.split()[2:]} == {None}
    assert quality.main(["--data", str(folder), "--recommenders", "item_knn"]) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--datasets", "none"], "holds no set 'none'; there are: tiny"),
        (["--recommenders", "none"], "no recommender is called 'none'"),
        (["--json", "no/such/folder/rows.json"], "there is no such folder"),
    ],
    ids=["dataset", "recommender", "json"],
)
def test_wrong_names_are_one_line_errors(folder, capsys, arguments, message):
    assert quality.main(["--data", str(folder), *arguments]) == 1
    assert message in capsys.readouterr().err
