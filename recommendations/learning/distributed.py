"""Distributed training: the chief trains and publishes, the other machines are its workers.

Loading TensorFlow takes seconds, so it is imported by name when needed, as in ml/recommenders/registry.py.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module

from ml.recommenders.dmf.rendezvous import WorkerMissing
from recommendations.learning.training import TrainingRefused

CHIEF_WAITS = 60  # seconds


@contextmanager
def shared_training(addresses: Sequence[str], *, seconds: float = CHIEF_WAITS) -> Iterator[None]:
    """Share the training inside the block with the workers at "host:port" addresses; this process is the first.

    Without addresses it trains alone. Raise TrainingRefused before anything is read when a worker does not connect.
    """
    if not addresses:
        yield
        return
    try:
        with import_module("ml.recommenders.dmf.distributed").joined(addresses, 0, seconds=seconds):
            yield
    except WorkerMissing as error:
        raise TrainingRefused(str(error)) from error


def join_training(addresses: Sequence[str], index: int, *, seconds: float, report: Callable[[str], None]) -> int:
    """Work for the training of the chief, the first of the addresses, and return the number of epochs run.

    - `seconds`: how long to wait for the chief.
    - `report`: receives a line per trained model.

    Raise TrainingRefused.
    """
    try:
        epochs: int = import_module("ml.recommenders.dmf.worker").run_worker(
            addresses, index, seconds=seconds, report=report
        )
    except WorkerMissing as error:
        raise TrainingRefused(str(error)) from error
    return epochs
