import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ml.recommenders.dmf.batches import BatchSource
from ml.recommenders.dmf.distributed import Cluster, current
from tests.ml.recommenders.dmf.test_rendezvous import free_addresses
from tests.ml.recommenders.dmf.training_worker import CONFIGS, EPOCHS, matrix, trained

ROOT = Path(__file__).resolve().parents[4]
SCRIPT = Path(__file__).with_name("training_worker.py")


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> Iterator[dict[str, tuple[Path, list[subprocess.Popen[str]]]]]:
    """Two pairs of processes, the chiefs first, which run side by side because they mostly wait; and their files."""
    folder, addresses = tmp_path_factory.mktemp("workers"), free_addresses(4)
    files = {way: folder / f"{way}.npz" for way in ("together", "lost")}
    started = {
        way: (file, start_two(file, way, ",".join(addresses[2 * pair : 2 * pair + 2])))
        for pair, (way, file) in enumerate(files.items())
    }
    yield started
    for _, processes in started.values():
        for process in processes:
            process.kill()
            process.communicate()


def start_two(file: Path, way: str, addresses: str) -> list[subprocess.Popen[str]]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return [
        subprocess.Popen(
            [sys.executable, SCRIPT, str(index), addresses, file, way],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for index in (0, 1)
    ]  # fmt: skip


def ends_of(processes: list[subprocess.Popen[str]]) -> list[tuple[int, str, str]]:
    """Return exit code, output and errors of each process."""
    outputs = [process.communicate(timeout=600) for process in processes]
    return [(process.returncode, *output) for process, output in zip(processes, outputs, strict=True)]


def test_two_processes_learn_what_one_learns(runs):
    file, processes = runs["together"]

    (chief, _, complaint), (other, said, _) = ends_of(processes)

    assert (chief, other) == (0, 0), complaint
    assert said.splitlines()[0] == str(len(CONFIGS) * EPOCHS)
    assert said.count("148 interactions of 30 shoppers with 20 products") == len(CONFIGS)
    of_two = np.load(file)
    for name in CONFIGS:
        for key, of_one in trained(name).items():
            np.testing.assert_allclose(of_two[key], of_one, rtol=1e-4, atol=1e-5, err_msg=key)
    assert of_two["full losses"][-1] < of_two["full losses"][0]


def test_a_worker_lost_in_the_middle_ends_the_training_with_a_clear_error(runs):
    file, processes = runs["lost"]

    (chief, _, complaint), (other, _, _) = ends_of(processes)

    assert other == 9
    assert chief == 1
    assert complaint.splitlines()[-1].startswith("WorkerMissing: a training worker was lost (")
    assert complaint.splitlines()[-1].endswith("): start all of them again")
    assert not file.exists()


@pytest.mark.parametrize("size", [2, 3, 8])
def test_the_parts_of_a_batch_are_the_batch(size, monkeypatch):
    def unconnected(self: Cluster, index: int) -> None:
        self._index, self._size = index, size

    monkeypatch.setattr(Cluster, "__init__", unconnected)
    source = BatchSource(matrix(), batch_users=5, candidates=6, binary=True, seed=0)
    batch = next(source.epoch())

    parts = [Cluster(index).part(batch) for index in range(size)]  # type: ignore[call-arg, arg-type]

    firsts = [batch.n_rows * index // size for index in range(size)]
    moved = [part.positions + [first, 0] for part, first in zip(parts, firsts, strict=True)]
    np.testing.assert_array_equal(np.concatenate(moved), batch.positions)
    for name in ("scaled", "target_places"):
        np.testing.assert_array_equal(np.concatenate([getattr(part, name) for part in parts]), getattr(batch, name))
    # weight / rows is what an event counts for in a step
    counted = np.concatenate([part.weights / part.n_rows for part in parts])
    np.testing.assert_allclose(counted, batch.weights / batch.n_rows, rtol=1e-6)
    assert all((part.candidates == batch.candidates).all() and part.n_rows >= 1 for part in parts)


def test_a_lone_process_does_everything_itself():
    batch = next(BatchSource(matrix(), batch_users=5, candidates=None, binary=True, seed=0).epoch())

    assert current().part(batch) is batch
    assert current().summed(1.0, [2.0], None) == (1.0, [2.0])
