import os
import signal

import pytest

from benchmarks.measuring.own_process import ProcessError, call_in_own_process, peak_rss_mib


def double(value, progress):
    progress(0.5, "half")
    return value * 2, os.getpid()


def refuse(progress):
    raise ValueError("not this")


def die(progress):
    os.kill(os.getpid(), signal.SIGKILL)


def linger(progress):
    progress(0.0, str(os.getpid()))
    signal.pause()


def test_result_and_progress_come_from_another_process():
    heard = []
    result, process = call_in_own_process(double, 21, on_progress=lambda *message: heard.append(message))

    assert (result, heard) == (42, [(0.5, "half")])
    assert process != os.getpid()


@pytest.mark.parametrize(
    ("function", "message"),
    [(refuse, "ValueError: not this"), (die, "its process ended with signal SIGKILL")],
    ids=["raises", "dies"],
)
def test_what_goes_wrong_is_said(function, message):
    with pytest.raises(ProcessError, match=message):
        call_in_own_process(function, on_progress=lambda *message: None)


def test_an_interrupt_ends_the_process():
    started = []

    def interrupt(fraction, text):
        started.append(int(text))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call_in_own_process(linger, on_progress=interrupt)
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


def test_peak_memory_is_that_of_an_interpreter_with_numpy():
    assert 10 < peak_rss_mib() < 100_000
