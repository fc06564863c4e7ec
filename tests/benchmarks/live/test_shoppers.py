import pytest

from benchmarks.live import shoppers
from benchmarks.live.shoppers import main, parse, rows_of
from benchmarks.shops.programs import ShopError

KINDS = [
    {
        "name": "search", "num_requests": 2, "num_failures": 1, "total_response_time": 40.0,
        "response_times": {"10": 1, "30": 1}, "start_time": 100.0, "last_request_timestamp": 108.0,
    },
    {
        "name": "rail", "num_requests": 98, "num_failures": 0, "total_response_time": 980.0,
        "response_times": {"10": 97, "200": 1}, "start_time": 101.0, "last_request_timestamp": 110.0,
    },
]  # fmt: skip


def test_what_locust_counted_becomes_a_row_for_each_kind_and_one_for_all():
    rail, search, everything = rows_of(KINDS, 7)

    assert (rail["requests"], rail["rps"], rail["mean_ms"], rail["p50_ms"], rail["p99_ms"]) == (
        "rail", 9.8, 10.0, 10.0, 200.0,
    )  # fmt: skip
    assert (search["failures"], search["p50_ms"], search["p99_ms"]) == (1, 10.0, 30.0)
    assert (everything["count"], everything["failures"], everything["rps"], everything["mean_ms"]) == (
        100,
        1,
        10.0,
        10.2,
    )
    assert (everything["p50_ms"], everything["p99_ms"], everything["shoppers"]) == (10.0, 30.0, 7)


def test_no_request_at_all_is_an_error():
    with pytest.raises(ShopError, match="asked for nothing"):
        rows_of([], 7)


@pytest.mark.parametrize(("failures", "status"), [(0, 0), (1, 1)])
def test_a_failed_request_is_a_failure(monkeypatch, capsys, failures, status):
    monkeypatch.setattr(shoppers, "measure", lambda *_: [{"requests": "all", "failures": failures, "rps": 5.0}])

    assert main([]) == status
    assert f"| all | {failures} | 5.0 |" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [["--shoppers", "0"], ["--seconds", "0"], ["--products", "x"]])
def test_impossible_options_are_refused(wrong, capsys):
    with pytest.raises(SystemExit):
        parse(wrong)
    assert "usage:" in capsys.readouterr().err
