"""One training worker, run by test_distributed.py as a process of its own.

Usage: training_worker.py INDEX ADDRESSES FILE WAY; the chief writes losses and weights to FILE. WAY "lost": the second
worker is gone in the middle.
"""

import os
import sys
from typing import Any

import numpy as np
from scipy import sparse

from ml.recommenders.base import RecommenderError
from ml.recommenders.dmf.config import DMFConfig
from ml.recommenders.dmf.distributed import joined
from ml.recommenders.dmf.training import Trainer
from ml.recommenders.dmf.worker import run_worker

EPOCHS = 4
CONFIGS = {
    "full": DMFConfig(width=8, batch_users=7, cosine=True, input_dropout=0.0, column_tower=True),
    "sampled": DMFConfig(width=8, batch_users=7, cosine=False, input_dropout=0.0, column_tower=False, candidates=6),
}


def matrix() -> sparse.csr_array:
    """30 shoppers with 4 to 6 of 20 products each, the last one with none."""
    random = np.random.default_rng(5)
    rows = np.zeros((30, 20), np.float32)
    for row in rows[:-1]:
        row[random.choice(20, random.integers(4, 7), replace=False)] = 1
    return sparse.csr_array(rows)


def trained(name: str) -> dict[str, np.ndarray]:
    """Return the losses and the weights of the configuration of this name, trained by this process's team."""
    data = matrix()
    trainer = Trainer(data, CONFIGS[name].resolved(data), seed=3)
    losses = [trainer.run_epoch() for _ in range(EPOCHS)]
    member = trainer.to_numpy()
    layer = member.user_tower.to_arrays("")
    weights = {f"{name} {key}": value for key, value in layer.items()}
    return {f"{name} losses": np.array(losses), f"{name} items": member.item_vectors, **weights}


def main(index: int, addresses: list[str], file: str, way: str) -> None:
    if index:
        lines = []

        def told(line: str) -> None:
            lines.append(line)
            if way == "lost" and len(lines) == 2:
                os._exit(9)

        epochs = run_worker(addresses, index, seconds=300, report=told)
        sys.stdout.write("\n".join([str(epochs), *lines]))
        return
    with joined(addresses, index, seconds=300):
        arrays: dict[str, Any] = {key: value for name in CONFIGS for key, value in trained(name).items()}
        np.savez(file, **arrays)


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), sys.argv[2].split(","), sys.argv[3], sys.argv[4])
    except RecommenderError as error:
        sys.exit(f"{type(error).__name__}: {error}")
