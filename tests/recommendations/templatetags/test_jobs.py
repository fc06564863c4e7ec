"""Figures of a job in words."""

import pytest

from recommendations.templatetags.jobs import duration, percent, unlocalised


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "1 s"), (59.4, "59 s"), (60, "1 min"), (3_540, "59 min"), (3_600, "1 h 0 min"), (7_860, "2 h 11 min")],
)
def test_durations_are_short(seconds, text):
    assert duration(seconds) == text


def test_fractions():
    assert percent(0.426) == "43%"
    assert unlocalised(1 / 3) == "0.3333"
