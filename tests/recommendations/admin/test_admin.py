"""What staff see and may do."""

import uuid

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.urls import reverse

from recommendations import artifact_store
from recommendations.event_weights import Kind
from recommendations.models import Interaction, ModelVersion, RankingProfile, Segmentation, SegmentKind, ShopperProfile
from tests.factories import ProductFactory
from tests.recommendations.publishing import publish, served_now

pytestmark = pytest.mark.django_db


def changelist(model: str) -> str:
    return reverse(f"admin:recommendations_{model}_changelist")


@pytest.fixture
def rows(product):
    Interaction.objects.create(shopper_id=uuid.UUID(int=1), kind=Kind.VIEW, product_id=product.pk)
    Interaction.objects.create(shopper_id=uuid.UUID(int=2), kind=Kind.SEARCH, query="brass lamp")
    ShopperProfile.objects.create(shopper_id=uuid.UUID(int=1), event_count=1)
    publish([product])
    RankingProfile.objects.create(name="default")
    Segmentation.objects.create(model_version="20260101-000000-0000", kind=SegmentKind.SHOPPERS)


@pytest.mark.parametrize("model", ["interaction", "shopperprofile", "modelversion", "rankingprofile", "segmentation"])
def test_every_list_opens(staff_client, rows, model):
    assert staff_client.get(changelist(model)).status_code == 200


@pytest.mark.parametrize("model", ["interaction", "shopperprofile", "modelversion", "segmentation"])
def test_what_the_machinery_writes_cannot_be_edited(staff_client, rows, model):
    table = apps.get_model("recommendations", model)._default_manager
    pk = table.values_list("pk", flat=True)[0]
    before = table.count()

    assert staff_client.get(reverse(f"admin:recommendations_{model}_add")).status_code == 403
    assert staff_client.get(reverse(f"admin:recommendations_{model}_change", args=[pk])).status_code == 200
    assert staff_client.post(reverse(f"admin:recommendations_{model}_change", args=[pk]), {}).status_code == 403
    assert staff_client.post(reverse(f"admin:recommendations_{model}_delete", args=[pk])).status_code == 403
    assert table.count() == before


def test_the_log_names_products_with_a_constant_number_of_queries(
    staff_client, rows, product, django_assert_max_num_queries
):
    for _ in range(10):
        Interaction.objects.create(
            shopper_id=uuid.UUID(int=1), kind=Kind.VIEW, product_id=ProductFactory(category=product.category).pk
        )
    with django_assert_max_num_queries(10):
        page = staff_client.get(changelist("interaction"))

    assert product.title in page.content.decode()


@pytest.mark.parametrize(("words", "found"), [("brass", 1), ("nothing", 0), (str(uuid.UUID(int=1)), 1)])
def test_the_log_is_searched(staff_client, rows, words, found):
    page = staff_client.get(changelist("interaction"), {"q": words})

    assert page.context["cl"].result_count == found


def promote(client, version: str):
    return client.post(changelist("modelversion"), {"action": "promote", "_selected_action": version}, follow=True)


def test_promoting_an_older_version_rolls_back(staff_client, product):
    first = publish([product])
    second = publish([product, ProductFactory(category=product.category)])
    assert served_now().version == second

    page = promote(staff_client, first)

    assert f"Version {first} serves from now on." in page.content.decode()
    assert served_now().version == first
    assert dict(ModelVersion.objects.values_list("version", "status")) == {first: "promoted", second: "ready"}


def test_a_version_without_files_cannot_be_promoted(staff_client, product):
    version = publish([product])
    ModelVersion.objects.create(version="20200101-000000-0000", status=ModelVersion.Status.READY)

    page = promote(staff_client, "20200101-000000-0000")

    assert "Nothing was changed." in page.content.decode()
    assert artifact_store.promoted_version() == version
    assert ModelVersion.objects.get(version=version).status == ModelVersion.Status.PROMOTED


def test_two_versions_cannot_serve(staff_client, product):
    first, second = publish([product]), publish([product])
    page = staff_client.post(
        changelist("modelversion"), {"action": "promote", "_selected_action": [first, second]}, follow=True
    )

    assert "Choose one version" in page.content.decode()
    assert artifact_store.promoted_version() == second


def test_staff_without_the_permission_cannot_promote(client, staff, product):
    first, second = publish([product]), publish([product])
    staff.is_superuser = False
    staff.save()
    staff.user_permissions.add(Permission.objects.get(codename="view_modelversion"))
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")

    promote(client, first)

    assert artifact_store.promoted_version() == second


WEIGHTS = {"cosine_weight": 1, "popularity_weight": 0, "category_weight": 0, "keyword_weight": 0}


def test_activating_a_profile_retires_the_other(staff_client):
    RankingProfile.objects.create(name="old", is_active=True)
    staff_client.post(reverse("admin:recommendations_rankingprofile_add"), WEIGHTS | {"name": "new", "is_active": "on"})

    assert dict(RankingProfile.objects.values_list("name", "is_active")) == {"old": False, "new": True}


@pytest.mark.parametrize("weights", [{"cosine_weight": 0}, {"cosine_weight": -1}, {"cosine_weight": "inf"}])
def test_weights_that_cannot_rank_are_refused(staff_client, weights):
    page = staff_client.post(
        reverse("admin:recommendations_rankingprofile_add"), WEIGHTS | weights | {"name": "new", "is_active": "on"}
    )

    assert page.status_code == 200
    assert not RankingProfile.objects.exists()
