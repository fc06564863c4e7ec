"""Watch how recommendations fare: measure, raise and clear alarms, ask for a training when shoppers changed."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.utils import timezone

from recommendations.jobs.lease import LeaseTaken, ask_for_training, lease
from recommendations.jobs.models import Job
from recommendations.monitoring.drift import feature_drift
from recommendations.monitoring.findings import Finding
from recommendations.monitoring.models import Alarm, Check, Measurement
from recommendations.monitoring.rates import coverage, empty_rails, event_rate
from recommendations.serving import handle
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion

logger = logging.getLogger(__name__)

KEPT = timedelta(days=30)
JOBS_KEPT = timedelta(days=90)
# After a training, whatever became of it, drift asks for no other for so long.
BETWEEN_TRAININGS = timedelta(hours=6)
STARTED_BY = "drift alarm"


def watch(*, request_retraining: Callable[..., object]) -> list[Finding]:
    """Measure everything, write it down, raise and clear alarms, and return what was found.

    Feature drift beyond its bound calls `request_retraining`, unless a training is asked for already or was not long
    ago. Does nothing while another run is at it.
    """
    try:
        with lease("watch"):
            served, now = handle.current(), timezone.now()
            rates = [event_rate(now), coverage(served, now), empty_rails(now)]
            findings = [*rates, damaged_version(), *feature_drift(served)]
            raised = {finding.check for finding in findings if _note(finding)}
            Measurement.objects.filter(measured_at__lt=now - KEPT).delete()
            Job.objects.filter(finished_at__lt=now - JOBS_KEPT).delete()
            if raised & Check.drift() and not _was_trained_lately():
                ask_for_training(partial(request_retraining, started_by=STARTED_BY))
            return findings
    except LeaseTaken:
        logger.info("Another watch is under way.")
        return []


def damaged_version() -> Finding:
    """Tell whether an earlier version stands in for the one that should serve.

    A process found that one damaged, nobody knows which it is as the pointer is damaged, or this one cannot read it.
    """
    text = _stood_in_for()
    if not text:
        return Finding(Check.DAMAGED_VERSION, 0.0, "Every process could load the version that serves.", most=0.0)
    return Finding(Check.DAMAGED_VERSION, 1.0, f"{text} Look at the disk.", most=0.0)


def _stood_in_for() -> str:
    """Return what is wrong with the version that should serve and what to do; nothing when all is well."""
    pointed_to, pointer = artifact_store.promoted_version(), artifact_store.damaged_pointer()
    row = ModelVersion.objects.refused_when_loaded().filter(version=pointed_to or "").first()
    if row is not None:
        return f"Version {row.version}: {row.message} Roll back, or train anew."
    served = handle.current()
    instead = f"version {served.version} serves" if served else "no version serves"
    if pointer is not None:
        return (
            f"The file that names the version that serves is damaged, it holds {pointer[:40]!r}: {instead}. Promote a "
            "version, which writes it anew."
        )
    is_settled = pointed_to == artifact_store.promoted_version()  # else one was promoted a moment ago
    if is_settled and pointed_to is not None and (served is None or served.version != pointed_to):
        return f"Version {pointed_to} cannot be read at the moment, {instead}; that is tried again every ten seconds."
    return ""


def _note(finding: Finding) -> bool:
    """Write a finding down; raise its alarm when it is out of bounds, clear it otherwise; tell which."""
    row = Measurement.objects.create(
        name=finding.check.value,
        value=finding.value,
        least=finding.least,
        most=finding.most,
        explanation=finding.explanation,
    )
    if row.crossed is None:
        if Alarm.objects.clear(row.name):
            logger.warning("Alarm cleared: %s. %s", finding.check.label, finding.explanation)
        return False
    if Alarm.objects.raise_alarm(row.name, value=row.value, threshold=row.crossed, message=row.explanation):
        logger.error("Alarm: %s. %s", finding.check.label, finding.explanation)
    return True


def _was_trained_lately() -> bool:
    return bool(ModelVersion.objects.filter(created_at__gt=timezone.now() - BETWEEN_TRAININGS).exists())
