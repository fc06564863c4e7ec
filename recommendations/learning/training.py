"""Training of a model version from the log: read, fit and measure, build the index, write and check, publish."""

import time

from django.utils import timezone

from ml.artifact import ArtifactError
from ml.index_building import DemandTables, ModelTables, build_serving_index
from ml.serving_index import ServingIndex
from recommendations.jobs.lease import TRAINING, HeldLease, LeaseLost, forget_request, lease
from recommendations.jobs.progress import Progress, silent, step
from recommendations.jobs.tracking import STOPPED_BY_HAND, JobCancelled
from recommendations.learning import demand
from recommendations.learning.fitting import DEFAULT_RECOMMENDER, FittedModels, TrainingOptions, fit_models
from recommendations.learning.publishing import begin_version, give_up, prune_versions, publish, write_version
from recommendations.learning.sweep import anything_new, catch_up
from recommendations.learning.training_data import TrainingData, read_training_data
from recommendations.versions.models import ModelVersion

Status = ModelVersion.Status


class TrainingRefused(ValueError):
    """No new version serves; the message says why and what to do. The one before, if any, continues to serve."""


class NothingNew(TrainingRefused):
    """Nothing has happened since the promoted version was trained, so that there is nothing to fine-tune it with."""


def train(
    *,
    recommender: str = DEFAULT_RECOMMENDER,
    seed: int = 0,
    is_measured: bool = True,
    is_fine_tuned: bool = False,
    progress: Progress = silent,
) -> ModelVersion:
    """Train a version on the whole log, promote it if it passes its checks and the gate, and return its row.

    - `is_measured`: measure it on held-out products, and compare it with the promoted version.
    - `is_fine_tuned`: continue to train the promoted version with newer events, if possible; raise NothingNew.

    Raise LeaseTaken while another training runs, and TrainingRefused when there is nothing to learn from or the version
    must not serve; no files are left then. What `progress` raises, JobCancelled for example, ends the training.
    """
    options = TrainingOptions(recommender, seed, is_measured, is_fine_tuned)
    with lease(TRAINING) as held:
        if is_fine_tuned and not anything_new():
            raise NothingNew("Nothing has happened since the version that serves was trained.")
        forget_request()
        row = begin_version(recommender)
        try:
            _make(row, options, held, progress)
        except (JobCancelled, KeyboardInterrupt) as error:
            give_up(row, Status.CANCELLED, str(error) or STOPPED_BY_HAND)
            raise
        except (ArtifactError, LeaseLost, ValueError) as error:
            give_up(row, Status.REFUSED, str(error))
            raise TrainingRefused(str(error)) from error
        except BaseException as error:
            give_up(row, Status.FAILED, f"{type(error).__name__}: {error}")
            raise
        prune_versions()
    catch_up()
    progress(1.0, f"Version {row.version} {'serves' if row.status == Status.PROMOTED else 'is held back'}")
    return row


def _make(row: ModelVersion, options: TrainingOptions, held: HeldLease, progress: Progress) -> None:
    """Take the steps of a training; when one raises, nothing is promoted."""
    started = time.monotonic()

    def report(fraction: float, text: str) -> None:
        held.renew()
        progress(fraction, text)

    data = _read(row, step(report, 0.0, 0.1, "Reading"))
    models = fit_models(data, options, step(report, 0.1, 0.85, "Fitting"))
    row.recommender, row.message = models.recommender, models.message
    index = _build(data, models, step(report, 0.85, 0.97, "Building the index"))
    row.metrics = data.summary() | models.figures | {"seconds": round(time.monotonic() - started, 1)}
    report(0.97, "Writing and checking")
    doubt = write_version(row, data, models, index, step(report, 0.97, 1.0, "Segments"))
    held.confirm()
    publish(row, doubt=doubt)


def _read(row: ModelVersion, progress: Progress) -> TrainingData:
    data = read_training_data(progress)
    if not len(data.catalogue):
        raise TrainingRefused(
            "The catalogue is empty, so there is nothing to recommend: load products first, for example with "
            "`manage.py load_demo` or `manage.py import_products`."
        )
    row.interaction_count, row.trained_through = len(data.log), data.log.recorded_through
    row.save(update_fields=["interaction_count", "trained_through"])
    return data


def _build(data: TrainingData, models: FittedModels, progress: Progress) -> ServingIndex:
    catalogue, log = data.catalogue, data.log.log
    now = timezone.now().timestamp()
    shoppers = models.vectors_of_some(data.interactions)
    return build_serving_index(
        catalogue,
        ModelTables(models.user_tower, models.item_vectors, models.neighbours, models.similarities, shoppers),
        DemandTables(
            demand.popularity_weights(log, len(catalogue), now),
            demand.trending_weights(log, len(catalogue), now),
            demand.purchase_baskets(log),
            demand.category_seasons(log, catalogue, timezone.get_default_timezone()),
        ),
        progress=progress,
    )
