"""Pages and permissions of staff."""

import uuid

import pytest
from django.apps import apps
from django.urls import reverse

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, ShopperProfile
from recommendations.versions.models import RankingProfile, Segmentation, SegmentKind
from tests.factories import ProductFactory
from tests.recommendations.publishing import publish

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


WEIGHTS = {"cosine_weight": 1, "popularity_weight": 0, "category_weight": 0, "keyword_weight": 0}


def test_activating_a_profile_retires_the_other(staff_client):
    RankingProfile.objects.create(name="old", is_active=True)
    staff_client.post(reverse("admin:recommendations_rankingprofile_add"), WEIGHTS | {"name": "new", "is_active": "on"})

    active = dict(RankingProfile.objects.values_list("name", "is_active"))
    assert active == {"classic": False, "learned": False, "old": False, "new": True}


@pytest.mark.parametrize("weights", [{"cosine_weight": 0}, {"cosine_weight": -1}, {"cosine_weight": "inf"}])
def test_weights_that_cannot_rank_are_refused(staff_client, weights):
    page = staff_client.post(
        reverse("admin:recommendations_rankingprofile_add"), WEIGHTS | weights | {"name": "new", "is_active": "on"}
    )

    assert page.status_code == 200
    assert set(RankingProfile.objects.values_list("name", flat=True)) == {"classic", "learned"}
