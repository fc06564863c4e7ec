"""Rules out of their tables."""

import uuid

import pytest

from recommendations.rules.active_rules import ActiveRule
from recommendations.rules.models import Rule, RuleSet
from recommendations.rules.rule_book import RuleBook, rules_of_sets, subtrees_of
from tests.factories import CategoryFactory
from tests.recommendations.ruling import hide, rule_set

pytestmark = pytest.mark.django_db


def test_only_active_sets_are_read(product, queries):
    book = RuleBook()
    with queries(1):
        book.read({})
    assert len(book.active) == 0
    rule_set("one", hide(product))
    rule_set("two", hide(product, slot="home"), active=False)

    with queries(2):
        book.read({})
    assert len(book.active) == 1
    assert book.active.of_list(slot="cart", intent="for_you").hidden_products == {product.pk}


def test_no_more_than_the_bound_hold(product, monkeypatch, caplog):
    row = rule_set("one", hide(product), hide(product, slot="home"))
    monkeypatch.setattr("recommendations.rules.rule_book.MOST_RULES", 1)

    assert [rule.slot for rule in rules_of_sets([row.pk])] == [""]
    assert "More than 1 rules are active" in caplog.text
    assert row.is_active


def test_a_category_holds_those_below_as_the_tree_is_now():
    top = CategoryFactory()
    middle = CategoryFactory(parent=top)
    bottom = CategoryFactory(parent=middle)
    rules = [ActiveRule("hide", category_id=middle.pk), ActiveRule("hide", category_id=uuid.uuid4())]

    assert subtrees_of(rules) == {middle.pk: {middle.pk, bottom.pk}}
    middle.refresh_from_db()
    new = CategoryFactory(parent=middle)
    assert subtrees_of(rules) == {middle.pk: {middle.pk, bottom.pk, new.pk}}


def test_what_did_not_change_stays_the_same_object(product, category):
    row = rule_set("one", hide(product), hide(category_id=category.pk))
    book, variant = RuleBook(), uuid.uuid4()
    extra = (ActiveRule("hide", product_id=uuid.UUID(int=1)),)
    book.read({variant: extra, uuid.uuid4(): ()})
    active, of_variant = book.active, book.of_variants[variant]
    book.read({variant: extra})

    assert book.active is active
    assert book.of_variants == {variant: of_variant}
    assert (len(active), len(of_variant)) == (2, 3)
    Rule.objects.filter(rule_set=row, category_id=None).update(slot="cart")
    book.read({variant: extra})
    assert book.active is not active

    RuleSet.objects.update(is_active=False)
    book.read({})
    assert (len(book.active), book.of_variants) == (0, {})


def test_many_categories_are_read_as_the_whole_tree(monkeypatch):
    top = CategoryFactory()
    below, other = CategoryFactory(parent=top), CategoryFactory()
    CategoryFactory()
    rules = [ActiveRule("hide", category_id=category.pk) for category in (top, other)]
    few = subtrees_of(rules)
    monkeypatch.setattr("recommendations.rules.rule_book.MOST_PATHS", 1)

    assert subtrees_of(rules) == few == {top.pk: {top.pk, below.pk}, other.pk: {other.pk}}
