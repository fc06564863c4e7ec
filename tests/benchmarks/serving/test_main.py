"""The command on a tiny shop: it starts real servers, asks with wrk, and leaves nothing behind."""

import json
import shutil

import pytest

from benchmarks.serving import __main__ as serving
from benchmarks.serving.shop import GeneratedShop

PRODUCTS, SHOPPERS = 200, 60


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> GeneratedShop:
    """A shop for the tests of this module, with lists ranked ahead once."""
    shop = GeneratedShop(tmp_path_factory.mktemp("generated") / "shop", PRODUCTS, SHOPPERS)
    shop.fill(lambda fraction, text: None)
    shop.rank_ahead(lambda fraction, text: None)
    return shop


@pytest.mark.skipif(shutil.which("wrk") is None, reason="needs wrk")
def test_the_command_measures_a_shop_of_200_products(filled, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(serving, "WARM_UP_SECONDS", 1.0)
    monkeypatch.setattr(serving, "HALF_ROUNDS", 1)
    file = tmp_path / "serving.json"
    sizes = ["--products", str(PRODUCTS), "--users", str(SHOPPERS), "--keep", str(filled.folder)]

    status = serving.main([*sizes, "--rounds", "1", "--seconds", "1", "--json", str(file)])

    assert status == 0, capsys.readouterr().err
    (row,) = json.loads(file.read_text())
    assert {"bare_rps", "api_rps", "ratio", "now_rps", "now_ratio", "now_p99_ms", "p50_ms", "p99_ms", "rss_mb"} <= set(
        row
    )
    assert (row["products"], row["users"], row["errors"], row["fallbacks"]) == (PRODUCTS, SHOPPERS, 0, 0)
    assert row["queries"] <= 3
    assert row["shortest_list"] == 10
    assert row["different_lists"] == row["ranked_ahead"] == row["lists"] == 30
    assert row["ratio"] == pytest.approx(row["api_rps"] / row["bare_rps"], abs=0.01)
    assert 10 < row["private_mb"] <= row["pss_mb"] <= row["rss_mb"]
    assert "| 200 | 60 |" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["serving.json"]


def test_lists_are_ranked_ahead_for_half_of_the_shoppers_and_once_only(filled):
    filled.rank_ahead(lambda fraction, text: None)

    tokens = filled.tokens.read_text().split()
    assert filled.ahead.read_text().split() == tokens[:30]
    assert filled.others.read_text().split() == tokens[30:]
    log = (filled.folder / "log" / "ahead.txt").read_text()
    assert log.splitlines() == ["1.0000 lists ranked ahead"]


@pytest.mark.parametrize("wrong", [["--products", "0"], ["--rounds", "0"], ["--seconds", "0"], ["--users", "x"]])
def test_impossible_options_are_refused(wrong, capsys):
    with pytest.raises(SystemExit):
        serving.parse(wrong)
    assert "usage:" in capsys.readouterr().err
