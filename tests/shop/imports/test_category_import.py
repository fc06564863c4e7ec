"""Categories by the names on the way from a root."""

import uuid

import pytest

from shop.catalogue.models import Category
from shop.imports.category_import import CategoryPaths, free_slug
from tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db


def tree() -> list[tuple[int, str, str]]:
    """Every category with its depth, in the order of the tree."""
    return list(Category.objects.order_by("path").values_list("depth", "name", "slug"))


def test_makes_what_is_missing_and_finds_what_is_there():
    home = CategoryFactory(name="Home", slug="my-home")
    lamps = CategoryFactory(parent=home, name="Lamps", slug="lamps")
    paths = CategoryPaths()

    assert paths.get_or_create(("Home", "Lamps")) == lamps.pk
    desk = paths.get_or_create(("Home", "Lamps", "Desk"))
    assert paths.get_or_create(("Home", "Lamps", "Desk")) == desk
    paths.get_or_create(("Garden", "Lamps"))

    assert paths.created == 3
    assert tree() == [
        (1, "Garden", "garden"),
        (2, "Lamps", "garden-lamps"),
        (1, "Home", "my-home"),
        (2, "Lamps", "lamps"),
        (3, "Desk", "desk"),
    ]
    assert CategoryPaths().get_or_create(("Home", "Lamps", "Desk")) == desk


def test_children_come_in_order_of_names_and_the_tree_stays_sound():
    paths = CategoryPaths()
    for name in ("m", "z", "a", "k", "b"):
        for child in ("2", "1"):
            paths.get_or_create(("Root", name, child))

    assert Category.objects.find_problems() == ([], [], [], [], [])
    assert [name for depth, name, _ in tree() if depth == 2] == ["a", "b", "k", "m", "z"]
    assert [name for depth, name, _ in tree() if depth == 3] == ["1", "2"] * 5


def test_no_path_means_uncategorised():
    key = CategoryPaths().get_or_create(())

    assert Category.objects.get(pk=key).name == "Uncategorised"


def test_names_without_latin_letters_and_long_ones_get_addresses():
    paths = CategoryPaths()

    paths.get_or_create(("灯",))
    paths.get_or_create(("傘",))
    paths.get_or_create(("x" * 500,))

    assert sorted(slug for _, _, slug in tree()) == ["category", "category-2", "x" * 120]


def test_a_taken_slug_gets_the_parents_name_alone_then_a_number():
    CategoryFactory(name="Lamps", slug="lamps")
    assert free_slug(("House", "Home", "Lamps")) == "home-lamps"

    for slug in ("home-lamps", "home-lamps-2"):
        CategoryFactory(name=slug, slug=slug)
    assert free_slug(("House", "Home", "Lamps")) == "home-lamps-3"


def test_a_taken_long_slug_leaves_room_for_its_number():
    base, longer = "x" * 120, "y" * 120 + "-" + "x" * 33
    assert len(longer) == 154
    for slug in (base, longer):
        CategoryFactory(name=slug[:100], slug=slug)

    assert free_slug(("y" * 120, "x" * 120)) == f"{longer}-2"


def test_a_dry_run_writes_nothing_and_counts_each_category_once():
    CategoryFactory(name="Home", slug="home")
    paths = CategoryPaths(dry_run=True)
    before = tree()

    first = paths.get_or_create(("Home", "Lamps", "Desk"))

    assert paths.get_or_create(("Home", "Lamps", "Desk")) == first
    assert isinstance(first, uuid.UUID)
    assert paths.created == 2
    assert tree() == before


def test_forgetting_reads_the_tree_again():
    paths = CategoryPaths()
    before = paths.get_or_create(("Home",))
    Category.objects.all().delete()
    paths.forget(0)

    after = paths.get_or_create(("Home",))

    assert after != before
    assert paths.created == 1
    assert tree() == [(1, "Home", "home")]
