"""Several machines for one training: the chief trains and publishes, the others lend their processors to it.

Loading TensorFlow takes seconds, so that it is named by path, as in ml/recommenders/registry.py.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module

from ml.recommenders.dmf.rendezvous import WorkerMissing
from recommendations.learning.training import TrainingRefused

CHIEF_WAITS = 60  # seconds


@contextmanager
def shared_training(addresses: Sequence[str], *, seconds: float = CHIEF_WAITS) -> Iterator[None]:
    """Share the training inside the block with the workers at "host:port" addresses, this process being the first.

    Without addresses it trains alone. Raises TrainingRefused, before anything was read, when one of them does not come.
    """
    if not addresses:
        yield
        return
    try:
        with import_module("ml.recommenders.dmf.distributed").joined(addresses, 0, seconds=seconds):
            yield
    except WorkerMissing as error:
        raise TrainingRefused(str(error)) from error


def join_training(addresses: Sequence[str], index: int, *, seconds: float, told: Callable[[str], None]) -> int:
    """Lend this process to the training of the first of the workers, and return the epochs run.

    seconds: how long to wait for it; told: gets a line per model trained. Raises TrainingRefused.
    """
    try:
        epochs: int = import_module("ml.recommenders.dmf.worker").run_worker(
            addresses, index, seconds=seconds, report=told
        )
    except WorkerMissing as error:
        raise TrainingRefused(str(error)) from error
    return epochs
