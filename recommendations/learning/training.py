"""From the log to a published model version: read, fit, build, write beside, check, switch."""

import logging
import time
import uuid
from functools import partial
from typing import Any

import numpy as np
from django.utils import timezone

from ml.artifact import ArtifactError, write_artifact
from ml.index_building import DemandTables, ModelTables, build_serving_index
from ml.recommenders.base import RecommenderError
from ml.serving_index import ServingIndex
from recommendations.jobs.lease import RETRAINING_ASKED, TRAINING, HeldLease, LeaseLost, LeaseTaken, held_until, lease
from recommendations.jobs.models import Job, Lease
from recommendations.jobs.progress import Progress, silent, step
from recommendations.jobs.retries import was_begun, when_free
from recommendations.jobs.tracking import FINE_TUNING, FULL_TRAINING, NEW_INTERACTIONS, SCHEDULE, JobCancelled, job
from recommendations.learning import demand
from recommendations.learning.catalogue import read_catalogue
from recommendations.learning.checks import CheckFailed, check_version, doubt_about
from recommendations.learning.fine_tuning import WarmStart, anything_new, warm_start
from recommendations.learning.fitting import CONTENT_ONLY, DEFAULT_RECOMMENDER, FittedModels, fit_models, nothing_fitted
from recommendations.learning.gate import compare_trial, promoted_opponent
from recommendations.learning.log import read_log
from recommendations.learning.material import Material, gather
from recommendations.learning.publishing import prune_versions, publish
from recommendations.learning.seasons import seasons_of
from recommendations.learning.segments import write_segments
from recommendations.learning.sweep import catch_up, retraining_is_due
from recommendations.learning.weighing import learn_weights
from recommendations.serving import handle
from recommendations.versions import artifact_store
from recommendations.versions.learned_weights import carried_over
from recommendations.versions.models import ModelVersion

logger = logging.getLogger(__name__)

LEASE = TRAINING
TOO_LITTLE = "Too little behaviour to learn from: products are ranked by content and popularity."
INTERRUPTED = "The process that trained it ended before it was done."


class TrainingRefused(Exception):
    """No new version serves; the text says why and what to do. The one before, if any, goes on serving."""


class NothingNew(TrainingRefused):
    """Nothing happened since the promoted version was trained, so there is nothing to fine-tune it with."""


def retrain_alone(
    *,
    job_id: uuid.UUID | None = None,
    started_by: str = SCHEDULE,
    is_fine_tuned: bool = False,
    is_retried: bool = False,
) -> ModelVersion | None:
    """Train as `train` does, for a task: what prevents it is logged, not raised, so that it is not tried again.

    Raises JobPostponed while the lease of this job's dead worker lasts, and while a full training waits for a
    fine-tuning.
    """
    title = FINE_TUNING if is_fine_tuned else FULL_TRAINING
    is_begun = was_begun(job_id)
    if is_begun and held_until(LEASE):
        raise when_free(LEASE)
    try:
        with job(Job.Kind.TRAINING, title, started_by=started_by, job_id=job_id, is_retried=is_retried) as progress:
            try:
                if started_by == NEW_INTERACTIONS and not (is_begun or is_retried):
                    _confirm_due()
                return train(is_fine_tuned=is_fine_tuned, progress=progress)
            except LeaseTaken:
                if is_begun or (not is_fine_tuned and _is_fine_tuning()):
                    raise when_free(LEASE) from None
                raise JobCancelled("A training was under way; this request was not needed.") from None
            except NothingNew as reason:
                raise JobCancelled(str(reason)) from None
    except JobCancelled as error:
        logger.info("The training ended early: %s", error)
    except TrainingRefused as error:
        logger.error("The new model version was refused: %s", error)
    return None


def _confirm_due() -> None:
    """Raise JobCancelled when a training took in meanwhile what the sweep asked this one for."""
    if not retraining_is_due(handle.current()):
        Lease.objects.filter(name=RETRAINING_ASKED).delete()
        raise JobCancelled("Another training took in what was new; this request was not needed.")


def _is_fine_tuning() -> bool:
    """Tell whether the training under way is a fine-tuning, which a full one is not spared by."""
    running = Job.objects.filter(kind=Job.Kind.TRAINING, state=Job.State.RUNNING, title=FINE_TUNING)
    return any(not row.is_lost for row in running)


def train(
    *,
    recommender: str = DEFAULT_RECOMMENDER,
    seed: int = 0,
    is_measured: bool = True,
    is_fine_tuned: bool = False,
    progress: Progress = silent,
) -> ModelVersion:
    """Train a version on the whole log, promote it if it passes its checks and the gate, and return it.

    is_fine_tuned: train the promoted version on with what is new, if that is possible; raises NothingNew.
    Raises LeaseTaken while another training runs, and TrainingRefused when there is nothing to learn from or the
    version must not serve; nothing is left on disk then.
    """
    with lease(LEASE) as held:
        if is_fine_tuned and not anything_new():
            raise NothingNew("Nothing has happened since the version that serves was trained.")
        Lease.objects.filter(name=RETRAINING_ASKED).delete()
        for interrupted in ModelVersion.objects.filter(status=ModelVersion.Status.TRAINING):
            _give_up(interrupted, ModelVersion.Status.FAILED, INTERRUPTED)
        row = ModelVersion.objects.create(version=artifact_store.new_version(timezone.now()), recommender=recommender)
        try:
            _make(row, seed, is_measured, is_fine_tuned, held, progress)
        except (ArtifactError, CheckFailed, LeaseLost, RecommenderError, TrainingRefused, ValueError) as error:
            _give_up(row, ModelVersion.Status.REFUSED, str(error))
            raise TrainingRefused(str(error)) from error
        except BaseException as error:
            _give_up(row, ModelVersion.Status.FAILED, f"{type(error).__name__}: {error}")
            raise
        prune_versions()
    catch_up(request_retraining=_not_now)
    progress(1.0, f"Version {row.version} {'serves' if row.status == ModelVersion.Status.PROMOTED else 'is held back'}")
    return row


def _make(
    row: ModelVersion, seed: int, is_measured: bool, is_fine_tuned: bool, held: HeldLease, progress: Progress
) -> None:
    """Do the steps; raises when one fails, and nothing is promoted then."""
    started = time.monotonic()

    def report(fraction: float, text: str) -> None:
        held.renew()
        progress(fraction, text)

    material = _read(row, step(report, 0.0, 0.1, "Reading"))
    warm = _warm_start(row, material) if is_fine_tuned and material.can_be_learned_from else None
    models = _fit(row, material, seed, is_measured, warm, step(report, 0.1, 0.85, "Fitting"))
    index = _build(material, models, step(report, 0.85, 0.97, "Building the index"))
    row.metrics = material.summary() | models.figures | {"seconds": round(time.monotonic() - started, 1)}
    if warm is not None:
        row.metrics |= carried_over(warm.version)
    report(0.97, "Writing and checking")
    if models.fitted is not None:
        models.fitted.save(artifact_store.model_directory_of(row.version))
    write_artifact(artifact_store.directory_of(row.version), index.to_arrays(), _metadata(row, material))
    check_version(row.version, material.interactions)
    write_segments(row.version, material, index, progress=step(report, 0.97, 1.0, "Segments"))
    held.confirm()
    publish(row, doubt=doubt_about(index, material.interactions))


def _read(row: ModelVersion, progress: Progress) -> Material:
    progress(0.0, "catalogue")
    catalogue = read_catalogue()
    if not len(catalogue):
        raise TrainingRefused(
            "The catalogue is empty, so there is nothing to recommend: load products first, for example with "
            "`manage.py load_demo` or `manage.py import_products`."
        )
    log = read_log(catalogue.positions(), progress=lambda fraction: progress(fraction, "interactions"))
    row.interaction_count, row.trained_through = len(log), log.recorded_through
    row.save(update_fields=["interaction_count", "trained_through"])
    return gather(catalogue, log)


def _warm_start(row: ModelVersion, material: Material) -> WarmStart | None:
    """Return what to train on from; None, said in the log and on the row, when it must be a full training."""
    warm, why_not = warm_start(material, row.recommender)
    if warm is None:
        row.message = f"Trained from scratch: {why_not}."
        logger.warning("Model version %s is trained from scratch: %s", row.version, why_not)
    return warm


def _fit(
    row: ModelVersion, material: Material, seed: int, is_measured: bool, warm: WarmStart | None, progress: Progress
) -> FittedModels:
    if not material.can_be_learned_from:
        row.recommender, row.message = CONTENT_ONLY, TOO_LITTLE
        return nothing_fitted()
    return fit_models(
        material.interactions,
        recommender=row.recommender,
        seed=seed,
        is_measured=is_measured,
        progress=progress,
        compare=partial(compare_trial, opponent=promoted_opponent(material) if is_measured else None, seed=seed),
        # What was chosen on held-out products stays in a fine-tuning: all of its own are left to the gate.
        weigh=None if warm else partial(learn_weights, material=material, seed=seed),
        warm=warm,
    )


def _build(material: Material, models: FittedModels, progress: Progress) -> ServingIndex:
    catalogue, log = material.catalogue, material.log.log
    now = timezone.now().timestamp()
    shoppers = models.vectors_of_some(material.interactions)
    return build_serving_index(
        catalogue,
        ModelTables(models.user_tower, models.item_vectors, models.neighbours, models.similarities, shoppers),
        DemandTables(
            demand.popularity_weights(log, len(catalogue), now),
            demand.trending_weights(log, len(catalogue), now),
            demand.purchase_baskets(log),
            seasons_of(log, catalogue, timezone.get_default_timezone()),
        ),
        progress=progress,
    )


def _metadata(row: ModelVersion, material: Material) -> dict[str, Any]:
    """Return what the manifest says of the version; recommendations/serving/handle.py reads the first two."""
    catalogue = material.catalogue
    weights = demand.popularity_weights(material.log.log, len(catalogue), timezone.now().timestamp())
    return {
        "catalogue_read_at": catalogue.read_at.isoformat(),
        "popularity_scale": float(np.log1p(catalogue.stars + weights).max()),
        "version": row.version,
        "recommender": row.recommender,
        "trained_through": row.trained_through.isoformat() if row.trained_through else None,
        "metrics": row.metrics,
    }


def _give_up(row: ModelVersion, status: str, message: str) -> None:
    """Delete what was made and write down why; a version that serves by now is left alone, the sweep says so of it."""
    if row.version == artifact_store.promoted_version():
        logger.error("Model version %s serves, but its training ended early: %s", row.version, message)
        return
    artifact_store.discard(row.version)
    row.status, row.message, row.finished_at = status, message, timezone.now()
    row.save()


def _not_now() -> None:
    """A training has just ended: the sweep after it asks for no other."""
