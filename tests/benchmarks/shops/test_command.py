from argparse import Namespace

import pytest

from benchmarks.shops.command import measure_shop, shop_folder
from benchmarks.shops.programs import ShopError


def test_a_temporary_folder_is_deleted_and_a_kept_one_stays(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with shop_folder("serving") as folder:
        assert folder.parent == tmp_path
        (folder / "file").write_text("x")
    assert list(tmp_path.iterdir()) == []

    with shop_folder("serving", tmp_path / "kept") as folder:
        folder.mkdir()
    assert folder == tmp_path / "kept"
    assert folder.exists()


@pytest.mark.parametrize(("lost", "status"), [([0, 0], 0), ([0, 1], 1)])
def test_one_row_that_is_a_failure_is_a_failure(capsys, lost, status):
    def measure(options, bar):
        return [{"engine": "redis", "database": str(number), "events_lost": n} for number, n in enumerate(lost)]

    def is_failure(row):
        return row["events_lost"] > 0

    options = Namespace(json=None)
    assert measure_shop("ingest", options, [], measure, steps=1, is_failure=is_failure) == status
    assert f"| redis | 1 | {lost[1]} |" in capsys.readouterr().out


def test_a_shop_that_does_not_start_is_one_line(capsys):
    def measure(options, bar):
        raise ShopError("web ended by itself")

    assert measure_shop("ingest", Namespace(json=None), [], measure, steps=1) == 1
    assert capsys.readouterr().err.strip() == "error: web ended by itself"
