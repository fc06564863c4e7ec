"""Category pages."""

import pytest

from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def below(category):
    return CategoryFactory.create(name="Below", parent=category)


def test_lists_products_of_the_category_and_below(client, category, below):
    own = ProductFactory.create(category=category)
    deeper = ProductFactory.create(category=below)
    ProductFactory.create()
    ProductFactory.create(category=category, is_published=False)

    response = client.get(category.get_absolute_url())

    assert set(response.context["listing"].page) == {own, deeper}
    assert '<a class="chip" href="/c/below/">Below</a>' in response.content.decode()


def test_breadcrumb(client, category, below):
    page = client.get(below.get_absolute_url()).content.decode()

    assert page.index('href="/">Home') < page.index(f'href="{category.get_absolute_url()}">{category.name}</a></li>')
    assert '<li class="breadcrumb-item active" aria-current="page">Below</li>' in page


def test_filters_stay_in_the_page_links(client, category):
    ProductFactory.create_batch(30, category=category, brand="A & B")

    page = client.get(category.get_absolute_url(), {"brand": "A & B", "sort": "price"}).content.decode()

    assert 'href="?brand=A+%26+B&amp;sort=price&amp;page=2"' in page
    assert page.count('class="product-card"') >= 24


def test_nothing_fits_the_filters(client, product):
    page = client.get(product.category.get_absolute_url(), {"min_price": "9999"}).content.decode()

    assert "No products match these filters" in page
    assert f'href="{product.category.get_absolute_url()}">Clear all filters' in page


def test_bad_price_is_said(client, product):
    response = client.get(product.category.get_absolute_url(), {"min_price": "cheap"})

    assert response.status_code == 200
    assert "Give prices as plain numbers" in response.content.decode()
    assert list(response.context["listing"].page) == [product]


def test_empty_category(client, category):
    assert "No products yet" in client.get(category.get_absolute_url()).content.decode()


def test_unknown_category(client):
    response = client.get("/c/nowhere/")

    assert response.status_code == 404
    assert "Page not found" in response.content.decode()


def test_words_of_the_catalogue_are_escaped(client):
    evil = "<script>alert(1)</script>"
    category = CategoryFactory.create(name=evil, slug="evil", description=evil)
    ProductFactory.create(category=category, title=evil, brand=evil)

    page = client.get("/c/evil/", {"brand": evil}).content.decode()

    assert "<script>alert" not in page


@pytest.mark.parametrize("size", [1, 30])
def test_constant_number_of_queries(user_client, category, below, reads_of, size):
    ProductFactory.create_batch(size, category=below, brand="A")
    CategoryFactory.create_batch(size, parent=category)

    assert reads_of(user_client, category.get_absolute_url()) <= 12
    assert reads_of(user_client, below.get_absolute_url()) <= 12
