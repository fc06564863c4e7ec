from benchmarks.shops.log import compared


def test_what_is_missing_and_what_is_too_much_is_counted():
    assert compared(["a", "b", "c"], ["c", "b", "a"]) == {"events_sent": 3, "events_lost": 0, "events_doubled": 0}
    assert compared(["a", "b", "c"], ["a", "a", "x"]) == {"events_sent": 3, "events_lost": 2, "events_doubled": 2}
