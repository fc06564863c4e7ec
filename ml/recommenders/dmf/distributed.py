"""Data-parallel training: workers split each batch, and TensorFlow's collectives sum their gradients.

The chief (index 0) trains as a single process does. The others receive the training data from it, draw the same batches
from the same seed, and compute their share of the rows; after each step all workers have the same weights.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ml.interactions import CSR
from ml.recommenders.dmf.batches import Batch
from ml.recommenders.dmf.config import DMFConfig
from ml.recommenders.dmf.native_messages import native_messages_hidden
from ml.recommenders.dmf.rendezvous import WorkerMissing, meet

with native_messages_hidden():  # not quiet_start: it computes, and a cluster is formed before that
    import tensorflow as tf

STEP_SECONDS = 300.0  # longest delay of a worker behind another in a step
_GROUP_KEY = 1001  # not used by the strategy
_END, _TRAINER, _EPOCH = range(3)


@dataclass(frozen=True, eq=False)
class Job:
    """Arguments of a trainer. matrix: csr float32 [n_users, n_items]."""

    matrix: CSR
    config: DMFConfig
    seed: int


class Team:
    """Team of a single process: batches are not split and sums are local."""

    def begin(self, job: Job, variables: Sequence[Any]) -> None:
        """Make the other workers create the same trainer, with the weights of the chief."""

    @contextmanager
    def epoch(self) -> Iterator[None]:
        """Make the other workers run the epoch that the caller runs inside the block."""
        yield

    def part(self, batch: Batch) -> Batch:
        """Return this worker's share of a batch."""
        return batch

    def summed(self, loss: tf.Tensor, gradients: list[Any], candidates: tf.Tensor) -> tuple[tf.Tensor, list[Any]]:
        """Return the loss and the gradients summed over the workers.

        gradients: that of the row tower's kernel, float32 [n_items, width], first; it is zero outside the candidates.
        """
        return loss, gradients


class Cluster(Team):
    """Team of several processes in lockstep. TensorFlow cannot form a second one in the same process."""

    def __init__(self, addresses: Sequence[str], index: int) -> None:
        self._index, self._size = index, len(addresses)
        resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
            tf.train.ClusterSpec({"worker": list(addresses)}), task_type="worker", task_id=index, rpc_layer="grpc"
        )
        tf.config.experimental.enable_op_determinism()
        tf.get_logger().setLevel("ERROR")  # the strategy logs a lot
        try:
            self._strategy = tf.distribute.MultiWorkerMirroredStrategy(resolver)
        except (RuntimeError, tf.errors.OpError) as error:
            raise WorkerMissing(f"the training workers could not be connected: {error}") from error
        self._key = tf.Variable(0, dtype=tf.int32, trainable=False)

    def begin(self, job: Job, variables: Sequence[Any]) -> None:
        if self._index == 0:
            settings = np.frombuffer(json.dumps(asdict(job.config)).encode(), np.uint8).astype(np.int32)
            self._order(_TRAINER, *job.matrix.shape, job.matrix.nnz, job.seed, settings.size)
            arrays = (job.matrix.indptr, np.int64), (job.matrix.indices, np.int32), (job.matrix.data, np.float32)
            for values, kind in (*arrays, (settings, np.int32)):
                self._from_chief(np.asarray(values, kind), values.shape, kind)
        for variable in variables:
            value = np.asarray(variable, np.float32)
            variable.assign(self._from_chief(value, value.shape, np.float32))

    @contextmanager
    def epoch(self) -> Iterator[None]:
        with worker_losses():
            if self._index == 0:
                self._order(_EPOCH)
            yield

    def part(self, batch: Batch) -> Batch:
        first, end = (batch.n_rows * number // self._size for number in (self._index, self._index + 1))
        events = slice(*np.searchsorted(batch.positions[:, 0], [first, end]))
        # A step divides by its number of rows; the weights correct this to the rows of all workers.
        rows = max(end - first, 1)
        return replace(
            batch,
            n_rows=rows,
            positions=batch.positions[events] - np.array([first, 0]),
            scaled=batch.scaled[events],
            weights=batch.weights[events] * np.float32(rows / batch.n_rows),
            target_places=batch.target_places[events],
        )

    def summed(self, loss: tf.Tensor, gradients: list[Any], candidates: tf.Tensor) -> tuple[tf.Tensor, list[Any]]:
        total = self._sum(loss)
        kernel = tf.convert_to_tensor(gradients[0])
        rows = self._sum(tf.gather(kernel, candidates))
        summed = [tf.tensor_scatter_nd_update(kernel, candidates[:, tf.newaxis], rows)]
        for gradient in gradients[1:]:
            if isinstance(gradient, tf.IndexedSlices):  # of the candidates, which are the same for all workers
                values = self._sum(gradient.values)
                summed.append(tf.IndexedSlices(values, gradient.indices, gradient.dense_shape))
            else:
                summed.append(self._sum(gradient))
        return total, summed

    def next_job(self) -> Job | None:
        """As a worker other than the chief: return the arguments of a new trainer, or None for an epoch of the last
        one.

        Raise StopIteration at the end of the training.
        """
        kind, n_users, n_items, n_events, seed, length = self._order(_END)
        if kind == _END:
            raise StopIteration
        if kind == _EPOCH:
            return None
        indptr = self._from_chief(None, (n_users + 1,), np.int64)
        indices = self._from_chief(None, (n_events,), np.int32)
        data = self._from_chief(None, (n_events,), np.float32)
        settings = self._from_chief(None, (length,), np.int32).astype(np.uint8).tobytes().decode()
        matrix = sparse.csr_array((data, indices, indptr), shape=(n_users, n_items))
        return Job(matrix, DMFConfig(**json.loads(settings)), seed)

    def end(self) -> None:
        """As chief: end the other workers."""
        self._order(_END)

    def _order(self, *numbers: int) -> tuple[int, ...]:
        header = np.zeros(6, np.int64)
        header[: len(numbers)] = numbers
        return tuple(int(number) for number in self._from_chief(header, (6,), np.int64))

    def _from_chief(self, values: NDArray[Any] | None, shape: tuple[int, ...], kind: Any) -> NDArray[Any]:
        """Return the values of the chief at every worker."""
        group = {"group_size": self._size, "group_key": _GROUP_KEY, "instance_key": self._key.assign_add(1)}
        if self._index == 0:
            tf.raw_ops.CollectiveBcastSendV2(input=tf.constant(values), **group)
            return np.asarray(values)
        received = tf.raw_ops.CollectiveBcastRecvV2(shape=shape, T=tf.as_dtype(kind), **group)
        return np.array(received.numpy())

    def _sum(self, values: tf.Tensor) -> tf.Tensor:
        return tf.raw_ops.CollectiveReduceV2(
            input=values,
            group_size=self._size,
            group_key=_GROUP_KEY,
            instance_key=self._key.assign_add(1),
            ordering_token=[],
            merge_op="Add",
            final_op="Id",
            timeout_seconds=STEP_SECONDS,
        )


_team: list[Team] = [Team()]  # the last one is the team of this process


def current() -> Team:
    """Return the team of this process."""
    return _team[-1]


@contextmanager
def joined(addresses: Sequence[str], index: int, *, seconds: float) -> Iterator[Cluster]:
    """Join the training workers at "host:port" addresses inside the block; at its end the chief ends the others.

    seconds: time to wait for the others. Enter it once, before TensorFlow computes anything. Raise WorkerMissing.
    """
    meet(addresses, index, seconds=seconds)
    cluster = Cluster(addresses, index)
    _team.append(cluster)
    try:
        with worker_losses():
            yield cluster
        if index == 0:
            with suppress(tf.errors.OpError):  # the training is done, so a lost worker does not matter
                cluster.end()
    finally:
        _team.remove(cluster)


@contextmanager
def worker_losses() -> Iterator[None]:
    """Turn the errors of collectives after the loss of a worker into WorkerMissing."""
    try:
        yield
    except tf.errors.OpError as error:
        reason = error.message.rpartition("aborted by: ")[2].strip().partition("\n")[0]
        raise WorkerMissing(f"a training worker was lost ({reason}): start all of them again") from error
