"""Long work of the shop (imports, pictures) that others may watch, and ask to end."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from shop.signals import long_work_ended, long_work_progressed, long_work_started


class WorkStopped(Exception):
    """Somebody who watches asked for the end of the work; what is whole stays, the rest is not begun."""


@contextmanager
def long_work(kind: str, title: str) -> Iterator[Callable[[float, str], None]]:
    """Announce the work of the block and yield what takes how far it is: a fraction, 0 to 1, and a text.

    That raises WorkStopped when a listener asks for the end, so call it where stopping leaves nothing half-written.
    """
    work_id = uuid.uuid4()
    long_work_started.send(sender=long_work, work_id=work_id, kind=kind, title=title)

    def report(fraction: float, text: str) -> None:
        answers = long_work_progressed.send(sender=long_work, work_id=work_id, fraction=fraction, text=text)
        if any(answer is True for _, answer in answers):
            raise WorkStopped("It was cancelled.")

    try:
        yield report
    except BaseException as error:
        long_work_ended.send(sender=long_work, work_id=work_id, error=error)
        raise
    long_work_ended.send(sender=long_work, work_id=work_id, error=None)
