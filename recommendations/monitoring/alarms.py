"""The hourly run of all checks: measure, raise and clear alarms, request a training after a drift."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.utils import timezone

from recommendations.jobs.lease import LeaseTaken, lease, request_training_once
from recommendations.jobs.models import Job
from recommendations.monitoring.drift import feature_drift
from recommendations.monitoring.models import Alarm, Check, CheckResult, Measurement
from recommendations.monitoring.rates import coverage, empty_rails, event_rate
from recommendations.serving import handle
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion

logger = logging.getLogger(__name__)

MEASUREMENTS_KEPT = timedelta(days=30)
JOBS_KEPT = timedelta(days=90)
# After a training, successful or not, drift requests no other one for this time.
BETWEEN_TRAININGS = timedelta(hours=6)
STARTED_BY = "drift alarm"


def run_checks(*, request_retraining: Callable[..., object]) -> list[CheckResult]:
    """Run all checks, store their figures, raise and clear alarms, and return the results.

    Feature drift beyond its bound calls `request_retraining`, unless a training is requested already or was not long
    ago. Do nothing while another run holds the lease.
    """
    try:
        with lease("watch"):
            served, now = handle.current(), timezone.now()
            rates = [event_rate(now), coverage(served, now), empty_rails(now)]
            results = [*rates, damaged_version(), *feature_drift(served)]
            raised = {result.check for result in results if _store(result)}
            Measurement.objects.filter(measured_at__lt=now - MEASUREMENTS_KEPT).delete()
            Job.objects.filter(finished_at__lt=now - JOBS_KEPT).delete()
            if raised & Check.drift() and not _was_trained_lately():
                request_training_once(partial(request_retraining, started_by=STARTED_BY))
            return results
    except LeaseTaken:
        logger.info("Another run of the checks is under way.")
        return []


def damaged_version() -> CheckResult:
    """Check whether the promoted version serves, or an earlier one in its place.

    That happens when a process found the version damaged, when the pointer is damaged, and when this process cannot
    read the files.
    """
    text = _damage()
    if not text:
        return CheckResult(Check.DAMAGED_VERSION, 0.0, "Every process could load the version that serves.", most=0.0)
    return CheckResult(Check.DAMAGED_VERSION, 1.0, f"{text} Look at the disk.", most=0.0)


def _damage() -> str:
    """Return what is wrong with the promoted version and what to do; an empty text when all is well."""
    pointed_to, pointer = artifact_store.promoted_version(), artifact_store.damaged_pointer()
    row = ModelVersion.objects.refused_when_loaded().filter(version=pointed_to or "").first()
    if row is not None:
        return f"Version {row.version}: {row.message} Roll back, or train a new one."
    served = handle.current()
    instead = f"version {served.version} serves" if served else "no version serves"
    if pointer is not None:
        return (
            f"The file that names the version that serves is damaged, it holds {pointer[:40]!r}: {instead}. Promote a "
            "version, which writes it anew."
        )
    is_settled = pointed_to == artifact_store.promoted_version()  # else one was promoted a moment ago
    if is_settled and pointed_to is not None and (served is None or served.version != pointed_to):
        return f"Version {pointed_to} cannot be read at the moment, {instead}; reading is retried every ten seconds."
    return ""


def _store(result: CheckResult) -> bool:
    """Store a result and raise its alarm when it is out of bounds, or clear it; return whether it is raised."""
    row = Measurement.objects.create(
        name=result.check.value,
        value=result.value,
        least=result.least,
        most=result.most,
        explanation=result.explanation,
    )
    if row.crossed is None:
        if Alarm.objects.clear(row.name):
            logger.warning("Alarm cleared: %s. %s", result.check.label, result.explanation)
        return False
    if Alarm.objects.raise_alarm(row.name, value=row.value, threshold=row.crossed, message=row.explanation):
        logger.error("Alarm: %s. %s", result.check.label, result.explanation)
    return True


def _was_trained_lately() -> bool:
    return bool(ModelVersion.objects.filter(created_at__gt=timezone.now() - BETWEEN_TRAININGS).exists())
