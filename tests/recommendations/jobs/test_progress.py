"""One progress out of the steps of a training."""

from recommendations.jobs.progress import step


def test_steps_share_one_scale():
    reports: list[tuple[float, str]] = []
    outer = step(lambda fraction, text: reports.append((fraction, text)), 0.5, 1.0, "Fitting")
    inner = step(outer, 0.0, 0.5, "Measuring")

    inner(0.5, "epoch 3")
    inner(7.0, "")
    outer(-1.0, "done")

    assert reports == [(0.625, "Fitting: Measuring: epoch 3"), (0.75, "Fitting: Measuring"), (0.5, "Fitting: done")]
