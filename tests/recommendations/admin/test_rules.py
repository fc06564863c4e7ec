"""The pages of rule sets: making, switching, previewing, and the history."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from recommendations.behaviour.models import Interaction, ShopperProfile
from recommendations.rules.models import Rule, RuleChange, RuleSet
from recommendations.rules.services import save_rule
from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations.experimenting import start
from tests.recommendations.publishing import publish
from tests.recommendations.ruling import boost, hide, pin, rule_set

pytestmark = pytest.mark.django_db
CHANGELIST = "admin:recommendations_ruleset_changelist"
NOTHING = dict.fromkeys(
    ("product_id", "category_id", "position", "factor", "slot", "intent", "listed_category_id", "shopper_segment",
     "starts_at_0", "starts_at_1", "ends_at_0", "ends_at_1", "note"), ""
)  # fmt: skip


def address(name: str, *args) -> str:
    return reverse(f"admin:recommendations_ruleset_{name}", args=args)


def page(client, row: RuleSet) -> str:
    return client.get(address("change", row.pk)).content.decode()


def form(*rules: dict, stored: RuleSet | None = None, name: str = "Autumn", deleted: tuple[int, ...] = ()) -> dict:
    rows = list(stored.rules.all()) if stored else []
    data = {"name": name, "description": "", "rules-TOTAL_FORMS": len(rules), "rules-INITIAL_FORMS": len(rows)}
    for number, rule in enumerate(rules):
        data |= {f"rules-{number}-{key}": value for key, value in (NOTHING | rule).items()}
        if stored and number < len(rows):
            data |= {f"rules-{number}-id": rows[number].pk, f"rules-{number}-rule_set": stored.pk}
    return data | {f"rules-{number}-DELETE": "on" for number in deleted}


def test_a_set_is_made_with_its_rules_and_who_made_it_is_known(staff_client, staff, product, category):
    rules = (
        {"action": "pin", "product_id": product.pk, "position": 2, "slot": "home", "note": "New in"},
        {"action": "bury", "category_id": category.pk, "factor": 0.5, "intent": "for_you"},
    )

    response = staff_client.post(address("add"), form(*rules))

    assert response.status_code == 302
    row = RuleSet.objects.get()
    assert (row.name, row.is_active) == ("Autumn", False)
    # By action: both may be made in the same millisecond, which is all that MongoDB tells apart.
    second, first = sorted(row.rules.all(), key=lambda rule: rule.action)
    assert (first.action, first.product_id, first.position, first.slot, first.note) == (
        "pin", product.pk, 2, "home", "New in",
    )  # fmt: skip
    assert (second.action, second.category_id, second.factor, second.intent) == ("bury", category.pk, 0.5, "for_you")
    changes = RuleChange.objects.order_by("changed_at").values_list("verb", "changed_by", "after__action")
    assert list(changes) == [("made", staff.pk, None), ("made", staff.pk, "pin"), ("made", staff.pk, "bury")]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"action": "pin", "position": ""}, "A pin needs a position, 1 to 100."),
        ({"action": "pin", "position": 101}, "A pin needs a position, 1 to 100."),
        ({"action": "hide", "position": 3}, "Only a pin has a position."),
        ({"action": "boost", "factor": 1}, "the factor must be above 1, at most 10."),
        ({"action": "boost", "factor": 10.5}, "the factor must be above 1, at most 10."),
        ({"action": "bury", "factor": 1}, "the factor must be at least 0.01 and below 1."),
        ({"action": "hide", "factor": 2}, "Only a boost or a bury has a factor."),
        ({"action": "hide", "product_id": ""}, "Name a product or a category, one of the two."),
        ({"action": "boost", "factor": 2, "intent": "recently_viewed"}, "it can only be hidden."),
        (
            {"action": "hide", "starts_at_0": "2026-02-02", "starts_at_1": "10:00", "ends_at_0": "2026-02-02",
             "ends_at_1": "10:00"},
            "It must end after it starts.",
        ),
        ({"action": "hide", "product_id": "00000000-0000-0000-0000-000000000009"}, "It is no longer in the shop"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)  # fmt: skip
def test_what_makes_no_rule_is_refused_and_nothing_is_stored(columns, message, staff_client, product):
    response = staff_client.post(address("add"), form({"product_id": product.pk} | columns))

    assert response.status_code == 200
    assert message in response.content.decode()
    assert not RuleSet.objects.exists()
    assert not RuleChange.objects.exists()


def test_a_change_and_a_deletion_say_what_was_before(staff_client, staff, product):
    row = rule_set("Autumn", boost(product, 2.0), hide(product, slot="cart"))
    changed = {"action": "boost", "product_id": product.pk, "factor": 3}
    kept = {"action": "hide", "product_id": product.pk, "slot": "cart"}

    staff_client.post(address("change", row.pk), form(changed, kept, stored=row, deleted=(1,)))

    assert [rule.factor for rule in row.rules.all()] == [3.0]
    deleted, edited = RuleChange.objects.filter(changed_by=staff.pk).order_by("-verb")
    assert (edited.verb, edited.before["factor"], edited.after["factor"]) == ("changed", 2.0, 3.0)
    assert (deleted.verb, deleted.before["slot"], deleted.after) == ("deleted", "cart", {})
    html = page(staff_client, row)
    assert f"Changed: Boost “{product.title}”: factor 2 → 3" in html
    assert f"Deleted: Hide “{product.title}”: slot cart" in html
    assert staff.email in html
    assert LogEntry.objects.filter(object_id=str(row.pk), user=staff).count() == 1


def test_activating_and_deactivating_is_written_down(staff_client, staff, product):
    row = rule_set("Autumn", hide(product), active=False)
    assert "Activate</button>" in page(staff_client, row)

    html = staff_client.post(address("activate", row.pk), follow=True).content.decode()
    assert "its rules hold for everybody now" in html
    assert "Deactivate</button>" in html
    staff_client.post(address("deactivate", row.pk))

    row.refresh_from_db()
    assert row.is_active is False
    verbs = RuleChange.objects.filter(changed_by=staff.pk).order_by("changed_at").values_list("verb", flat=True)
    assert list(verbs) == ["activated", "deactivated"]
    assert LogEntry.objects.filter(object_id=str(row.pk)).count() == 2


def test_many_are_switched_in_the_list_but_for_what_is_refused(staff_client, product):
    compared, free = rule_set("Compared", hide(product), active=False), rule_set("Free", hide(product), active=False)
    start(other={"rule_set": "Compared"})
    chosen = {"action": "activate", "_selected_action": [str(compared.pk), str(free.pk)]}

    html = staff_client.post(reverse(CHANGELIST), chosen, follow=True).content.decode()

    assert "1 rule set activated." in html
    assert "compares “Compared”: stop it first" in html
    assert set(RuleSet.objects.active()) == {free}
    assert staff_client.post(address("delete", compared.pk), {"post": "yes"}).status_code == 403
    assert "Activate</button>" not in page(staff_client, compared)


def test_deleting_a_set_keeps_its_history(staff_client, product):
    row = rule_set("Autumn", hide(product))

    staff_client.post(address("delete", row.pk), {"post": "yes"})

    assert not Rule.objects.exists()
    html = staff_client.get(reverse("admin:recommendations_rulechange_changelist")).content.decode()
    assert html.count("Deleted") >= 2
    assert f"Hide “{product.title}”" in html


def test_the_list_tells_the_state_of_the_schedules(staff_client, product):
    now = timezone.now()
    rule_set(
        "Autumn",
        hide(product),
        hide(product, starts_at=now + timedelta(days=1)),
        hide(product, ends_at=now - timedelta(days=1)),
    )

    html = staff_client.get(reverse(CHANGELIST)).content.decode()

    assert "1 waiting, 1 runs, 1 over" in html


def test_pages_take_few_queries_however_many_rules(staff_client, category, django_assert_max_num_queries):
    products = ProductFactory.create_batch(12, category=category)
    row = rule_set("Autumn", *(pin(product, number + 1) for number, product in enumerate(products)))
    rule_set("Winter", hide(category_id=category.pk))
    page(staff_client, row)

    with django_assert_max_num_queries(14):
        html = page(staff_client, row)
    assert all(product.title in html for product in products)
    with django_assert_max_num_queries(9):
        staff_client.get(reverse(CHANGELIST))


def test_a_segment_is_kept_and_said_in_terms_of_the_version_that_serves(staff_client, product):
    segment = {"model_version": "20200101-000000-0000", "number": 2, "name": "Lamps: brass"}
    row = rule_set("Autumn", hide(product, segment=segment))
    publish([product])

    assert "no segment of" in page(staff_client, row)
    kept = {"action": "hide", "product_id": product.pk, "shopper_segment": "kept", "slot": "home"}
    staff_client.post(address("change", row.pk), form(kept, stored=row))
    assert row.rules.get().segment == segment
    assert row.rules.get().slot == "home"
    staff_client.post(address("change", row.pk), form(kept | {"shopper_segment": ""}, stored=row))
    assert row.rules.get().segment is None


class TestPreview:
    @pytest.fixture
    def products(self):
        category = CategoryFactory()
        products = [ProductFactory(category=category, rating_sum=10 - n, rating_count=2) for n in range(4)]
        publish(products, [[1, 0]] * 4)
        return products

    def asked(self, client, row: RuleSet, **data) -> str:
        data = {"intent": "trending", "limit": 12} | data
        response = client.post(address("preview", row.pk), data)
        assert response.status_code == 200
        return response.content.decode()

    def test_both_lists_with_the_changes_marked(self, staff_client, products):
        row = rule_set("Autumn", pin(products[3], 1), hide(products[0]), active=False)

        html = self.asked(staff_client, row)

        without, within = html.split("Without these rules")[1].split("With these rules")
        assert re.findall(r'kindred-mark-gone">([^<]+)', without) == ["hidden"]
        assert re.findall(r'kindred-mark-\w+">([^<]+)', within)[0] == "pinned"
        assert products[0].title in without
        assert products[0].title not in within
        assert not RuleSet.objects.get().is_active

    def test_a_schedule_is_previewed_at_another_time(self, staff_client, products):
        row = rule_set("Autumn", hide(products[0], starts_at=timezone.now() + timedelta(days=3)))

        assert "These rules change nothing in this list" in self.asked(staff_client, row)
        later = (timezone.localtime() + timedelta(days=4)).strftime("%Y-%m-%dT%H:%M")
        assert "kindred-mark-gone" in self.asked(staff_client, row, moment=later)

    def test_nothing_is_written_down(self, staff_client, user, products):
        row = rule_set("Autumn", hide(products[0]))
        before = RuleChange.objects.count()

        self.asked(staff_client, row, shopper=user.email, slot="home")

        assert RuleChange.objects.count() == before
        assert not Interaction.objects.exists()
        assert not ShopperProfile.objects.exists()

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ({"shopper": "nobody@example.com"}, "There is no account with this e-mail address."),
            ({"shopper": "somebody"}, "Neither an e-mail address nor an id."),
            ({"intent": "similar"}, "“Similar products” needs a product: choose one."),
        ],
        ids=["unknown e-mail", "no id", "no product"],
    )
    def test_what_cannot_be_asked_is_said(self, data, message, staff_client, products):
        assert message in self.asked(staff_client, rule_set("Autumn"), **data)

    def test_without_the_permission_there_is_none(self, client, staff, staff_client, products):
        row = rule_set("Autumn")
        staff.is_superuser = False
        staff.save()

        for name in ("preview", "activate", "deactivate"):
            assert staff_client.post(address(name, row.pk), {"intent": "trending", "limit": 12}).status_code == 403
        row.refresh_from_db()
        assert row.is_active


def test_a_rule_about_what_was_deleted_can_be_deleted(staff_client, product):
    row = rule_set("Autumn", hide(product))
    pk = product.pk
    product.delete()

    assert page(staff_client, row).count(str(pk)) == 0
    staff_client.post(address("change", row.pk), form({"action": "hide"}, stored=row, deleted=(0,)))

    assert not row.rules.exists()


def test_another_rule_saved_by_a_program_has_no_person(staff_client, product):
    row = rule_set("Autumn")
    save_rule(Rule(rule_set=row, **boost(product)), changed_by=None)

    assert "no person" in page(staff_client, row)
