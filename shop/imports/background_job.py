"""Background jobs of the shop (imports, pictures) that other apps can watch and stop."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from shop.signals import job_ended, job_progressed, job_started


class JobStopped(Exception):
    """A listener asked the job to stop. Finished parts stay, the others are not begun."""


@contextmanager
def background_job(kind: str, title: str) -> Iterator[Callable[[float, str], None]]:
    """Announce the block as a job and yield a function that reports progress: a fraction, 0 to 1, and a text.

    The function raises JobStopped when a listener asks for it, so call it where stopping leaves nothing half-written.
    """
    work_id = uuid.uuid4()
    job_started.send(sender=background_job, work_id=work_id, kind=kind, title=title)

    def report(fraction: float, text: str) -> None:
        answers = job_progressed.send(sender=background_job, work_id=work_id, fraction=fraction, text=text)
        if any(answer is True for _, answer in answers):
            raise JobStopped("It was cancelled.")

    try:
        yield report
    except BaseException as error:
        job_ended.send(sender=background_job, work_id=work_id, error=error)
        raise
    job_ended.send(sender=background_job, work_id=work_id, error=None)
