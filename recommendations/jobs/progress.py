"""Progress of a training, from 0 to 1, composed of the progress of its steps."""

from collections.abc import Callable

Progress = Callable[[float, str], None]


def silent(fraction: float, text: str) -> None:
    """Report nothing."""


def step(progress: Progress, start: float, end: float, title: str) -> Progress:
    """Return a progress that maps 0 to 1 onto start to end of another, with a title before its texts."""

    def report(fraction: float, text: str = "") -> None:
        progress(start + (end - start) * min(max(fraction, 0.0), 1.0), f"{title}: {text}" if text else title)

    return report
