"""Contract of intents: what each says of itself is what its lists do, whichever it is."""

import re
import uuid
from dataclasses import FrozenInstanceError
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.template import Context, Template

import recommendations.lists.intents as folder
from ml.ranking import Weights
from recommendations.admin.previews import PreviewForm
from recommendations.admin.rule_forms import RuleForm
from recommendations.behaviour.event_weights import Kind
from recommendations.counting.buffers import write_counts
from recommendations.counting.models import RailCount
from recommendations.experiments.models import Exposure
from recommendations.lists import recommending
from recommendations.lists.context import RankingContext
from recommendations.lists.intents.registry import INTENTS
from recommendations.lists.previewing import preview
from recommendations.lists.questions import Candidate, Candidates, Intent, Question
from recommendations.rules.models import Rule
from shop.catalogue.models import Product
from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations.experimenting import start
from tests.recommendations.publishing import ids, publish
from tests.recommendations.ruling import boost, hide, pin, rule_set
from tests.recommendations.shopping import OTHER, SHOPPER, act, recommend

pytestmark = pytest.mark.django_db

API = "/api/v1/recommendations/"
LENGTH = 6


class FromShelf(Intent):
    """The cheapest products first: an intent as somebody would add it."""

    def candidates(self, context: RankingContext, count: int) -> Candidates:
        found = Product.objects.order_by("price", "title").values_list("pk", flat=True)[:count]
        return Candidates(tuple(Candidate(pk, 1.0, "shelf", "discover") for pk in found))


FROM_SHELF = FromShelf("from_shelf", "From the shelf", needs_product=True, may_be_filled=False)


@pytest.fixture(params=[*INTENTS.values(), FROM_SHELF], ids=lambda intent: intent.name)
def intent(request, monkeypatch) -> Intent:
    monkeypatch.setitem(INTENTS, FROM_SHELF.name, FROM_SHELF)
    return request.param


@pytest.fixture
def products(products):
    """Sixteen products of two categories; the shopper viewed nine, bought one and dismissed one."""
    categories = [products[0].category, products[1].category]
    products += [ProductFactory(category=categories[n % 2], rating_sum=n, rating_count=4) for n in range(8, 16)]
    for product in products[1:10]:
        act(Kind.VIEW, product)
    act(Kind.PURCHASE, products[2])
    act(Kind.NOT_INTERESTED, products[3], value=1)
    return products


@pytest.fixture
def published(products):
    return publish(products)


def list_of(intent: Intent, product: Product, **options: Any):
    return recommend(shopper_id=SHOPPER, intent=intent, **({"limit": LENGTH, "product_id": product.pk} | options))


def test_each_is_named_once_titled_and_cannot_be_changed(intent):
    assert INTENTS[intent.name] is intent
    assert intent.name.isidentifier()
    assert len(intent.name) <= 20  # what the column of a rule holds
    assert intent.title[0].isupper()
    with pytest.raises(FrozenInstanceError):
        intent.title = "Another"  # type: ignore[misc]


def test_every_file_of_the_folder_is_an_intent_of_the_registry():
    files = {path.stem for path in Path(folder.__path__[0]).glob("*.py")} - {"__init__", "registry"}

    assert files == INTENTS.keys()


@pytest.mark.parametrize("has_model", [True, False])
def test_bought_dismissed_hidden_sold_out_and_asked_about_do_not_come(intent, has_model, products):
    if has_model:
        publish(products)
    Product.objects.filter(pk=products[4].pk).update(stock=0)
    Product.objects.filter(pk=products[5].pk).update(is_published=False)
    rule_set("Hidden", hide(products[6]))
    gone = {products[number].pk for number in (0, 2, 3, 4, 5, 6)}

    found = ids(list_of(intent, products[0], limit=16).items)

    assert gone.isdisjoint(found)
    assert len(found) == len(set(found)) > 0


def test_earlier_pages_do_not_come_again(intent, products, published):
    first = ids(list_of(intent, products[0], limit=3).items)
    second = ids(list_of(intent, products[0], limit=3, earlier=first).items)

    assert set(first).isdisjoint(second)


def test_popular_products_fill_it_or_nothing_does(intent, products):
    Product.objects.exclude(pk__in=[product.pk for product in products[10:]]).update(is_published=False)

    found = list_of(intent, products[10], limit=4)

    assert any(item.source == "popular" for item in found.items) is intent.may_be_filled


def test_it_takes_pins_or_stays_in_its_order(intent, products, published):
    rule_set("Pinned", pin(products[9], 1))

    found = list_of(intent, products[0])

    assert found.items[0].is_pinned is intent.takes_pins
    for rule in (pin(products[9], 1, intent=intent.name), boost(products[9], intent=intent.name)):
        if intent.takes_pins:
            rule_set(f"Taken {rule['action']}", rule)
        else:
            with pytest.raises(ValidationError, match="it can only be hidden"):
                rule_set(f"Refused {rule['action']}", rule)


def test_half_of_a_list_is_of_one_category_where_it_says_so(intent, products):
    Product.objects.filter(pk__in=[product.pk for product in products[1::2]]).update(rating_sum=0, rating_count=0)
    publish(products)

    found = list_of(intent, products[0], product_id=None if intent.caps_categories else products[0].pk)

    most = max(sum(item.product.category_id == one.category_id for item in found.items) for one in products[:2])
    assert most <= LENGTH / 2 or not intent.caps_categories


def test_sensitive_categories_stay_out_of_personal_lists_alone(intent, products, published):
    category = products[1].category
    before = list_of(intent, products[0], limit=16)
    category.is_sensitive = True
    category.save()

    after = list_of(intent, products[0], limit=16)

    if intent.is_personal:
        assert category.pk in {item.product.category_id for item in before.items}
        assert category.pk not in {item.product.category_id for item in after.items}
    else:
        assert ids(after.items) == ids(before.items)


@pytest.mark.parametrize("has_model", [True, False])
@pytest.mark.parametrize("unknown", ["product_id", "category_id"])
def test_ids_that_name_nothing_raise_nothing(intent, has_model, unknown, products):
    if has_model:
        publish(products)

    found = list_of(intent, products[0], **{unknown: uuid.uuid4()})

    assert bool(found.items) or not intent.may_be_filled


def test_an_empty_shop_has_empty_lists(intent):
    found = recommend(shopper_id=SHOPPER, intent=intent, product_id=uuid.uuid4())

    assert (found.items, found.model_version) == ([], None)


def test_a_stranger_is_answered_alike(intent, products, published):
    first, second = (recommend(shopper_id=one, intent=intent, product_id=products[0].pk) for one in (None, OTHER))

    assert ids(first.items) == ids(second.items)
    assert first.is_stranger is second.is_stranger is True


def test_asking_records_nothing_and_showing_does(intent, products, published):
    start()
    write_counts()
    RailCount.objects.all().delete()
    found = recommending.recommend(SHOPPER, Question(intent, "home", product_id=products[0].pk))
    preview(Question(intent, "home", product_id=products[0].pk), SHOPPER)
    write_counts()
    assert not RailCount.objects.exists()
    assert not Exposure.objects.exists()

    recommending.shown(found)
    write_counts()

    assert list(RailCount.objects.values_list("intent", "answered")) == [(intent.name, 1)]
    assert (found.variant is not None) is intent.is_compared is Exposure.objects.exists()


def test_weights_change_the_scores_of_what_is_scored_alone(intent, products, published):
    question = Question(intent, product_id=products[0].pk)
    scores = [
        [item.score for item in preview(question, SHOPPER, weights=weights).items]
        for weights in (Weights(1.0, 0.0, 0.0, 0.0), Weights(0.0, 1.0, 0.0, 0.0))
    ]

    assert (scores[0] != scores[1]) is intent.is_scored


def test_the_api_takes_its_name_and_asks_for_a_product_where_needed(intent, products, published, user_api):
    with_product = user_api.get(API, {"intent": intent.name, "item": products[0].pk})
    without = user_api.get(API, {"intent": intent.name})

    assert with_product.status_code == 200
    assert without.status_code == (400 if intent.needs_product else 200)
    if intent.needs_product:
        assert without.json()["errors"][0]["attr"] == "item"


def test_the_tag_renders_it_under_its_title(intent, products, published, rf, user):
    request = rf.get("/")
    request.user = user
    for product in products[1:4]:
        act(Kind.VIEW, product, shopper=user.pk)
    template = Template('{% load recommendations %}{% recommendation_rail slot="home" intent=name product=product %}')

    text = template.render(Context({"request": request, "name": intent.name, "product": products[0]}))

    assert f'<h2 id="rail-home-{intent.name}">{intent.title}</h2>' in text
    assert ("Clear<" in text) is intent.is_history
    assert ("not-interested" in text) is not intent.is_history


def test_the_command_takes_its_name_and_asks_for_a_product_where_needed(intent, products, published):
    out = StringIO()
    arguments = ("recommend", "--user", str(SHOPPER), "--intent", intent.name)

    call_command(*arguments, "--item", str(products[0].pk), stdout=out, stderr=StringIO())
    assert out.getvalue().startswith("  1. ")

    if intent.needs_product:
        with pytest.raises(CommandError, match=f"--intent {intent.name} needs a product"):
            call_command(*arguments, stdout=out, stderr=StringIO())


def test_the_forms_offer_it_and_ask_for_a_product_where_needed(intent, products, rf, staff):
    request = rf.get("/")
    request.user = staff
    data = {"intent": intent.name, "limit": "12"}

    form = PreviewForm(data, request=request)
    with_product = PreviewForm(data | {"product": products[0].pk}, request=request)

    assert form.is_valid() is not intent.needs_product
    assert with_product.is_valid()
    assert with_product.question().intent is intent
    assert (intent.name, intent.name) in RuleForm().fields["intent"].choices  # type: ignore[attr-defined]


def test_a_rule_about_an_intent_that_is_none_is_refused(products):
    with pytest.raises(ValidationError, match="There is no intent “guess”"):
        rule_set("Refused", hide(products[0], intent="guess"))
    assert not Rule.objects.exists()


def test_an_empty_category_stays_empty(intent, products, published):
    assert list_of(intent, products[0], category_id=CategoryFactory().pk).items == [] or not intent.may_be_filled


def test_nothing_compares_intents_and_only_the_tag_and_the_api_show_lists():
    root = Path(settings.BASE_DIR) / "recommendations"
    sources = {path.relative_to(root): path.read_text() for path in root.rglob("*.py")}
    names = "|".join([*INTENTS, *map(str.upper, INTENTS)])

    comparing = re.compile(rf"(?:==|!=|\bis|\bis not|\bin|\bnot in) *[\[({{\"' ]*(?:{names})\b(?!\.)")
    showing = {path.parts[0] for path, text in sources.items() if re.search(r"import .*\bshown\b", text)}

    assert [str(path) for path, text in sources.items() if comparing.search(text)] == []
    assert showing == {"api", "templatetags"}
