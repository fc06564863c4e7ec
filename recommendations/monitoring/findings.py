"""What a check of the recommendations found."""

from dataclasses import dataclass

from recommendations.monitoring.models import Check


@dataclass(frozen=True)
class Finding:
    """A figure and the bounds it should lie within; `value` None: there was too little to tell."""

    check: Check
    value: float | None
    explanation: str
    least: float | None = None
    most: float | None = None
