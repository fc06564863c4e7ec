import pytest

from benchmarks.live import freshness
from benchmarks.live.event_stream import Sample
from benchmarks.live.freshness import event_figures, main, parse, product_figures
from benchmarks.shops.programs import ShopError


def test_figures_of_events_and_products():
    samples = [Sample(0.01, 0.1), Sample(0.02, 0.3), Sample(0.03, None)]

    assert event_figures(samples) == {
        "p50_ms": 100.0, "p95_ms": 300.0, "post_p95_ms": 30.0, "samples": 3, "unchanged": 1,
    }  # fmt: skip
    assert product_figures([0.5, None]) == {
        "product_p50_ms": 500.0, "product_p95_ms": 500.0, "products_unseen": 1,
    }  # fmt: skip


@pytest.mark.parametrize("wrong", [["--rate", "0"], ["--shoppers", "-1"], ["--new-products", "-1"], ["--engine", "x"]])
def test_impossible_options_are_refused(wrong, capsys):
    with pytest.raises(SystemExit):
        parse(wrong)
    assert "usage:" in capsys.readouterr().err


def test_mongodb_is_the_server_that_the_environment_names(monkeypatch, capsys):
    monkeypatch.setenv("MONGODB_TEST_URI", "mongodb://127.0.0.1:27017/kindred")
    assert parse(["--behaviour", "mongodb"]).behaviour == "mongodb://127.0.0.1:27017/kindred"

    monkeypatch.delenv("MONGODB_TEST_URI")
    with pytest.raises(SystemExit):
        parse(["--behaviour", "mongodb"])
    assert "MONGODB_TEST_URI names no server" in capsys.readouterr().err


def test_a_shop_that_does_not_open_is_one_line(monkeypatch, capsys):
    def fail(*_):
        raise ShopError("web ended by itself")

    monkeypatch.setattr(freshness, "measure", fail)

    assert main([]) == 1
    assert capsys.readouterr().err.strip() == "error: web ended by itself"


def test_the_row_is_written_and_shown(monkeypatch, capsys, tmp_path):
    row = {"engine": "redis", "behaviour": "sqlite", "p95_ms": 321.0, "events_sent": 7, "events_lost": 0}
    monkeypatch.setattr(freshness, "measure", lambda *_: [row])

    assert main(["--engine", "redis", "--json", str(tmp_path / "freshness.json")]) == 0
    assert "| redis | sqlite | 321 | 7 | 0 |" in capsys.readouterr().out
    assert '"section": "freshness"' in (tmp_path / "freshness.json").read_text()
