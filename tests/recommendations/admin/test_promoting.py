"""Promoting and rolling back in the admin: asked first, written to the history, refused without the permission."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse

from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from tests.factories import ProductFactory
from tests.recommendations.damaging import write_half_a_pointer
from tests.recommendations.publishing import publish, served_now

pytestmark = pytest.mark.django_db
CHANGELIST = reverse("admin:recommendations_modelversion_changelist")
ROLL_BACK = reverse("admin:recommendations_modelversion_roll_back")
GATE = {
    "promoted": "20260101-030000-00ff",
    "figures": "measured",
    "cases": 1204,
    "new": {"ndcg_at_10": 0.25, "hr_at_10": 0.5},
    "promoted_figures": {"ndcg_at_10": 0.375, "hr_at_10": 0.625},
    "difference": -0.125,
    "interval": [-0.2, -0.05],
    "margin_percent": 5,
    "is_worse": True,
}


def promote_page(version: str) -> str:
    return reverse("admin:recommendations_modelversion_promote", args=[version])


def history() -> list[tuple[str, str]]:
    return [(entry.object_id or "", entry.get_change_message()) for entry in LogEntry.objects.order_by("pk")]


@pytest.fixture
def held_back(product) -> str:
    publish([product])
    version = publish([product], promote=False)
    ModelVersion.objects.filter(version=version).update(
        status=ModelVersion.Status.HELD_BACK, message="Held back: it is worse.", metrics={"gate": GATE}
    )
    return version


@pytest.fixture
def looker(client, staff):
    """Somebody who may look at versions and no more."""
    staff.is_superuser = False
    staff.save()
    staff.user_permissions.add(Permission.objects.get(codename="view_modelversion"))
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_list_leads_to_a_page_that_asks(staff_client, product):
    first, second = publish([product]), publish([product])

    page = staff_client.post(CHANGELIST, {"action": "promote", "_selected_action": first}, follow=True)

    assert page.redirect_chain == [(promote_page(first), 302)]
    assert f"It replaces {second}" in page.content.decode()
    assert served_now().version == second


def test_promoting_an_older_version_rolls_back(staff_client, product):
    first = publish([product])
    second = publish([product, ProductFactory(category=product.category)])

    page = staff_client.post(promote_page(first), follow=True)

    assert f"Version {first} serves from now on." in page.content.decode()
    assert served_now().version == first
    assert dict(ModelVersion.objects.values_list("version", "status")) == {first: "promoted", second: "ready"}
    assert history() == [(first, "Promoted.")]


def test_a_held_back_version_shows_why_and_is_promoted_anyway(staff_client, held_back):
    question = staff_client.get(promote_page(held_back)).content.decode()
    assert "Held back: it is worse." in question
    assert "Promote anyway" in question
    assert "on the same 1204 held-out products" in question
    assert served_now().version != held_back

    staff_client.post(promote_page(held_back))

    assert served_now().version == held_back
    assert history() == [(held_back, "Promoted by hand although held back.")]


def test_list_and_page_of_a_held_back_version_tell_so(staff_client, held_back):
    listing = staff_client.get(CHANGELIST).content.decode()
    assert "-0.125 (measured)" in listing
    assert "Held back" in listing

    page = staff_client.get(reverse("admin:recommendations_modelversion_change", args=[held_back])).content.decode()
    assert promote_page(held_back) in page
    assert "Held back: it is worse." in page
    assert "between -0.2000 and -0.0500" in page


def test_one_click_rolls_back(staff_client, product):
    first, second = publish([product]), publish([product])
    page = staff_client.get(CHANGELIST).content.decode()
    assert f"Roll back to {first}" in page

    staff_client.post(ROLL_BACK, {"serving": second})

    assert served_now().version == first
    assert history() == [(first, f"Rolled back from {second}.")]
    assert "Roll back to" not in staff_client.get(CHANGELIST).content.decode()


def test_a_roll_back_from_a_page_that_is_out_of_date_changes_nothing(staff_client, product):
    _, second, third = (publish([product]) for _ in range(3))
    staff_client.post(ROLL_BACK, {"serving": third})

    page = staff_client.post(ROLL_BACK, {"serving": third}, follow=True)

    assert f"Version {third} does not serve any more" in page.content.decode()
    assert artifact_store.promoted_version() == second


def test_a_damaged_version_raises_an_alarm_on_the_page(staff_client, product):
    publish([product])
    second = publish([product])
    path = artifact_store.directory_of(second) / "popularity.npy"
    path.write_bytes(path.read_bytes()[:-4] + b"\0\0\0\1")
    served_now()

    page = staff_client.get(CHANGELIST).content.decode()

    assert f"Version {second} is damaged." in page
    assert "checksum does not match" in page


def test_a_damaged_pointer_raises_an_alarm_on_the_page_until_a_version_is_promoted(staff_client, product):
    publish([product])
    second = publish([product])
    write_half_a_pointer(second)

    page = staff_client.get(CHANGELIST).content.decode()

    assert "The file that names the version that serves is damaged." in page
    assert f"{second}</a> serves." in page
    assert "Roll back to" not in page
    staff_client.post(promote_page(second))
    assert "is damaged" not in staff_client.get(CHANGELIST).content.decode()


def test_little_that_is_new_is_said_on_the_page(staff_client, held_back):
    ModelVersion.objects.filter(version=held_back).update(metrics={"gate": GATE | {"figures": "familiar"}})

    page = staff_client.get(promote_page(held_back)).content.decode()

    assert "both were measured on 1204 that both were trained on" in page.replace("1,204", "1204")


def test_a_version_without_files_cannot_be_promoted(staff_client, product):
    version = publish([product])
    ModelVersion.objects.create(version="20200101-000000-0000", status=ModelVersion.Status.READY)

    page = staff_client.post(promote_page("20200101-000000-0000"), follow=True)

    assert "Nothing was changed." in page.content.decode()
    assert artifact_store.promoted_version() == version
    assert ModelVersion.objects.get(version=version).status == ModelVersion.Status.PROMOTED
    assert history() == []


def test_two_versions_cannot_serve(staff_client, product):
    first, second = publish([product]), publish([product])
    page = staff_client.post(CHANGELIST, {"action": "promote", "_selected_action": [first, second]}, follow=True)

    assert "Choose one version" in page.content.decode()
    assert artifact_store.promoted_version() == second


def test_an_unknown_version_leads_back(staff_client):
    assert staff_client.get(promote_page("20200101-000000-0000")).url == CHANGELIST


def test_staff_without_the_permission_can_do_neither(looker, product):
    first, second = publish([product]), publish([product])

    assert looker.post(promote_page(first)).status_code == 403
    assert looker.post(ROLL_BACK, {"serving": second}).status_code == 403
    looker.post(CHANGELIST, {"action": "promote", "_selected_action": first})

    assert artifact_store.promoted_version() == second
    assert "Roll back to" not in looker.get(CHANGELIST).content.decode()


def test_a_roll_back_is_no_link(staff_client, product):
    """A page that is merely opened, or fetched ahead by a browser, must change nothing."""
    publish([product])
    second = publish([product])

    assert staff_client.get(ROLL_BACK).status_code == 403
    assert artifact_store.promoted_version() == second
