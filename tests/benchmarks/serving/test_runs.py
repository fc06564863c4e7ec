from benchmarks.serving.load import Measured
from benchmarks.serving.runs import Runs, middle


def run(rps: float, *, errors: int = 0, p99_ms: float = 9.0) -> Measured:
    return Measured(rps, errors, 2.0, p99_ms, 100.0)


def test_a_ratio_is_the_median_of_the_ratios_of_the_rounds():
    runs = Runs(run(900.0), bare=[run(100.0), run(200.0), run(400.0)], api=[run(90.0), run(100.0), run(100.0)])
    runs.now, runs.half, runs.half_now = [run(10.0)] * 3, [run(50.0, p99_ms=4.0)], [run(5.0, errors=2)]

    figures = runs.figures()

    assert (figures["bare_rps"], figures["api_rps"], figures["now_rps"]) == (200.0, 100.0, 10.0)
    assert (figures["ratio"], figures["ratios"], figures["now_ratio"]) == (0.5, [0.9, 0.5, 0.25], 0.05)
    assert (figures["p99_ms"], figures["saturated_p99_ms"], figures["now_half_rps"]) == (4.0, 9.0, 5.0)
    assert (figures["bare_without_middleware_rps"], figures["errors"]) == (900.0, 2)


def test_the_middle_is_rounded():
    assert middle([run(1.26), run(1.24)], "rps") == 1.2
