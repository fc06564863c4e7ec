"""Merchandising rules out of their tables, ready to be asked; what did not change stays as it was compiled."""

import logging
import operator
import uuid
from collections.abc import Collection, Mapping, Sequence
from functools import reduce

from django.db.models import Q

from recommendations.active_rules import ActiveRule, ActiveRules, rules_of
from recommendations.models import Rule, RuleSet
from shop.models import Category

logger = logging.getLogger(__name__)

MOST_RULES = 1_000


class RuleBook:
    """The active rules, and for each variant that brings rules, the active ones with those."""

    def __init__(self) -> None:
        self.active = ActiveRules()
        self.of_variants: Mapping[uuid.UUID, ActiveRules] = {}

    def read(self, variants: Mapping[uuid.UUID, tuple[ActiveRule, ...]]) -> None:
        """Read again; variants: the rules that each brings. One query, two with active rules, four where those name
        categories."""
        active = read_rules()
        subtrees = subtrees_of([*active, *(rule for rules in variants.values() for rule in rules)])
        before = self.of_variants
        self.active = _renewed(self.active, ActiveRules(active, subtrees))
        self.of_variants = {
            variant_id: _renewed(before.get(variant_id), ActiveRules(active + rules, subtrees))
            for variant_id, rules in variants.items()
            if rules
        }


def read_rules() -> tuple[ActiveRule, ...]:
    """Return the rules of the active sets; one query, two when there is such a set.

    One that cannot be read is left out and logged, and so is what goes beyond MOST_RULES.
    """
    return rules_of_sets(list(RuleSet.objects.active().values_list("pk", flat=True)))


def rules_of_sets(rule_set_ids: Sequence[uuid.UUID]) -> tuple[ActiveRule, ...]:
    """Return the rules of these sets, active or not, the oldest MOST_RULES; one query."""
    rows = list(Rule.objects.of_sets(rule_set_ids)[: MOST_RULES + 1]) if rule_set_ids else []
    if len(rows) > MOST_RULES:
        logger.error("More than %d rules are active: the newest do not hold. Deactivate a rule set.", MOST_RULES)
    return rules_of([row.content() for row in rows[:MOST_RULES]])


def subtrees_of(rules: Collection[ActiveRule]) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """Return for each category that rules name its id and those below it, as the tree is now; two queries, or none."""
    named = {rule.category_id for rule in rules} | {rule.listed_category_id for rule in rules}
    wanted = [category_id for category_id in named if category_id]
    paths = dict(Category.objects.filter(pk__in=wanted).values_list("pk", "path")) if wanted else {}
    if not paths:
        return {}
    inside = reduce(operator.or_, (Q(path__startswith=path) for path in paths.values()))
    below = list(Category.objects.filter(inside).values_list("pk", "path"))
    return {pk: frozenset(found for found, other in below if other.startswith(path)) for pk, path in paths.items()}


def _renewed(before: ActiveRules | None, fresh: ActiveRules) -> ActiveRules:
    return before if before is not None and before == fresh else fresh
