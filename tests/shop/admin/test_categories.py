"""The category tree in the admin."""

import re

import pytest
from django.urls import reverse

from shop.catalogue.models import Category
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/shop/category/"


@pytest.fixture
def tree() -> dict[str, Category]:
    lamps = CategoryFactory(name="Lamps", slug="lamps")
    CategoryFactory(name="Desk lamps", slug="desk-lamps", parent=lamps)
    CategoryFactory(name="Rugs", slug="rugs")
    return {category.slug: category for category in Category.objects.all()}


def shape() -> list[tuple[str, int]]:
    return list(Category.objects.order_by("path").values_list("slug", "depth"))


def save(client, path: str, **fields) -> None:
    response = client.post(path, {"treebeard_position": "sorted-child", "description": "", **fields})
    assert response.status_code == 302, response.context["adminform"].errors


def change_page(category: Category) -> str:
    return reverse("admin:shop_category_change", args=[category.pk])


def test_categories_are_added_at_the_top_and_below_others(staff_client, tree):
    save(staff_client, LIST + "add/", name="Art", slug="art", treebeard_ref_node="")
    save(staff_client, LIST + "add/", name="Tall lamps", slug="tall-lamps", treebeard_ref_node=tree["lamps"].pk)

    assert shape() == [("art", 1), ("lamps", 1), ("desk-lamps", 2), ("tall-lamps", 2), ("rugs", 1)]
    assert Category.objects.find_problems() == ([], [], [], [], [])


def test_categories_are_renamed_and_moved(staff_client, tree):
    ProductFactory(category=tree["rugs"])
    save(
        staff_client,
        change_page(tree["rugs"]),
        name="Carpets",
        slug="carpets",
        treebeard_ref_node=tree["desk-lamps"].pk,
    )

    assert shape() == [("lamps", 1), ("desk-lamps", 2), ("carpets", 3)]
    assert Category.objects.get(slug="carpets").pk == tree["rugs"].pk
    assert Category.objects.find_problems() == ([], [], [], [], [])


def test_what_is_moved_below_a_sensitive_category_is_sensitive(staff_client, tree):
    Category.objects.filter(slug="rugs").update(is_sensitive=True)
    save(
        staff_client,
        change_page(tree["lamps"]),
        name="Lamps",
        slug="lamps",
        treebeard_ref_node=tree["rugs"].pk,
    )

    marked = Category.objects.filter(is_sensitive=True).values_list("slug", flat=True)
    assert set(marked) == {"lamps", "desk-lamps", "rugs"}


def test_the_list_says_which_are_sensitive(staff_client, tree):
    Category.objects.filter(slug="rugs").update(is_sensitive=True)

    rows = re.findall(r"<tr\b.*?</tr>", staff_client.get(LIST).content.decode(), re.DOTALL)

    assert [bool(re.search(r">\s*Sensitive\s*</", row)) for row in rows[1:]] == [False, False, True]


def test_a_slug_that_is_taken_is_refused_and_nothing_moves(staff_client, tree):
    before = shape()

    response = staff_client.post(
        LIST + "add/", {"name": "Rugs", "slug": "rugs", "treebeard_position": "sorted-child", "treebeard_ref_node": ""}
    )

    assert response.status_code == 200
    assert list(response.context["adminform"].errors) == ["slug"]
    assert shape() == before


def test_the_list_is_indented_in_tree_order_and_counts_products(staff_client, tree):
    ProductFactory.create_batch(2, category=tree["desk-lamps"])

    rows = list(staff_client.get(LIST).context["cl"].result_list)

    assert [(row.slug, row.product_count) for row in rows] == [("lamps", 0), ("desk-lamps", 2), ("rugs", 0)]


def test_a_category_with_products_below_it_cannot_be_deleted(staff_client, tree):
    ProductFactory(title="Desk lamp one", category=tree["desk-lamps"])
    path = reverse("admin:shop_category_delete", args=[tree["lamps"].pk])

    page = staff_client.get(path)
    assert "Desk lamp one" in page.content.decode()
    staff_client.post(path, {"post": "yes"})
    staff_client.post(LIST, {"action": "delete_selected", "_selected_action": [tree["lamps"].pk], "post": "yes"})

    assert len(shape()) == 3


def test_an_empty_branch_is_deleted_whole(staff_client, tree):
    path = reverse("admin:shop_category_delete", args=[tree["lamps"].pk])

    page = staff_client.get(path).content.decode()
    assert "Desk lamps" in page
    staff_client.post(path, {"post": "yes"})

    assert shape() == [("rugs", 1)]
