import json

import pytest

from benchmarks.report.__main__ import main
from benchmarks.search.records import write_run
from tests.benchmarks.report.small import QUALITY, RATING, RUNS


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "quality.json").write_text(json.dumps(QUALITY))
    (tmp_path / "rating.json").write_text(json.dumps(RATING))
    for record in RUNS:
        write_run(tmp_path / "runs", record)
    rows = [f"u{user},p{item},{4 + item % 2}" for user in range(8) for item in range(6)]
    (tmp_path / "ratings.csv").write_text("\n".join(rows))
    return tmp_path


def test_a_report_of_everything(folder, capsys):
    arguments = f"--quality {folder}/quality.json --rating {folder}/rating.json --runs {folder}/runs --vectors none"
    data = f"--data {folder}/ratings.csv --format ratings-csv --out {folder}/report.html --title Compared"

    assert main([*arguments.split(), *data.split()]) == 0
    html = (folder / "report.html").read_text()
    assert "sections Ranking, Stars, Recorded runs, Data" in capsys.readouterr().out
    assert html.count("<img ") == html.count('alt="') == 10
    assert 'alt=""' not in html
    assert "http" not in html
    assert "<h1>Compared</h1>" in html


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", "nothing to report on: give --quality, --rating, --runs or --data"),
        ("--quality {0}/none.json", "none.json is no JSON that can be read"),
        ("--quality {0}/rating.json", "rating.json, row 1: without recommender, ndcg_at_10"),
        ("--rating {0}/ratings.csv", "ratings.csv is no JSON that can be read"),
        ("--runs {0}/none", "none holds no recorded runs"),
        ("--data {0}/ratings.csv", "--data needs --format: one of"),
        ("--data {0}/rating.json --format ratings-csv", "this is not ratings-csv"),
        ("--data {0}/ratings.csv --format ratings-csv --vectors popularity", "popularity has no item vectors"),
        (
            "--data {0}/ratings.csv --format ratings-csv --vectors none --out {0}/no/report.html",
            "no such folder to write to",
        ),
    ],
    ids=["nothing", "missing", "other rows", "no json", "no runs", "no format", "format", "no vectors", "no folder"],
)
def test_what_cannot_be_reported_is_one_line_and_leaves_nothing(folder, capsys, arguments, message):
    assert main([*f"--out {folder}/report.html {arguments}".format(folder).split()]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert len([line for line in error.splitlines() if line != "1 of 1: data"]) == 1
    assert not (folder / "report.html").exists()
