import json

import numpy as np
import pytest

from benchmarks.measuring.own_process import ProcessError
from benchmarks.search import __main__ as search
from benchmarks.search.ranking_task import RANKING
from benchmarks.search.records import data_hash, read_runs
from ml.interactions import Interactions

N_USERS, N_ITEMS = 20, 10


@pytest.fixture
def folder(tmp_path):
    """Even users touch the even items, odd users the odd ones; each user's test item is left out of train."""
    pairs = [(user, item) for user in range(N_USERS) for item in range(N_ITEMS) if (user + item) % 2 == 0]
    held_out = {(user, user % 2 + 2 * (user % 5)) for user in range(N_USERS)}
    train = [pair for pair in pairs if pair not in held_out]
    (tmp_path / "camps.train.rating").write_text("".join(f"{user}\t{item}\t1\n" for user, item in train))
    (tmp_path / "camps.test.rating").write_text("".join(f"{user}\t{item}\t1\n" for user, item in sorted(held_out)))
    lines = [
        f"({user},{item})\t" + "\t".join(str(other) for other in range(N_ITEMS) if (user + other) % 2)
        for user, item in sorted(held_out)
    ]
    (tmp_path / "camps.test.negative").write_text("\n".join(lines) + "\n")
    users, items = (np.array(column) for column in zip(*train, strict=True))
    data = Interactions(users, items, np.ones(len(train), np.float32), None, N_USERS, N_ITEMS)
    return tmp_path, data_hash(data)


@pytest.fixture
def in_process(monkeypatch):
    """Trials of this test run in its own process; a list of what each is to do first, if anything."""
    first_do: list = []

    def call(function, *arguments, on_progress):
        if first_do and (action := first_do.pop(0)):
            raise action
        return function(*arguments, progress=on_progress)

    monkeypatch.setattr(search, "call_in_own_process", call)
    return first_do


def asked(folder, *more, model="item_knn", trials=3):
    common = ["--data", str(folder), "--dataset", "camps", "--runs", str(folder / "runs")]
    return ["--model", model, *common, "--trials", str(trials), *more]


def recorded(folder):
    records, complaints = read_runs(folder / "runs")
    assert complaints == []
    return {record.trial: record for record in records}


def test_every_trial_is_recorded_from_train_alone(folder, in_process, capsys):
    path, hash_of_train = folder

    assert search.main(asked(path, "--json")) == 0
    summary = json.loads(capsys.readouterr().out)
    records = recorded(path)
    assert set(records) == {None, 0, 1, 2}
    assert {record.data_sha256 for record in records.values()} == {hash_of_train}
    assert {record.study for record in records.values()} == {summary["study"]}
    assert records[None].config == {"n_neighbours": 100, "shrinkage": 20.0, "binary": True}
    assert summary["with_defaults"] == records[None].metrics["ndcg_at_10"] > 0.5
    assert summary["best"]["value"] == max(records[number].metrics["ndcg_at_10"] for number in range(3))
    assert all(record.seconds and record.peak_rss_mib for record in records.values())


def test_a_stopped_search_keeps_what_ended_and_continues(folder, in_process, capsys):
    path, _ = folder
    in_process += [None, None, KeyboardInterrupt()]

    assert search.main(asked(path)) == 130
    assert set(recorded(path)) == {None, 0}
    assert "the same command continues" in capsys.readouterr().err
    assert search.main(asked(path)) == 0
    assert set(recorded(path)) == {None, 0, 1, 2}
    before = recorded(path)
    assert search.main(asked(path, trials=2)) == 0
    assert recorded(path) == before


def test_a_trial_that_fails_is_recorded_and_the_search_goes_on(folder, in_process, capsys):
    path, _ = folder
    in_process += [None, ProcessError("ValueError: it diverged")]

    assert search.main(asked(path, trials=2)) == 0
    records = recorded(path)
    assert records[0].error == "ValueError: it diverged"
    assert records[0].metrics == {}
    assert set(records[0].config) == {"n_neighbours", "shrinkage", "binary"}
    assert records[1].error is None
    assert "trial 0: ValueError: it diverged" in capsys.readouterr().err


def test_data_files_lose_their_test_items_first(folder, in_process):
    path, _ = folder
    rows = [f"u{user},i{item},5,{user + item}" for user in range(4) for item in range(4)]
    file = path / "ratings.csv"
    file.write_text("\n".join(rows))
    options = ["--data", str(file), "--format", "ratings-csv", "--runs", str(path / "runs"), "--trials", "1"]

    assert search.main(["--model", "popularity", *options]) == 0
    name, train = search.read_train([file], None, "ratings-csv", RANKING)
    assert (name, len(train)) == ("ratings", 12)
    assert train.items.max() == 2
    assert {record.data_sha256 for record in recorded(path).values()} == {data_hash(train)}


def test_trials_run_in_a_process_of_their_own(folder):
    path, _ = folder

    assert search.main(asked(path, model="popularity", trials=1)) == 0
    assert set(recorded(path)) == {None, 0}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--model", "none"], "no model is called 'none'; there are popularity"),
        (["--objective", "rmse"], "item_knn has no objective 'rmse'; there are ndcg_at_10"),
        (["--trials", "0"], "--trials is 0, expected at least 1"),
        (["--dataset", "none"], "holds no set 'none'; name one with --dataset; there are: camps"),
        (["--format", "ratings-csv"], "this is a folder"),
    ],
    ids=["model", "objective", "trials", "dataset", "folder for a file"],
)
def test_what_cannot_be_searched_is_one_line_and_leaves_nothing(folder, capsys, more, message):
    path, _ = folder

    assert search.main([*asked(path), *more]) == 1
    assert message in capsys.readouterr().err
    assert not (path / "runs").exists()
