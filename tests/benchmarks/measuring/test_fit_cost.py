import numpy as np

from benchmarks.measuring.fit_cost import costed
from benchmarks.measuring.own_process import call_in_own_process

MEBIBYTES = 32


def hold_some_memory() -> int:
    return int(np.ones(MEBIBYTES * 2**20, np.uint8).sum())


def cost_of_fit(progress):
    np.ones(4 * MEBIBYTES * 2**20, np.uint8)  # before the fit: not the fit's own
    return costed(hold_some_memory)


def test_the_fits_own_memory_is_told_from_what_was_there_before():
    result, cost = call_in_own_process(cost_of_fit, on_progress=lambda *message: None)

    assert result == MEBIBYTES * 2**20
    assert cost.fit_seconds > 0
    assert cost.fit_cpu_seconds > 0
    assert MEBIBYTES - 8 < cost.fit_rss_mib < 2 * MEBIBYTES
    assert cost.peak_rss_mib > 4 * MEBIBYTES
    assert set(cost.to_row()) == {"fit_seconds", "fit_cpu_seconds", "peak_rss_mib", "fit_rss_mib"}
