import sys
import time
from pathlib import Path

import pytest

from benchmarks.shops.programs import ShopError, free_port, start_program


def test_a_program_is_killed_with_its_children(tmp_path):
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
    program = start_program("parent", [sys.executable, "-c", child], tmp_path / "log" / "parent.txt")
    program.wait_for(lambda: len(program.children()) == 1)
    (pid,) = program.children()

    program.kill()

    assert not program.is_running
    status = Path(f"/proc/{pid}/status")
    deadline = time.monotonic() + 180
    while status.exists() and "State:\tZ" not in status.read_text() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert time.monotonic() < deadline


def test_output_is_appended(tmp_path):
    for word in ("one", "two"):
        start_program("echo", [sys.executable, "-c", f"print('{word}')"], tmp_path / "echo.txt").process.wait()

    assert (tmp_path / "echo.txt").read_text() == "one\ntwo\n"


def test_a_free_port_is_not_in_use():
    assert 1024 <= free_port() <= 65_535


def test_a_program_that_ended_is_not_waited_for(tmp_path):
    program = start_program("broken", [sys.executable, "-c", "raise SystemExit('no such thing')"], tmp_path / "out.txt")

    with pytest.raises(ShopError, match=r"(?s)broken ended by itself.*no such thing"):
        program.wait_for(lambda: False)
