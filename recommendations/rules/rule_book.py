"""Reads of merchandising rules from their tables; unchanged rules stay compiled."""

import logging
import operator
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import reduce
from typing import Any

from django.db.models import Q

from recommendations.rules.active_rules import ActiveRule, ActiveRules, rules_of
from recommendations.rules.models import Rule, RuleSet
from shop.catalogue.models import Category

logger = logging.getLogger(__name__)

MOST_RULES = 1_000
# Where rules name more categories than this, the whole tree is read rather than so many parts of it.
MOST_PATHS = 20
COLUMNS = (
    *("action", "product_id", "category_id", "position", "factor", "slot", "intent", "listed_category_id"),
    *("segment", "starts_at", "ends_at"),
)


class RuleBook:
    """The active rules, and for each variant that brings rules, the active ones with those."""

    def __init__(self) -> None:
        self.active = ActiveRules()
        self.of_variants: Mapping[uuid.UUID, ActiveRules] = {}
        self._read_last: tuple[Any, ...] = ()

    def read(self, variants: Mapping[uuid.UUID, tuple[ActiveRule, ...]]) -> None:
        """Read the rules again; `variants`: the rules that each variant brings.

        One query, two with active rules, four where those name categories.
        """
        rows = _rows(list(RuleSet.objects.active().values_list("pk", flat=True)))
        active = self._read_last[1] if self._read_last and self._read_last[0] == rows else _rules(rows)
        subtrees = subtrees_of([*active, *(rule for rules in variants.values() for rule in rules)])
        fresh, before = (rows, active, subtrees, dict(variants)), self.of_variants
        if fresh == self._read_last:
            return
        self._read_last = fresh
        self.active = _renewed(self.active, ActiveRules(active, subtrees))
        self.of_variants = {
            variant_id: _renewed(before.get(variant_id), ActiveRules(active + rules, subtrees))
            for variant_id, rules in variants.items()
            if rules
        }


def rules_of_sets(rule_set_ids: Sequence[uuid.UUID]) -> tuple[ActiveRule, ...]:
    """Return the rules of these sets, active or not, the oldest first; one query.

    Rules that cannot be read and those beyond MOST_RULES are left out, which is logged.
    """
    return _rules(_rows(rule_set_ids))


def subtrees_of(rules: Collection[ActiveRule]) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """Return for each category that rules name its id and those below it, as the tree is now; two queries, or none."""
    named = {rule.category_id for rule in rules} | {rule.listed_category_id for rule in rules}
    category_ids = [category_id for category_id in named if category_id]
    paths = dict(Category.objects.filter(pk__in=category_ids).values_list("pk", "path")) if category_ids else {}
    if not paths:
        return {}
    categories = Category.objects.all()
    if len(paths) <= MOST_PATHS:
        categories = categories.filter(reduce(operator.or_, (Q(path__startswith=path) for path in paths.values())))
    owners, below = {path: pk for pk, path in paths.items()}, defaultdict[uuid.UUID, set[uuid.UUID]](set)
    for pk, path in categories.values_list("pk", "path"):
        for end in range(Category.steplen, len(path) + 1, Category.steplen):
            if path[:end] in owners:
                below[owners[path[:end]]].add(pk)
    return {pk: frozenset(found) for pk, found in below.items()}


def _rows(rule_set_ids: Sequence[uuid.UUID]) -> list[tuple[Any, ...]]:
    return list(Rule.objects.of_sets(rule_set_ids).values_list(*COLUMNS)[: MOST_RULES + 1]) if rule_set_ids else []


def _rules(rows: Sequence[tuple[Any, ...]]) -> tuple[ActiveRule, ...]:
    if len(rows) > MOST_RULES:
        logger.error("More than %d rules are active: the newest do not hold. Deactivate a rule set.", MOST_RULES)
    return rules_of([Rule(**dict(zip(COLUMNS, row, strict=True))).content() for row in rows[:MOST_RULES]])


def _renewed(before: ActiveRules | None, fresh: ActiveRules) -> ActiveRules:
    return before if before is not None and before == fresh else fresh
