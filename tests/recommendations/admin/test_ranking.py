"""Ranking profiles as a shopper would see them."""

import re
import uuid

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import ShopperProfile
from recommendations.counting.models import Impression, RailCount
from recommendations.experiments.models import Exposure
from recommendations.versions.models import RankingProfile
from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations.experimenting import ONLY_POPULARITY, start
from tests.recommendations.publishing import publish
from tests.recommendations.ruling import boost, pin, rule_set
from tests.recommendations.shopping import act

pytestmark = pytest.mark.django_db


@pytest.fixture
def products():
    """Lamps point one way, tools the other; the last tool is the most popular."""
    lamps, tools = CategoryFactory(name="Lamps"), CategoryFactory(name="Tools")
    products = [ProductFactory(category=lamps, rating_sum=1, rating_count=1) for _ in range(3)]
    products += [ProductFactory(category=tools, rating_sum=40 + n, rating_count=10) for n in range(3)]
    publish(products, [[1, 0]] * 3 + [[0, 1]] * 3)
    return products


@pytest.fixture(autouse=True)
def profiles():
    RankingProfile.objects.update_or_create(name="popular", defaults=ONLY_POPULARITY)
    RankingProfile.objects.filter(is_active=True).update(is_active=False)
    RankingProfile.objects.update_or_create(name="bold", defaults={"is_active": True})


def asked(client, name: str = "popular", **data) -> str:
    url = reverse("admin:recommendations_rankingprofile_preview", args=[name])
    response = client.post(url, {"intent": "for_you", "limit": 12, "against": ""} | data)
    assert response.status_code == 200
    return response.content.decode()


def titles(html: str) -> list[str]:
    return re.findall(r'/admin/shop/product/[^/]+/change/">([^<]+)</a>', html)


def test_any_profile_is_shown_with_what_each_part_adds(staff_client, user, products):
    act(Kind.VIEW, products[0], shopper=user.pk)

    html = asked(staff_client, shopper=user.email, against="bold")

    _, popular, bold = html.split('<h2 class="kindred-title">')
    assert popular.startswith("By popular<")
    assert bold.startswith("By bold (active)<")
    assert titles(popular)[0] == products[5].title
    assert titles(bold)[0] in {products[1].title, products[2].title}
    first = bold.split("<tbody>")[1].split("</tr>")[0]
    assert "1.00 × 0.30" in first
    assert "0.300" in first
    assert "× 0.00" in popular
    assert "Because you viewed" in first
    assert re.search(r'data-label="Source">(vector|category|keyword|popular)<', first)
    assert re.search(r'data-label="By popular">place \d', first)


def test_a_shopper_by_id_a_stranger_and_somebody_nobody_knows(staff_client, products):
    visitor = uuid.uuid4()
    act(Kind.VIEW, products[0], shopper=visitor)

    assert "no history" not in asked(staff_client, shopper=str(visitor))
    for nobody in ("", str(uuid.uuid4())):
        assert "This shopper has no history" in asked(staff_client, shopper=nobody)


def test_the_rules_of_the_shop_are_seen(staff_client, products):
    rule_set("Autumn", pin(products[0], 1), boost(products[3], 4.0))

    html = asked(staff_client)

    assert titles(html)[0] == products[0].title
    assert "Selected by the shop" in html
    assert "with × 4 of rules" in html


def test_intents_that_are_ranked_otherwise_say_so(staff_client, products):
    html = asked(staff_client, intent="trending")

    assert "not ranked by the four parts" in html
    assert "Cosine" not in html
    assert "“Similar products” needs a product: choose one." in asked(staff_client, intent="similar")
    assert titles(asked(staff_client, intent="similar", product=str(products[4].pk))) != []


def test_an_empty_shop_and_one_without_a_model_say_so(staff_client):
    assert "No product can be shown" in asked(staff_client)
    ProductFactory()
    html = asked(staff_client)
    assert "No model version serves yet" in html
    assert "not ranked by the model" in html


def test_weights_that_cannot_rank_say_so(staff_client, products):
    RankingProfile.objects.filter(name="popular").update(popularity_weight=0)

    assert "This profile cannot rank" in asked(staff_client)


def test_nothing_is_counted_or_written_down(staff_client, user, products):
    start("compared", popular={"ranking_profile": "popular"})

    asked(staff_client, shopper=user.email, slot="home")

    for table in (Exposure, Impression, RailCount, ShopperProfile):
        assert not table._default_manager.exists()


def test_the_page_asks_first_and_is_linked(staff_client):
    url = reverse("admin:recommendations_rankingprofile_preview", args=["popular"])

    assert url in staff_client.get(reverse("admin:recommendations_rankingprofile_change", args=["popular"])).text
    html = staff_client.get(url).text
    assert "Choose a shopper" in html
    assert staff_client.get(url.replace("popular", "none")).status_code == 404
    assert re.findall(r'<option value="bold" selected>', html) == ['<option value="bold" selected>']


def test_a_profile_takes_the_permission_and_a_person_one_more(staff_client, staff, user, products):
    staff.is_superuser = False
    staff.save()
    url = reverse("admin:recommendations_rankingprofile_preview", args=["popular"])
    assert staff_client.get(url).status_code == 403

    staff.user_permissions.add(Permission.objects.get(codename="view_rankingprofile"))
    act(Kind.VIEW, products[0], shopper=user.pk)
    assert 'name="shopper"' not in staff_client.get(url).text
    assert "This shopper has no history" in asked(staff_client, shopper=user.email)

    staff.user_permissions.add(Permission.objects.get(codename="view_shopperprofile"))
    assert "This shopper has no history" not in asked(staff_client, shopper=user.email)
