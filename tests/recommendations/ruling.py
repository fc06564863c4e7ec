"""Merchandising rules made by hand."""

from typing import Any

from recommendations.rules.models import Rule, RuleSet
from recommendations.rules.services import activate_rule_set, save_rule, save_rule_set


def rule_set(name: str = "Autumn", *rules: dict[str, Any], active: bool = True) -> RuleSet:
    """Return a set with these rules, stored as a person would."""
    row = RuleSet(name=name)
    save_rule_set(row, changed_by=None)
    for columns in rules:
        save_rule(Rule(rule_set=row, **columns), changed_by=None)
    if active:
        activate_rule_set(rule_set_id=row.pk, changed_by=None)
        row.refresh_from_db()
    return row


def pin(product: Any, position: int, **scope: Any) -> dict[str, Any]:
    return {"action": "pin", "product_id": product.pk, "position": position} | scope


def boost(product: Any = None, factor: float = 10.0, **scope: Any) -> dict[str, Any]:
    return {"action": "boost", "factor": factor} | ({"product_id": product.pk} if product else {}) | scope


def bury(product: Any = None, factor: float = 0.01, **scope: Any) -> dict[str, Any]:
    return {"action": "bury", "factor": factor} | ({"product_id": product.pk} if product else {}) | scope


def hide(product: Any = None, **scope: Any) -> dict[str, Any]:
    return {"action": "hide"} | ({"product_id": product.pk} if product else {}) | scope
