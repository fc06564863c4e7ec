import json

import numpy as np
import pytest

from benchmarks import quality

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
    run = quality.measure(folder, "tiny", "popularity", 0)

    assert set(ASKED.split()) <= set(run.row)
    assert run.ndcg.tolist() == [1.0, 0.0]
    assert (run.row["hr_at_10"], run.row["hr_at_10_warm"], run.row["hr_at_10_cold"]) == (0.5, 1.0, 0.0)
    assert (run.row["n_cases"], run.row["n_cases_warm"], run.row["negatives_in_train"]) == (2, 1, 2)
    assert run.row["peak_rss_mib"] > 1
    json.dumps(run.row, allow_nan=False)


def test_each_run_is_compared_with_the_best_other():
    runs = [
        quality.Run({"recommender": name}, np.array(values)) for name, values in [("a", [1.0, 1.0]), ("b", [0.5, 0.0])]
    ]
    first, second = (run.row for run in quality.compare(runs))

    assert (first["best_other"], first["ndcg_at_10_difference"]) == ("b", 0.75)
    assert (second["best_other"], second["ndcg_at_10_difference"]) == ("a", -0.75)
    assert quality.compare(runs[:1])[0].row == {"recommender": "a"}


def test_command_writes_json_and_a_table(folder, capsys):
    file = folder / "out.json"
    status = quality.main(["--data", str(folder), "--recommenders", "popularity,item_knn", "--json", str(file)])
    rows = json.loads(file.read_text())

    assert status == 0
    assert [(row["dataset"], row["recommender"]) for row in rows] == [("tiny", "popularity"), ("tiny", "item_knn")]
    assert "popularity" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--datasets", "none"], "holds no set 'none'; there are: tiny"),
        (["--recommenders", "none"], "no recommender is called 'none'"),
    ],
)
def test_wrong_names_are_one_line_errors(folder, capsys, arguments, message):
    assert quality.main(["--data", str(folder), *arguments]) == 1
    assert message in capsys.readouterr().err


def test_help_has_an_example(capsys):
    with pytest.raises(SystemExit):
        quality.main(["--help"])

    assert "example: python -m benchmarks.quality" in capsys.readouterr().out
