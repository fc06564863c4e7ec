"""Training workers other than the chief."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ml.recommenders.dmf.distributed import joined
from ml.recommenders.dmf.training import Trainer


def run_worker(addresses: Sequence[str], index: int, *, seconds: float, report: Callable[[str], None]) -> int:
    """Work for the chief of the workers at "host:port" addresses until the training ends; return the epochs run.

    seconds: time to wait for the chief; report: called with a line per trainer. Raise WorkerMissing.
    """
    epochs = 0
    trainer: Trainer | None = None
    with joined(addresses, index, seconds=seconds) as cluster:
        report(f"Worker {index} of {len(addresses)} works for {addresses[0]}.")
        while True:
            try:
                job = cluster.next_job()
            except StopIteration:
                return epochs
            if job is not None:
                trainer = None  # free its memory first
                trainer = Trainer(job.matrix, job.config, seed=job.seed)
                users, items = job.matrix.shape
                report(f"{job.matrix.nnz:,} interactions of {users:,} shoppers with {items:,} products.")
            elif trainer is not None:
                trainer.run_epoch()
                epochs += 1
