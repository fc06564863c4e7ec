"""A training whose process is killed leaves the old version serving: fault 13 of the list."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection, connections
from django.utils import timezone

from recommendations.jobs.lease import LeaseTaken
from recommendations.jobs.models import Lease
from recommendations.learning.publishing import INTERRUPTED
from recommendations.learning.training import train
from recommendations.serving import handle
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from tests.recommendations.publishing import served_now
from tests.recommendations.shopping import for_you
from tests.recommendations.tastes import two_tastes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_models")]
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("function", "call"),
    [
        pytest.param("recommendations.learning.training.build_serving_index", 1, id="after fitting"),
        pytest.param("ml.artifact._write_array", 4, id="while writing"),
        pytest.param("recommendations.versions.artifact_store.promote", 1, id="before the pointer moves"),
    ],
)
def test_fault_13_a_training_killed_with_sigkill_leaves_the_old_version_serving(tmp_path, monkeypatch, function, call):
    if connection.vendor != "sqlite" or len(list(connections)) > 1:
        pytest.skip("the killed process shares the test's one SQLite file")
    two_tastes()
    good = train(is_measured=False)
    before = [item.product.pk for item in for_you().items]

    killed = subprocess.run(
        [sys.executable, "-m", "tests.faults.killed", function, str(call)],
        cwd=ROOT,
        env=os.environ
        | {
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
            "BEHAVIOUR_DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        },
        check=False,
        capture_output=True,
        text=True,
    )

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    dead = ModelVersion.objects.exclude(pk=good.pk).get()
    assert artifact_store.promoted_version() == good.version
    monkeypatch.setattr(handle, "_handle", handle.ServingHandle())  # as a new process has it
    assert (served_now().version, [item.product.pk for item in for_you().items]) == (good.version, before)
    if "_write_array" in function:
        assert list((tmp_path / "models").glob(f".{dead.version}.*.partial"))
        assert artifact_store.versions() == [good.version]
    # The dead one's lease keeps others away until it expires; the next training writes down what became of it.
    with pytest.raises(LeaseTaken):
        train()
    Lease.objects.update(expires_at=timezone.now())
    assert train(is_measured=False).status == ModelVersion.Status.PROMOTED
    dead.refresh_from_db()
    if "promote" in function:
        assert dead.status == ModelVersion.Status.READY  # complete: a person may promote it
    else:
        assert (dead.status, dead.message) == (ModelVersion.Status.FAILED, INTERRUPTED)
        assert dead.version not in artifact_store.versions()
