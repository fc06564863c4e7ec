"""History of rules in words."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from recommendations.rules.models import RuleChange
from shop.catalogue.models import Category, Product

WORDS = {
    "product_id": "product",
    "category_id": "category",
    "listed_category_id": "in lists of",
    "starts_at": "starts",
    "ends_at": "ends",
    "is_active": "active",
}
NAMED: tuple[tuple[QuerySet[Any], tuple[str, ...]], ...] = (
    (Product.objects.all(), ("product_id",)),
    (Category.objects.all(), ("category_id", "listed_category_id")),
)


@dataclass(frozen=True)
class ChangeInWords:
    """A change for people; `what` says what changed from what to what."""

    changed_at: datetime
    verb: str
    what: str
    who: str


def changes_in_words(rows: Sequence[RuleChange]) -> list[ChangeInWords]:
    """Return changes in words; at most three queries for all of them."""
    names = _names(rows)
    people = {row.changed_by for row in rows if row.changed_by}
    emails = dict(User.objects.filter(pk__in=people).values_list("pk", "email")) if people else {}
    return [
        ChangeInWords(
            row.changed_at,
            row.get_verb_display(),
            f"{_about(row, names)}{_difference(row, names)}",
            emails.get(row.changed_by, str(row.changed_by)) if row.changed_by else "no person",
        )
        for row in rows
    ]


def _about(row: RuleChange, names: dict[str, str]) -> str:
    content = row.after or row.before
    if row.rule_id is None:
        return f"Set “{content.get('name', row.rule_set_name)}”"
    about = content.get("product_id") or content.get("category_id") or ""
    return f"{str(content.get('action', 'rule')).capitalize()} “{names.get(about, about)}”"


def _difference(row: RuleChange, names: dict[str, str]) -> str:
    """Return the columns that changed, or of a new or deleted rule those that say something."""
    said = []
    for column in dict.fromkeys([*row.after, *row.before]):
        before, after = row.before.get(column), row.after.get(column)
        if before == after or (not before and not after):
            continue
        word = WORDS.get(column, column)
        if row.before and row.after:
            said.append(f"{word} {_said(column, before, names)} → {_said(column, after, names)}")
        elif column not in ("action", "product_id", "category_id", "name", "is_active"):
            said.append(f"{word} {_said(column, after or before, names)}")
    return f": {', '.join(said)}" if said else ""


def _said(column: str, value: Any, names: dict[str, str]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return f"“{value.get('name') or value.get('number')}”"
    if value in (None, ""):
        return "none"
    if column in ("starts_at", "ends_at"):
        return f"{timezone.localtime(datetime.fromisoformat(value)):%Y-%m-%d %H:%M}"
    if column in ("name", "description", "note") or value in names:
        return f"“{names.get(value, value)}”"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _names(rows: Sequence[RuleChange]) -> dict[str, str]:
    """Return titles and names by id in hex, of what is still in the shop."""
    names: dict[str, str] = {}
    contents = [content for row in rows for content in (row.before, row.after)]
    for table, columns in NAMED:
        ids = {content[column] for content in contents for column in columns if content.get(column)}
        if ids:
            rows_named = table.filter(pk__in=[uuid.UUID(hex=one) for one in ids])
            names |= {row.pk.hex: str(row) for row in rows_named}
    return names
