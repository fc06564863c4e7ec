"""Merchandising rules of a list in the numbers of an index."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ml.ranking import NO_FACTORS, Factors
from ml.serving_index import ServingIndex
from recommendations.rules.active_rules import RulesOfList

LISTS_REMEMBERED = 256


@dataclass(frozen=True, eq=False)
class IndexedRules:
    """Rules of a list for one index; `hidden`: int32 [h], items that must not come."""

    hidden: NDArray[np.int32]
    factors: Factors


_cache: WeakKeyDictionary[ServingIndex, dict[str, IndexedRules]] = WeakKeyDictionary()


def indexed_rules(rules: RulesOfList, index: ServingIndex) -> IndexedRules:
    """Return the rules of a list for an index, computed once for as long as both serve."""
    cached = _cache.setdefault(index, {})
    indexed = cached.get(rules.stamp)
    if indexed is None:
        if len(cached) >= LISTS_REMEMBERED:
            cached.clear()
        indexed = cached[rules.stamp] = IndexedRules(_hidden(rules, index), _factors(rules, index))
    return indexed


def _hidden(rules: RulesOfList, index: ServingIndex) -> NDArray[np.int32]:
    items = index.indices_of([product_id.hex for product_id in rules.hidden_products])
    categories = [index.category_index_of(category_id.hex) for category_id in rules.hidden_categories]
    is_hidden = np.zeros(len(index.categories) + 1, bool)
    is_hidden[[category for category in categories if category is not None]] = True
    inside = np.flatnonzero(is_hidden[index.categories_of(np.arange(index.n_items))]) if is_hidden.any() else items[:0]
    return np.union1d(items[items >= 0], inside).astype(np.int32)


def _factors(rules: RulesOfList, index: ServingIndex) -> Factors:
    if not rules.has_factors:
        return NO_FACTORS
    items = index.indices_of([product_id.hex for product_id in rules.product_factors])
    factors = np.array(list(rules.product_factors.values()), dtype=np.float64)
    order = np.argsort(items)
    order = order[items[order] >= 0]
    of_categories = np.ones(len(index.categories) + 1)
    for category_id, factor in rules.category_factors.items():
        category = index.category_index_of(category_id.hex)
        if category is not None:
            of_categories[category] = factor
    return Factors(items[order], factors[order], of_categories if rules.category_factors else np.zeros(0))
