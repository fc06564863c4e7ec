"""How ratings are drawn, and products that have no picture."""

import uuid

from django import template

register = template.Library()

TINTS = 6


@register.filter
def half_stars(rating: float | None) -> str:
    """Return a rating rounded to the nearest half star, as the style sheet names it: "4.5"; "0.0" for None."""
    return f"{round((rating or 0) * 2) / 2:.1f}"


@register.filter
def tint(key: uuid.UUID) -> int:
    """Return the number of the colour (0 to TINTS - 1) that stands in for a picture; always the same for one key."""
    return key.int % TINTS


@register.filter
def nth_tint(position: int) -> int:
    """Return the number of the colour for the thing at a position (from 0): neighbours differ."""
    return position % TINTS
