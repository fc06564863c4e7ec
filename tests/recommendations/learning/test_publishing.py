"""The last step of a training: promote, hold back, prune."""

import logging
import shutil

import numpy as np
import pytest
from django.db import OperationalError

from ml.artifact import ArtifactError
from recommendations.learning import publishing
from recommendations.learning.fitting import CONTENT_ONLY
from recommendations.learning.publishing import prune_versions
from recommendations.learning.publishing import publish as publish_row
from recommendations.learning.sweep import catch_up
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from recommendations.versions.services import promote_version
from tests.recommendations.publishing import index_now, publish, served_now

pytestmark = pytest.mark.django_db
WORSE = {
    "gate": {
        "promoted": "20260101-030000-00ff",
        "figures": "measured",
        "cases": 40,
        "new": {"ndcg_at_10": 0.5},
        "promoted_figures": {"ndcg_at_10": 1.0},
        "difference": -0.5,
        "interval": [-0.6, -0.4],
        "margin_percent": 5,
        "is_worse": True,
    }
}


def finished(product, **columns) -> ModelVersion:
    """A version whose files lie on disk and which waits to be published."""
    row = ModelVersion.objects.get(version=publish([product], promote=False))
    for name, value in columns.items():
        setattr(row, name, value)
    return row


def statuses() -> dict[str, str]:
    return dict(ModelVersion.objects.values_list("version", "status"))


def test_a_version_without_faults_serves(product):
    before = publish([product])
    row = finished(product, metrics={"gate": WORSE["gate"] | {"is_worse": False}})

    assert publish_row(row) is True
    assert served_now().version == row.version
    assert statuses() == {before: "ready", row.version: "promoted"}
    assert row.finished_at is not None


@pytest.mark.parametrize(
    ("metrics", "doubt", "reason"),
    [
        pytest.param(WORSE, "", "NDCG@10 is 0.5000 against 1.0000", id="worse"),
        pytest.param({}, "Held back: it recommends the same to everybody.", "the same to everybody", id="doubt"),
    ],
)
def test_a_version_that_is_held_back_keeps_its_files_and_says_why(product, caplog, metrics, doubt, reason):
    before = publish([product])
    row = finished(product, metrics=metrics, message="Note.")

    with caplog.at_level(logging.WARNING):
        assert publish_row(row, doubt=doubt) is False

    assert served_now().version == artifact_store.promoted_version() == before
    assert statuses() == {before: "promoted", row.version: "held_back"}
    row.refresh_from_db()
    assert row.message.startswith("Note. Held back:")
    assert reason in row.message
    assert reason in caplog.text
    assert row.promoted_at is None
    assert row.version in artifact_store.versions()


def test_a_pointer_that_cannot_be_moved_leaves_the_version_before(product, monkeypatch):
    before = publish([product])
    row = finished(product)

    def no_space(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(artifact_store.os, "fsync", no_space)
    with pytest.raises(ArtifactError, match="No space left on device"):
        publish_row(row)

    assert artifact_store.promoted_version() == before
    assert statuses()[before] == "promoted"


def test_a_version_that_learned_nothing_does_not_replace_one_that_has(product, caplog):
    before = publish([product])
    row = finished(product, recommender=CONTENT_ONLY, message="Too little behaviour.")

    assert publish_row(row) is False

    assert artifact_store.promoted_version() == before
    assert statuses() == {before: "promoted", row.version: "held_back"}
    assert f"Held back: it ranks by content and popularity alone, and version {before} has learned" in row.message


@pytest.mark.parametrize("served", ["nothing", CONTENT_ONLY, "damaged", "deleted"])
def test_it_serves_where_nothing_better_does(product, served):
    if served != "nothing":
        before = publish([product])
        ModelVersion.objects.filter(pk=before).update(
            recommender=CONTENT_ONLY if served == CONTENT_ONLY else "ials",
            status=ModelVersion.Status.REFUSED if served == "damaged" else ModelVersion.Status.PROMOTED,
        )
        if served == "deleted":
            shutil.rmtree(artifact_store.directory_of(before))
    row = finished(product, recommender=CONTENT_ONLY)

    assert publish_row(row) is True
    assert artifact_store.promoted_version() == row.version


@pytest.mark.parametrize("step", ["follow_promoted_version", "ModelVersion.objects.mark_promoted"])
def test_a_database_that_is_away_after_the_pointer_moved_is_made_good_by_the_sweep(product, monkeypatch, caplog, step):
    before = publish([product])
    row = finished(product)

    def away(*_):
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(f"{publishing.__name__}.{step}", away)
        assert publish_row(row) is True

    assert "the sweep will write it down" in caplog.text
    assert artifact_store.promoted_version() == row.version
    assert statuses() == {before: "promoted", row.version: "ready"}
    catch_up(request_retraining=lambda: None)
    assert statuses() == {before: "ready", row.version: "promoted"}
    assert ModelVersion.objects.get(pk=row.pk).promoted_at is not None


def test_pruning_spares_the_promoted_version_and_the_one_to_roll_back_to(product, settings):
    settings.MODEL_VERSIONS_KEPT = 2
    first, second, third = (publish([product]) for _ in range(3))
    promote_version(version=second)  # second serves after a roll back, and first is what was before it

    assert prune_versions() == [third]

    assert artifact_store.versions() == [first, second]
    assert statuses() == {first: "ready", second: "promoted", third: "pruned"}


def test_rows_say_that_their_files_are_gone_whoever_deleted_them(product, settings):
    settings.MODEL_VERSIONS_KEPT = 3
    first, second, third = (publish([product]) for _ in range(3))
    held_back = finished(product, status=ModelVersion.Status.HELD_BACK)
    held_back.save()
    artifact_store.discard(held_back.version)

    assert prune_versions() == []

    assert statuses() == {first: "ready", second: "ready", third: "promoted", held_back.version: "pruned"}
    assert artifact_store.versions() == [first, second, third]


def test_a_process_that_has_pruned_files_mapped_goes_on(product, settings):
    settings.MODEL_VERSIONS_KEPT = 2
    first = publish([product])
    index = index_now()
    before = np.array(index.item_vectors)
    second, third = publish([product]), publish([product])

    assert prune_versions() == [first]

    assert isinstance(index.item_vectors.base, np.memmap)
    assert np.array_equal(index.item_vectors, before)
    assert artifact_store.versions() == [second, third]
