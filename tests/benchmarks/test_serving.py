"""The whole command on a tiny shop: it fills one, starts real servers, asks with wrk, and leaves nothing behind."""

import json
import shutil

import pytest

from benchmarks.live_shop import ShopError
from benchmarks.serving.__main__ import main, parse
from benchmarks.serving.shop import DESCRIPTION_FILE, FORMAT, GeneratedShop


@pytest.mark.skipif(shutil.which("wrk") is None, reason="needs wrk")
def test_the_command_measures_a_shop_of_200_products(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    file = tmp_path / "serving.json"

    status = main(["--products", "200", "--users", "60", "--rounds", "1", "--seconds", "1", "--json", str(file)])

    assert status == 0, capsys.readouterr().err
    (row,) = json.loads(file.read_text())
    assert {"bare_rps", "api_rps", "ratio", "now_rps", "now_ratio", "now_p99_ms", "p50_ms", "p99_ms", "rss_mb"} <= set(
        row
    )
    assert (row["products"], row["users"], row["errors"], row["fallbacks"]) == (200, 60, 0, 0)
    assert row["queries"] <= 3
    assert row["shortest_list"] == 10
    assert row["different_lists"] == row["ranked_ahead"] == row["lists"] == 30
    assert row["ratio"] == pytest.approx(row["api_rps"] / row["bare_rps"], abs=0.01)
    assert 10 < row["private_mb"] <= row["pss_mb"] <= row["rss_mb"]
    assert "| 200 | 60 |" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["serving.json"]


@pytest.mark.parametrize("wrong", [["--products", "0"], ["--rounds", "0"], ["--seconds", "0"], ["--users", "x"]])
def test_impossible_options_are_refused(wrong, capsys):
    with pytest.raises(SystemExit):
        parse(wrong)
    assert "usage:" in capsys.readouterr().err


def test_a_kept_folder_is_used_only_for_the_same_shop(tmp_path):
    (tmp_path / DESCRIPTION_FILE).write_text(json.dumps({"format": FORMAT, "products": 5, "users": 5}))

    with pytest.raises(ShopError, match="another shop than the one asked for"):
        GeneratedShop(tmp_path, 6, 5).fill(lambda fraction, text: None)


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear Ann")

    with pytest.raises(ShopError, match="neither empty nor a generated shop"):
        GeneratedShop(tmp_path, 6, 5).fill(lambda fraction, text: None)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_lists_are_ranked_ahead_for_half_of_the_shoppers_and_once_only(tmp_path):
    shop = GeneratedShop(tmp_path / "shop", 60, 5)
    shop.fill(lambda fraction, text: None)
    said: list[str] = []
    for _ in range(2):
        shop.rank_ahead(lambda fraction, text: said.append(text))

    tokens = shop.tokens.read_text().split()
    assert shop.ahead.read_text().split() == tokens[:3]
    assert shop.others.read_text().split() == tokens[3:]
    log = (tmp_path / "shop" / "log" / "ahead.txt").read_text()
    assert log.splitlines() == ["1.0000 lists ranked ahead"]
