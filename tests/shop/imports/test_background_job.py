"""Long work of the shop: announced, followed, and ended when a listener asks for it."""

import pytest

from shop.imports.background_job import JobStopped, background_job
from shop.signals import job_progressed


def told(events) -> list[tuple]:
    return [(event["event"], event.get("fraction"), event.get("error")) for event in events]


def test_start_progress_and_end_are_told(shop_events):
    with background_job("import", "products.csv") as report:
        report(0.5, "500 rows")

    assert told(shop_events) == [
        ("job_started", None, None),
        ("job_progressed", 0.5, None),
        ("job_ended", None, None),
    ]
    assert (shop_events[0]["kind"], shop_events[0]["title"]) == ("import", "products.csv")
    assert len({event["work_id"] for event in shop_events}) == 1


def test_an_error_is_told_and_passed_on(shop_events):
    error = ValueError("no room")
    with pytest.raises(ValueError, match="no room"), background_job("import", "products.csv"):
        raise error

    assert told(shop_events) == [("job_started", None, None), ("job_ended", None, error)]


def test_a_listener_may_ask_for_the_end(shop_events):
    def stop(**_) -> bool:
        return True

    job_progressed.connect(stop)
    done = []

    def work() -> None:
        with background_job("pictures", "5 pictures") as report:
            report(0.2, "1 done")
            done.append("2 done")

    with pytest.raises(JobStopped):
        work()

    assert done == []
    assert isinstance(shop_events[-1]["error"], JobStopped)
