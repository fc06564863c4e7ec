"""Products in the admin: what staff save, and what they must not overwrite while shoppers buy."""

import re
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shop.catalogue.models import Product
from shop.opinions.services import record_review
from shop.search import search_products
from tests.factories import CategoryFactory, ProductFactory, UserFactory
from tests.shop.picture_server import picture_bomb, picture_bytes

pytestmark = pytest.mark.django_db
LIST = "/admin/shop/product/"
NO_REVIEWS = {f"reviews-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}


def change_page(product: Product) -> str:
    return reverse("admin:shop_product_change", args=[product.pk])


def shown(client, path: str) -> dict[str, str]:
    """Return the values of the form as the page shows them, hidden ones included."""
    page = client.get(path)
    form = page.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    [values["initial-stock"]] = re.findall(r'name="initial-stock" value="(\d+)"', page.content.decode())
    values.pop("image")
    return {name: value for name, value in values.items() if value is not None and value is not False} | NO_REVIEWS


def save(client, path: str, fields: dict) -> None:
    response = client.post(path, fields)
    assert response.status_code == 302, response.context["adminform"].errors


def test_a_product_without_an_external_id_can_be_added_twice(staff_client, category):
    for number in range(2):
        fields = {"title": f"Lamp {number}", "slug": f"lamp-{number}", "category": category.pk, "external_id": "",
                  "stock": "3", "price": "9.90", "is_published": "on"}  # fmt: skip
        save(staff_client, LIST + "add/", fields | NO_REVIEWS)

    products = Product.objects.order_by("title")
    assert [(p.title, p.external_id, p.stock, p.price, p.is_published) for p in products] == [
        ("Lamp 0", None, 3, Decimal("9.90"), True),
        ("Lamp 1", None, 3, Decimal("9.90"), True),
    ]
    assert search_products("lamp").count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [("price", "0"), ("price", "-1"), ("stock", "-1"), ("title", ""), ("category", ""), ("slug", "a b")],
)
def test_a_value_that_makes_no_sense_is_refused_beside_its_field(staff_client, product, field, value):
    fields = shown(staff_client, change_page(product)) | {field: value}

    response = staff_client.post(change_page(product), fields)

    assert response.status_code == 200
    assert list(response.context["adminform"].errors) == [field]
    before = {name: getattr(product, name) for name in ("price", "stock", "title", "category_id", "slug")}
    product.refresh_from_db()
    assert {name: getattr(product, name) for name in before} == before


@pytest.mark.parametrize("is_new", [True, False], ids=["new", "changed"])
def test_an_uploaded_picture_is_shown_in_its_sizes(staff_client, product, client, api, settings, tmp_path, is_new):
    settings.MEDIA_ROOT = tmp_path
    fields = shown(staff_client, change_page(product)) | {"image": a_picture(picture_bytes())}
    if is_new:
        fields |= {"slug": "another", "external_id": "another"}
    save(staff_client, LIST + "add/" if is_new else change_page(product), fields)

    stored = Product.objects.get(slug="another" if is_new else product.slug)
    assert [width for _, width in stored.pictures] == [300, 600]
    for page in (stored.get_absolute_url(), stored.category.get_absolute_url()):
        assert f'srcset="{stored.picture_sizes}"' in client.get(page).text
    answer = api.get(f"/api/v1/products/{stored.pk}/").json()
    assert [picture["width"] for picture in answer["pictures"]] == [300, 600]
    for picture in answer["pictures"]:
        assert (tmp_path / picture["url"].partition("/media/")[2]).is_file()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no picture", "Upload a valid image"),
        (picture_bytes(size=(8, 8)), "The picture cannot be used: the picture is 8 x 8"),
        (picture_bomb(9_000, 6_000), "The picture cannot be used: the picture is 9000 x 6000"),
        (picture_bytes(kind="JPEG")[:-1_000], "The picture cannot be used: the file is no picture"),
    ],
    ids=["text", "small", "bomb", "half"],
)
def test_a_picture_that_cannot_be_used_is_an_error_beside_its_field(
    staff_client, product, settings, tmp_path, content, words
):
    settings.MEDIA_ROOT = tmp_path
    fields = shown(staff_client, change_page(product)) | {"title": "New", "image": a_picture(content)}

    answer = staff_client.post(change_page(product), fields)

    [error] = answer.context["adminform"].errors["image"]
    assert error.startswith(words)
    assert Product.objects.get(pk=product.pk).title == product.title
    assert list(tmp_path.rglob("*")) == []


def test_a_picture_of_before_stays_as_it_is(staff_client, product, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    product.image.save("lamp.png", ContentFile(picture_bytes()))
    save(staff_client, change_page(product), shown(staff_client, change_page(product)) | {"title": "New"})

    product.refresh_from_db()
    assert (product.title, product.pictures) == ("New", [("/media/products/lamp.png", None)])


def a_picture(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("lamp.png", content, "image/png")


def test_what_was_sold_and_rated_meanwhile_stays(staff_client, product):
    fields = shown(staff_client, change_page(product)) | {"title": "New title"}
    Product.objects.update(stock=4)
    record_review(user=UserFactory(), product=product, stars=5)

    save(staff_client, change_page(product), fields)

    product.refresh_from_db()
    assert (product.title, product.stock, product.rating_sum, product.rating_count) == ("New title", 4, 5, 1)


@pytest.mark.parametrize(("typed", "sold", "left"), [(15, 3, 12), (8, 3, 5), (0, 3, 0), (2, 9, 0)])
def test_a_new_stock_counts_from_what_was_shown(staff_client, product, typed, sold, left):
    """Ten were shown: fifteen means five came in."""
    fields = shown(staff_client, change_page(product)) | {"stock": typed}
    Product.objects.update(stock=10 - sold)

    save(staff_client, change_page(product), fields)

    product.refresh_from_db()
    assert product.stock == left


def test_the_list_saves_only_what_was_changed_in_it(staff_client, category):
    changed, sold = (ProductFactory(title=title, category=category) for title in ("A", "B"))
    fields = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2, "_save": "Save"}
    for row, product in enumerate((sold, changed)):
        fields |= {
            f"form-{row}-id": product.pk,
            f"form-{row}-price": "20.00",
            f"form-{row}-stock": 10,
            f"initial-form-{row}-stock": 10,
        }
    Product.objects.filter(pk=sold.pk).update(stock=2)

    response = staff_client.post(LIST, fields | {"form-1-price": "25", "form-1-stock": "12"})

    assert response.status_code == 302
    assert list(Product.objects.order_by("title").values_list("price", "stock")) == [(25, 12), (20, 2)]


def test_the_list_shows_what_saving_it_needs(staff_client, product):
    page = staff_client.get(LIST).content.decode()

    assert 'name="initial-form-0-stock"' in page
    assert 'name="form-0-price"' in page


def test_products_are_published_and_hidden_together(
    staff_client, category, shop_events, django_capture_on_commit_callbacks
):
    shop_events.clear()
    products = [ProductFactory(is_published=state, category=category) for state in (True, True, False)]
    chosen = {"_selected_action": [product.pk for product in products]}

    with django_capture_on_commit_callbacks(execute=True):
        staff_client.post(LIST, chosen | {"action": "hide"})
    assert not Product.objects.published().exists()
    assert [(event["event"], set(event["product_ids"])) for event in shop_events] == [
        ("catalogue_changed", {products[0].pk, products[1].pk})
    ]

    response = staff_client.post(LIST, chosen | {"action": "publish"}, follow=True)
    assert Product.objects.published().count() == 3
    assert "3 products published." in response.content.decode()


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("available", {"Fine", "Low"}),
        ("low", {"Low"}),
        ("sold_out", {"Sold out"}),
        ("no_price", {"Unpriced"}),
        ("no_picture", {"Low", "Sold out", "Unpriced", "Hidden"}),
        ("unknown", {"Fine", "Low", "Sold out", "Unpriced", "Hidden"}),
    ],
)
def test_the_list_can_be_narrowed_by_what_keeps_products_from_selling(staff_client, category, choice, expected):
    ProductFactory(title="Fine", category=category, image_url="https://example.com/a.jpg")
    ProductFactory(title="Low", category=category, stock=5)
    ProductFactory(title="Sold out", category=category, stock=0)
    ProductFactory(title="Unpriced", category=category, price=None)
    ProductFactory(title="Hidden", category=category, is_published=False)

    page = staff_client.get(LIST, {"availability": choice})

    assert {product.title for product in page.context["cl"].queryset} == expected


def test_a_category_is_found_as_one_types(staff_client):
    CategoryFactory(name="Lamps")
    CategoryFactory(name="Rugs")
    query = {"term": "lam", "app_label": "shop", "model_name": "product", "field_name": "category"}

    found = staff_client.get("/admin/autocomplete/", query).json()["results"]

    assert [entry["text"] for entry in found] == ["Lamps"]


def test_text_of_products_is_escaped_everywhere(staff_client, category):
    product = ProductFactory(
        title="<script>alert(1)</script>", image_url="https://e.example/\"onerror='x", category=category
    )

    for path in (LIST, change_page(product)):
        page = staff_client.get(path).content.decode()
        assert "<script>alert(1)" not in page
        assert '"onerror=' not in page
