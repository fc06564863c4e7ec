import pytest

from benchmarks.measuring import own_process
from benchmarks.measuring.own_process import ProcessError


@pytest.fixture
def in_process(monkeypatch):
    """Let runs share the process of the test; one that raises fails as it would in a process of its own."""

    def call(function, *arguments, on_progress):
        try:
            return function(*arguments, progress=on_progress)
        except Exception as error:
            raise ProcessError(f"{type(error).__name__}: {error}") from error

    monkeypatch.setattr(own_process, "call_in_own_process", call)
