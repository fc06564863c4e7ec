"""`manage.py rollback_recommender`."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from recommendations.versions.models import ModelVersion
from tests.recommendations.publishing import publish, served_now

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("rollback_recommender", *arguments, stdout=out)
    return out.getvalue()


def test_the_version_before_serves(product):
    first, second = publish([product]), publish([product])

    assert run().startswith(f"Version {first} serves, {second} did before (")
    assert served_now().version == first


def test_json_for_scripts_and_any_version_by_name(product):
    first, second, third = (publish([product]) for _ in range(3))

    told = json.loads(run("--to", first, "--json"))
    assert (told["before"], told["version"]) == (third, first)
    assert 0 <= told["seconds"] < 180
    assert json.loads(run("--to", second, "--json"))["before"] == first
    assert served_now().version == second


def test_a_held_back_version_needs_anyway(product):
    publish([product])
    held_back = publish([product], promote=False)
    ModelVersion.objects.filter(version=held_back).update(status=ModelVersion.Status.HELD_BACK, message="It is worse.")

    with pytest.raises(CommandError, match="Nothing was changed. Version .* was held back .* It is worse."):
        run("--to", held_back)
    run("--to", held_back, "--anyway")

    assert served_now().version == held_back


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        pytest.param((), "Nothing was changed. No older version", id="nothing to go back to"),
        pytest.param(("--to", "../elsewhere"), "There is no model version", id="unknown"),
        pytest.param(("--anyway",), "--anyway needs --to", id="anyway without a name"),
    ],
)
def test_refusals_are_one_line_and_change_nothing(product, arguments, reason):
    only = publish([product])

    with pytest.raises(CommandError, match=reason):
        run(*arguments)

    assert served_now().version == only
