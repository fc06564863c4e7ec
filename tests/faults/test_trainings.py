"""Trainings beside events, and trainings beside each other, with real workers."""

import os
import signal
from datetime import timedelta

import pytest
from django.utils import timezone

from recommendations.behaviour.models import Interaction, ShopperProfile
from recommendations.jobs.lease import TRAINING
from recommendations.jobs.models import Job, Lease
from recommendations.jobs.tracking import SCHEDULE
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from tests.factories import ProductFactory
from tests.faults.waiting import eventually
from tests.recommendations.tastes import two_tastes

pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def trainer(live_shop):
    """A worker for trainings that would do two at once."""
    return live_shop.start_worker("training", concurrency=2, include="tests.faults.worker_tasks")


def test_a_long_training_delays_no_event(trainer, worker, visitor, broker, tmp_path):
    """As many of them as the trainer takes, and some that wait."""
    folders = [tmp_path / str(number) for number in range(4)]
    for folder in folders:
        folder.mkdir()
        broker.send_task("tests.faults.worker_tasks.occupy", args=[str(folder)], queue="training")
    eventually(lambda: sum((folder / "began").exists() for folder in folders) == 2)

    visitor.report([{"kind": "view", "product": str(ProductFactory().pk)}])
    shopper = Interaction.objects.get().shopper_id
    eventually(lambda: ShopperProfile.objects.filter(shopper_id=shopper, event_count=1).exists())

    assert not any((folder / "ended").exists() for folder in folders)
    for folder in folders:
        (folder / "may end").touch()
    eventually(lambda: all((folder / "ended").exists() for folder in folders))


def test_fault_16_of_two_trainings_asked_for_at_once_one_trains(trainer, broker, models_of_the_live_shop, hold):
    """Two beats ask for one each. The one with the lease stands in its middle until the other has ended."""
    ProductFactory.create_batch(3)
    said = len(trainer.output.read_text())

    def said_since(text: str) -> int:
        return trainer.output.read_text()[said:].count(text)

    hold.begin("recommendations.learning.training.build_serving_index")
    for _ in range(2):
        broker.send_task("recommendations.tasks.retrain", queue="training")
    eventually(hold.processes, output=trainer.output)
    eventually(lambda: said_since("A training was under way") == 1, output=trainer.output)
    assert ModelVersion.objects.get().status == ModelVersion.Status.TRAINING
    assert len(hold.processes()) == 1
    hold.end()

    eventually(lambda: said_since("succeeded") == 2, output=trainer.output)
    assert said_since("A training was under way") == 1
    assert ModelVersion.objects.get().status == ModelVersion.Status.PROMOTED


def test_fault_13_a_training_whose_process_is_killed_trains_once_more_and_serves(
    trainer, broker, models_of_the_live_shop
):
    """Its message comes again within seconds, while the dead process's lease still lasts."""
    two_tastes()
    said = len(trainer.output.read_text())
    broker.send_task("recommendations.tasks.retrain", queue="training")
    eventually(ModelVersion.objects.filter(status=ModelVersion.Status.TRAINING).exists, output=trainer.output)
    for child in trainer.children():
        os.kill(child, signal.SIGKILL)

    def waits_for_the_lease() -> bool:
        """A few seconds are left of it, not three minutes."""
        Lease.objects.filter(name=TRAINING).update(expires_at=timezone.now() + timedelta(seconds=2))
        return "It waits for another" in trainer.output.read_text()[said:]

    eventually(waits_for_the_lease, output=trainer.output)
    job = Job.objects.get()
    assert (job.state, job.message) == (Job.State.RUNNING, "")

    eventually(lambda: not Job.objects.open().exists(), output=trainer.output)
    job = Job.objects.get()
    assert (job.state, job.message, job.started_by) == (Job.State.DONE, "", SCHEDULE)
    dead, trained = ModelVersion.objects.order_by("created_at")
    assert (dead.status, trained.status) == (ModelVersion.Status.FAILED, ModelVersion.Status.PROMOTED)
    assert artifact_store.promoted_version() == trained.version
    assert dead.version not in artifact_store.versions()
