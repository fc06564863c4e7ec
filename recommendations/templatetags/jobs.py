"""`{% load jobs %}`: figures of a job in words."""

from django import template

register = template.Library()


@register.filter
def percent(fraction: float) -> str:
    """Return 0.426 as 43 %."""
    return f"{fraction:.0%}"


@register.filter
def unlocalised(fraction: float) -> str:
    """Return a fraction as HTML attributes want it, whatever the language."""
    return f"{fraction:.4f}"


@register.filter
def duration(seconds: float) -> str:
    """Return 5 s, 4 min or 2 h 10 min."""
    if seconds < 60:
        return f"{max(round(seconds), 1)} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
