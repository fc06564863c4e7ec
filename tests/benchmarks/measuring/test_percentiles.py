import pytest

from benchmarks.measuring.percentiles import percentile


@pytest.mark.parametrize(("share", "expected"), [(1, 1000.0), (50, 2000.0), (75, 3000.0), (95, 4000.0), (100, 4000.0)])
def test_a_percentile_is_one_of_the_values_in_milliseconds(share, expected):
    assert percentile([3.0, 1.0, 4.0, 2.0], share) == expected


def test_nothing_has_no_percentile():
    assert percentile([], 50) is None
