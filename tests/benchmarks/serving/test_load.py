import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks.serving.load import Load
from benchmarks.shops.programs import ShopError


@pytest.fixture
def asked(monkeypatch) -> list[list[str]]:
    """Commands of a wrk that answers 40 requests in two seconds each time."""
    commands: list[list[str]] = []
    found = {"seconds": 2.0, "requests": 40, "bytes": 4000, "errors": 1, "p50_ms": 3.0, "p99_ms": 9.0}

    def run(command, **options):
        commands.append(command)
        return SimpleNamespace(returncode=0, stdout=f"Running\n{json.dumps(found)}\n", stderr="")

    monkeypatch.setattr("benchmarks.serving.load.shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(subprocess, "run", run)
    return commands


def test_a_run_is_read_and_the_next_goes_on_with_the_next_shoppers(asked):
    load = Load(Path("tokens.txt"), connections=8)

    measured = load.run("http://127.0.0.1:1/x", seconds=2)
    load.run("http://127.0.0.1:1/x", seconds=2)

    assert (measured.rps, measured.errors, measured.p99_ms, measured.bytes_each) == (20.0, 1, 9.0, 100.0)
    assert [command[-3:] for command in asked] == [["tokens.txt", "0", "0.000"], ["tokens.txt", "40", "0.000"]]


def test_a_rate_becomes_a_pause_between_two_requests_of_a_connection(asked):
    Load(Path("t"), connections=8).run("http://127.0.0.1:1/x", seconds=2, rate=100, latency_ms=5)

    assert asked[0][-1] == "75.000"


def test_what_wrk_says_is_passed_on(monkeypatch, asked):
    monkeypatch.setattr(
        subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1, stdout="", stderr="unable to connect")
    )

    with pytest.raises(ShopError, match="unable to connect"):
        Load(Path("t"), connections=8).run("http://127.0.0.1:1/x", seconds=2)


def test_without_wrk_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("benchmarks.serving.load.shutil.which", lambda name: None)

    with pytest.raises(ShopError, match="apt install wrk"):
        Load(Path("t"), connections=8).run("http://127.0.0.1:1/x", seconds=2)
