"""Long work of the shop (imports, pictures) that others may watch, and ask to end."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from shop.signals import job_ended, job_progressed, job_started


class JobStopped(Exception):
    """Somebody who watches asked for the end of the work; what is whole stays, the rest is not begun."""


@contextmanager
def background_job(kind: str, title: str) -> Iterator[Callable[[float, str], None]]:
    """Announce the work of the block and yield what takes how far it is: a fraction, 0 to 1, and a text.

    That raises JobStopped when a listener asks for the end, so call it where stopping leaves nothing half-written.
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
