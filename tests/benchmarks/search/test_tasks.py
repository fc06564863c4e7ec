import pytest

from benchmarks.search.tasks import TASKS, task_of
from ml.rating.registry import rating_model_names
from ml.recommenders.registry import recommender_names


@pytest.mark.parametrize(
    ("names", "task"),
    [(recommender_names(), "ranking"), (rating_model_names(presets=True), "rating")],
    ids=["ranking", "rating"],
)
def test_every_registered_model_has_a_task(names, task):
    assert [found.name for name in names if (found := task_of(name))] == [task] * len(names)


def test_an_unknown_model_has_none():
    assert task_of("none") is None


def test_no_name_is_of_two_tasks():
    names = [name for task in TASKS for name in task.model_names()]

    assert len(names) == len(set(names))
