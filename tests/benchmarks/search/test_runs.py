import json
from dataclasses import replace

import pytest

from benchmarks.search import runs
from benchmarks.search.records import RunRecord, write_run

FIRST = RunRecord(
    started="2026-11-21T10:15:02+00:00",
    task="ranking",
    model="item_knn",
    dataset="tiny",
    data_sha256="ab" * 32,
    code_version="0.1.0",
    study="one",
    trial=None,
    seed=0,
    config={"n_neighbours": 20},
    metrics={"ndcg_at_10": 0.25},
    curves=[{"epoch": 5, "loss": 2.0}, {"epoch": 10, "loss": 1.5}],
    seconds=2.0,
    peak_rss_mib=100.0,
)
SECOND = replace(FIRST, trial=0, config={"n_neighbours": 50}, metrics={"ndcg_at_10": 0.5}, seconds=3.0)
FAILED = replace(FIRST, trial=1, model="dmf", metrics={}, curves=[], seconds=None, peak_rss_mib=None, error="no memory")


@pytest.fixture
def folder(tmp_path):
    for record in (FIRST, SECOND, FAILED):
        write_run(tmp_path, record)
    return tmp_path


def lines(folder, capsys, *arguments):
    assert runs.main(["--runs", str(folder), *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_a_table_of_all_runs(folder, capsys):
    head, _, *rows = lines(folder, capsys, "--sort", "ndcg_at_10")

    assert head == "| run | data | trial | ndcg_at_10 | seconds | peak MiB | error |"
    assert rows == [
        f"| {SECOND.name} | tiny | 0 | 0.500 | 3.0 | 100 |  |",
        f"| {FIRST.name} | tiny | defaults | 0.250 | 2.0 | 100 |  |",
        f"| {FAILED.name} | tiny | 1 | - | - | - | no memory |",
    ]


def test_times_are_sorted_the_other_way_and_models_chosen(folder, capsys):
    _, _, *rows = lines(folder, capsys, "--sort", "seconds", "--model", "item_knn")

    assert [row.split(" | ")[2] for row in rows] == ["defaults", "0"]


def test_a_comparison_holds_what_differs(folder, capsys):
    assert lines(folder, capsys, FIRST.name, SECOND.name[-8:]) == [
        f"| value | {FIRST.name} | {SECOND.name} |",
        "| --- | --- | --- |",
        "| trial | - | 0 |",
        "| config.n_neighbours | 20 | 50 |",
        "| metrics.ndcg_at_10 | 0.2500 | 0.5000 |",
        "| seconds | 2.0000 | 3.0000 |",
    ]


def test_records_as_json(folder, capsys):
    rows = json.loads("\n".join(lines(folder, capsys, "--json", "--model", "dmf")))

    assert [(row["run"], row["error"]) for row in rows] == [(FAILED.name, "no memory")]


def test_a_corrupt_record_is_named_and_the_rest_is_shown(folder, capsys):
    (folder / FAILED.name / "run.json").write_text("{")

    assert runs.main(["--runs", str(folder)]) == 0
    printed = capsys.readouterr()
    assert f"skipped: {folder / FAILED.name / 'run.json'}" in printed.err
    assert SECOND.name in printed.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], "no runs end in 'nothing'"),
        (["--sort", "rmse"], "no run has 'rmse'; there are ndcg_at_10, seconds, peak_rss_mib"),
    ],
    ids=["name", "metric"],
)
def test_what_is_not_there_is_said(folder, capsys, arguments, message):
    assert runs.main(["--runs", str(folder), *arguments]) == 1
    assert message in capsys.readouterr().err


def test_an_empty_folder_says_how_to_fill_it(tmp_path, capsys):
    assert "benchmarks.search" in lines(tmp_path, capsys)[0]
