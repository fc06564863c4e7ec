"""Registry of the tasks of a search: ranking with recommenders, predicting stars with rating models."""

from __future__ import annotations

from benchmarks.search.ranking_task import RANKING, Task
from benchmarks.search.rating_task import RATING

TASKS = (RANKING, RATING)


def task_of(model: str) -> Task | None:
    """Return the task of a registered model, None for an unknown name."""
    return next((task for task in TASKS if model in task.model_names()), None)
