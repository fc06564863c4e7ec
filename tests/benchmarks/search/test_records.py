import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks.search.records import RunRecord, RunRecordError, data_hash, read_run, read_runs, write_run
from ml.interactions import Interactions

RECORD = RunRecord(
    started="2026-11-21T10:15:02+00:00",
    task="ranking",
    model="item_knn",
    dataset="tiny",
    data_sha256="ab" * 32,
    code_version="0.1.0",
    study="item_knn-tiny-0123",
    trial=3,
    seed=0,
    config={"n_neighbours": 20, "shrinkage": 5.0, "binary": True},
    metrics={"ndcg_at_10": 0.25, "hr_at_10": 0.5},
    curves=[{"epoch": 5, "loss": 1.5}],
    seconds=0.5,
    peak_rss_mib=100.0,
)


def interactions(**changes) -> Interactions:
    values = {
        "users": np.array([0, 1]),
        "items": np.array([1, 0]),
        "weights": np.array([1.0, 2.0]),
        "timestamps": None,
        "n_users": 2,
        "n_items": 2,
    }
    return Interactions(**(values | changes))


def test_what_was_written_is_read(tmp_path):
    path = write_run(tmp_path, RECORD)

    assert path.parent.name.startswith("2026-11-21T1015-item_knn-")
    assert [file.name for file in path.parent.iterdir()] == ["run.json"]
    assert read_run(path) == RECORD
    assert read_runs(tmp_path) == ([RECORD], [])


def test_a_value_has_a_line_of_its_own(tmp_path):
    first = write_run(tmp_path, RECORD).read_text().splitlines()
    second = write_run(tmp_path, replace(RECORD, seed=1)).read_text().splitlines()

    assert [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]] == [(' "seed": 0,', ' "seed": 1,')]


def test_runs_come_oldest_first_and_different_runs_do_not_meet(tmp_path):
    later = replace(RECORD, started="2026-11-22T10:15:02+00:00", model="dmf")
    other = replace(RECORD, trial=4)
    for record in (later, RECORD, other):
        write_run(tmp_path, record)

    records, complaints = read_runs(tmp_path)
    assert [(record.model, record.trial) for record in records[2:]] == [("dmf", 3)]
    assert {record.trial for record in records[:2]} == {3, 4}
    assert complaints == []


def test_what_is_not_finite_is_written_as_null(tmp_path):
    record = replace(RECORD, metrics={"hr_at_10_cold": float("nan")}, curves=[{"epoch": 1, "loss": float("inf")}])
    read = read_run(write_run(tmp_path, record))

    assert read.metrics == {"hr_at_10_cold": None}
    assert read.curves == [{"epoch": 1, "loss": None}]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text[:40], "is no JSON that can be read"),
        (lambda text: "[]", "holds list, expected an object"),
        (lambda text: text.replace('"model"', '"mode"'), "keys missing or unknown: mode, model"),
        (lambda text: text.replace('"seed": 0', '"seed": "x"'), "seed is 'x', expected"),
        (lambda text: text.replace('"seed": 0', '"seed": true'), "seed is 'True', expected"),
        (lambda text: text.replace('"hr_at_10": 0.5', '"hr_at_10": "much"'), "metrics is .*expected"),
        (lambda text: text.replace('"trial": 3', '"trial": 1.5'), "trial is '1.5', expected"),
    ],
    ids=["cut off", "no object", "unknown key", "text for number", "truth for number", "text metric", "broken trial"],
)
def test_a_corrupt_record_is_named_and_skipped(tmp_path, change, message):
    write_run(tmp_path, replace(RECORD, trial=9))
    path = write_run(tmp_path, RECORD)
    path.write_text(change(path.read_text()))

    with pytest.raises(RunRecordError, match=message):
        read_run(path)
    records, complaints = read_runs(tmp_path)
    assert [record.trial for record in records] == [9]
    assert len(complaints) == 1
    assert str(path) in complaints[0]


def test_a_refused_record_leaves_no_file(tmp_path):
    unwritable: dict[str, Any] = {"made_of": object()}

    with pytest.raises(TypeError):
        write_run(tmp_path, replace(RECORD, config=unwritable))

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_holds_no_runs(tmp_path):
    assert read_runs(tmp_path / "none") == ([], [])


def test_the_hash_sees_every_column():
    hashes = {
        data_hash(interactions(**change))
        for change in (
            {},
            {"users": np.array([1, 0])},
            {"items": np.array([0, 1])},
            {"weights": np.array([2.0, 2.0])},
            {"timestamps": np.array([1.0, 2.0])},
            {"n_items": 3},
        )
    }

    assert len(hashes) == 6
    assert data_hash(interactions()) == data_hash(interactions())


def test_the_record_is_plain_json(tmp_path):
    values = json.loads(write_run(tmp_path, RECORD).read_text())

    assert list(values)[:4] == ["started", "task", "model", "dataset"]
    assert values["config"] == RECORD.config
