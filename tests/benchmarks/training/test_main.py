import json

import pytest

from benchmarks.training import __main__ as training


def test_growth_alone_as_json_and_table(in_process, tmp_path, capsys):
    file = tmp_path / "rows.json"
    asked = ["--only", "growth", "--growth", "popularity", "--sizes", "2000,4000", "--json", str(file)]
    status = training.main(asked)
    rows = json.loads(file.read_text())
    shown = capsys.readouterr()

    assert status == 0
    assert [(row["section"], row["n_interactions"]) for row in rows] == [
        ("training_growth", 2_000),
        ("training_growth", 4_000),
    ]
    assert rows[1]["peak_rss_ratio"] > 0
    assert "| popularity | 2,000 | 200 | 200 |" in shown.out
    assert "left" in shown.err


def test_both_parts_are_in_one_file(monkeypatch, capsys):
    time_row = {"dataset": "generated", "model": "ials", "best_ndcg": 0.5}
    monkeypatch.setattr(training, "measure_times", lambda data, models, seed, bar: [time_row])
    monkeypatch.setattr(training, "measure_growth", lambda names, sizes, seed, bar: [{"error": "no"}])

    assert training.main(["--json", "-"]) == 0
    assert [row["section"] for row in json.loads(capsys.readouterr().out)] == ["training_time", "training_growth"]
    assert training.main(["--only", "time"]) == 0
    monkeypatch.setattr(training, "measure_times", lambda data, models, seed, bar: [{**time_row, "error": "no"}])
    assert training.main([]) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--models", "none"], "no recommender is called 'none'"),
        (["--sizes", "10000,many"], "--sizes 10000,many: expected whole numbers from 2000"),
        (["--datasets", "AMusic"], "--datasets needs --data"),
        (["--data", "no/such/folder"], "holds no set at all: no NAME.train.rating"),
        (["--data", "no/such/folder", "--dataset", "AMusic"], "holds no set 'AMusic'"),
        (["--json", "no/such/folder/rows.json"], "there is no such folder"),
    ],
    ids=["model", "sizes", "no-data", "empty", "dataset", "json"],
)
def test_wrong_options_are_one_line_errors(capsys, arguments, message):
    assert training.main(arguments) == 1
    assert message in capsys.readouterr().err
