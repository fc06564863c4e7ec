"""`manage.py recommend`."""

import json
import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.behaviour.services.imports import imported_shopper_id
from tests.factories import ProductFactory
from tests.recommendations.publishing import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def products(category):
    products = [ProductFactory(category=category, external_id=f"B00{number}") for number in range(4)]
    publish(products, [[1, 0], [1, 0.1], [0, 1], [0.1, 1]])
    return products


def run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("recommend", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def view(shopper, product) -> None:
    Interaction.objects.create(shopper_id=shopper, kind=Kind.VIEW, product_id=product.pk)


def test_titles_scores_and_reasons_are_printed(products, user):
    view(user.pk, products[0])

    out, err = run("--user", user.email.upper(), "--limit", "1")

    assert out.startswith("  1. 0.")
    assert products[1].title in out
    assert f"Because you viewed {products[0].title}" in out
    assert err == ""


def test_json_is_for_a_pipe(products, user):
    view(user.pk, products[0])

    report = json.loads(run("--user", str(user.pk), "--json", "--limit", "2")[0])

    assert report["shopper_id"] == str(user.pk)
    assert report["fallback_used"] is False
    assert report["items"][0]["external_id"] == "B001"
    assert report["items"][0]["reasons"][0]["code"] == "viewed_similar"
    assert len(report["items"]) == 2


def test_a_user_of_an_imported_file(products):
    view(imported_shopper_id("A3QZ1R0GQYWTFL"), products[2])

    out, err = run("--user", "A3QZ1R0GQYWTFL", "--limit", "1")

    assert products[3].title in out
    assert err == ""


def test_a_stranger_gets_what_every_new_shopper_sees(products):
    out, err = run("--user", str(uuid.uuid4()))

    assert "Nothing is known of" in err
    assert out.count("\n") == 8


def test_similar_products_of_an_external_id(products):
    for item in ("B000", str(products[0].pk)):
        out, _ = run("--user", "anybody", "--intent", "similar", "--item", item, "--limit", "1")
        assert f"Similar to {products[0].title}" in out


def test_without_a_model_or_products_it_says_so(product):
    out, err = run("--user", "anybody")
    assert product.title in out
    assert "run manage.py train_recommender" in err

    product.delete()
    assert "nothing to recommend" in run("--user", "anybody")[1]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--user", "nobody@example.com"], "No account has the e-mail address nobody@example.com"),
        (["--user", "x", "--limit", "0"], "--limit is 0: expected 1 to 100"),
        (["--user", "x", "--intent", "similar"], "add --item ID"),
        (["--user", "x", "--intent", "similar", "--item", "B999"], "There is no product B999"),
        ([], "--user"),
    ],
)
def test_a_wrong_question_is_one_line(arguments, text):
    with pytest.raises(CommandError, match=text):
        run(*arguments)
