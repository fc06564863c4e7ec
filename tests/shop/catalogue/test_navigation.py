"""The menu, the tiles, and what surrounds a category."""

import pytest
from django.urls import reverse

from shop.catalogue import navigation
from shop.catalogue.models import Category, Product
from shop.catalogue.navigation import category_menu, category_tiles, offered_categories, surroundings, with_products
from shop.catalogue.services import set_published
from shop.signals import catalogue_changed
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    """Kitchen > Coffee > Grinders, Kitchen > Knives; Audio."""
    kitchen = CategoryFactory.create(name="Kitchen")
    coffee = CategoryFactory.create(name="Coffee", parent=kitchen)
    grinders = CategoryFactory.create(name="Grinders", parent=coffee)
    CategoryFactory.create(name="Knives", parent=kitchen)
    CategoryFactory.create(name="Audio")
    return {node.name: Category.objects.get(pk=node.pk) for node in (kitchen, coffee, grinders)}


def names(menu):
    return [(entry["name"], [child["name"] for child in entry["children"]]) for entry in menu]


def test_menu_holds_two_levels_in_order(tree):
    assert names(category_menu()) == [("Audio", []), ("Kitchen", ["Coffee", "Knives"])]


def test_menu_is_read_once(tree, django_assert_num_queries):
    category_menu()

    with django_assert_num_queries(0):
        category_menu()


@pytest.mark.parametrize("change", ["add", "rename", "delete", "import"])
def test_menu_follows_changes(tree, change):
    category_menu()
    if change == "add":
        CategoryFactory.create(name="Bath")
    elif change == "rename":
        tree["Kitchen"].name = "Bath"
        tree["Kitchen"].save()
    elif change == "delete":
        tree["Coffee"].delete()
    else:
        Category.objects.filter(name="Audio").update(name="Bath")
        catalogue_changed.send(Category, product_ids=[])

    expected = {
        "add": [("Audio", []), ("Bath", []), ("Kitchen", ["Coffee", "Knives"])],
        "rename": [("Audio", []), ("Bath", ["Coffee", "Knives"])],
        "delete": [("Audio", []), ("Kitchen", ["Knives"])],
        "import": [("Bath", []), ("Kitchen", ["Coffee", "Knives"])],
    }
    assert names(category_menu()) == expected[change]


def test_tile_shows_the_picture_of_the_most_popular_product(tree):
    shared = {"category": tree["Grinders"]}
    ProductFactory.create(**shared, rating_sum=50, rating_count=10, image_url="https://example.com/best.jpg")
    ProductFactory.create(**shared, rating_sum=5, rating_count=1, image_url="https://example.com/other.jpg")
    ProductFactory.create(**shared, rating_sum=90, rating_count=20)
    hidden = {"is_published": False, "rating_sum": 500, "rating_count": 100}
    ProductFactory.create(**shared, **hidden, image_url="https://example.com/hidden.jpg")

    assert category_tiles() == [
        {"name": "Audio", "url": "/c/audio/", "below": [], "picture": ""},
        {
            "name": "Kitchen",
            "url": "/c/kitchen/",
            "below": ["Coffee", "Knives"],
            "picture": "https://example.com/best.jpg",
        },
    ]


def test_nothing_without_categories():
    assert (category_menu(), category_tiles()) == ([], [])


@pytest.mark.parametrize(
    ("name", "above", "below"),
    [
        ("Kitchen", [], ["Coffee", "Knives"]),
        ("Coffee", ["Kitchen"], ["Grinders"]),
        ("Grinders", ["Kitchen", "Coffee"], []),
    ],
)
def test_surroundings(tree, name, above, below, django_assert_num_queries):
    with django_assert_num_queries(1):
        around = surroundings(tree[name])

    assert ([node.name for node in around.ancestors], [node.name for node in around.children]) == (above, below)


def test_offered_are_the_categories_with_products_of_the_uppermost_level_that_has_enough(tree):
    for name in ("Grinders", "Coffee"):
        ProductFactory(category=tree[name])
    assert [entry["name"] for entry in offered_categories()] == ["Kitchen"]  # as many as below it

    for name in ("Pans", "Pots"):
        ProductFactory(category=CategoryFactory(name=name, parent=tree["Kitchen"]))
    assert [entry["name"] for entry in offered_categories()] == ["Coffee", "Pans", "Pots"]

    for name in ("Toys", "Garden"):
        ProductFactory(category=CategoryFactory(name=name))
    assert [entry["name"] for entry in offered_categories()] == ["Garden", "Kitchen", "Toys"]


def test_an_offered_category_says_what_a_form_needs(tree, django_assert_num_queries):
    product = ProductFactory(category=tree["Grinders"], image_url="https://example.com/a.jpg")
    category_menu()

    [offered] = offered_categories()

    assert offered == {
        "id": str(tree["Kitchen"].pk),
        "name": "Kitchen",
        "slug": "kitchen",
        "url": "/c/kitchen/",
        "below": ["Coffee", "Knives"],
        "picture": product.picture_url,
    }
    with django_assert_num_queries(0):
        offered_categories()


@pytest.fixture
def lone(tree):
    """The only product of its category."""
    shelf = CategoryFactory.create(name="Toys")
    return ProductFactory(category=shelf, image_url="https://example.com/toy.jpg")


@pytest.mark.parametrize("change", ["save", "save of it alone", "delete", "move", "admin", "action"])
def test_a_category_is_offered_no_longer_when_its_only_product_is_gone(
    change, lone, tree, staff_client, django_capture_on_commit_callbacks
):
    assert [(entry["name"], entry["picture"]) for entry in offered_categories()] == [("Toys", lone.image_url)]
    assert category_tiles()[-1]["picture"] == lone.image_url

    with django_capture_on_commit_callbacks(execute=True):
        if change in ("save", "save of it alone"):
            lone.is_published = False
            lone.save(update_fields=None if change == "save" else ["is_published"])
        elif change == "delete":
            lone.delete()
        elif change == "move":
            lone.category = tree["Grinders"]
            lone.save(update_fields=["category"])
        elif change == "admin":
            form = {
                "title": lone.title,
                "slug": lone.slug,
                "category": lone.category_id,
                "stock": 1,
                "initial-stock": 1,
            }
            form |= {"price": "20.00", "image_url": lone.image_url}
            form |= {"reviews-TOTAL_FORMS": 0, "reviews-INITIAL_FORMS": 0}
            url = reverse("admin:shop_product_change", args=[lone.pk])
            assert staff_client.post(url, form).status_code == 302
        else:
            set_published(products=Product.objects.filter(pk=lone.pk), is_published=False)

    assert [entry["name"] for entry in offered_categories()] == (["Kitchen"] if change == "move" else [])
    assert category_tiles()[-1]["picture"] == ""


def test_a_tile_shows_another_picture_at_once(lone):
    category_tiles()
    lone.image_url = "https://example.com/other.jpg"
    lone.save(update_fields=["image_url"])

    assert category_tiles()[-1]["picture"] == "https://example.com/other.jpg"


def test_what_was_made_before_the_commit_is_dropped_with_it(lone, monkeypatch, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        lone.delete()
        # What another request makes of the rows it still sees.
        monkeypatch.setattr(navigation, "_read_offered", lambda: ["as before"])
        assert offered_categories() == ["as before"]
        monkeypatch.undo()

    assert offered_categories() == []


def test_saving_a_price_drops_nothing_and_asks_nothing(lone, django_assert_num_queries):
    offered_categories(), category_tiles()
    lone.price = 3

    with django_assert_num_queries(1):
        lone.save(update_fields=["price", "updated_at"])
    with django_assert_num_queries(0):
        offered_categories(), category_tiles()


def test_categories_with_products_count_what_lies_below_and_is_published(tree):
    ProductFactory(category=tree["Grinders"])
    ProductFactory(is_published=False)

    assert set(with_products(Category.objects.all())) == set(tree.values())
