"""The demo catalogue: complete, plausible, and the same each time."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from demo.catalogue import compose_catalogue, most_products
from demo.tables import DEPARTMENTS, Style
from shop.catalogue.models import Product


def test_the_first_product_is_known(catalogue):
    first = catalogue[0]

    assert first.title == "Alder Ridge Dipped Stoneware Mug, Moss"
    assert first.slug == "alder-ridge-dipped-stoneware-mug-moss"
    assert first.key == "mug-natural-moss-1"
    assert first.image_name == "products/demo/mug-natural-moss-1.webp"
    assert first.description.startswith("A stoneware mug, dipped in a second glaze, that holds 350 ml. ")
    assert "in moss, a deep green" in first.description
    assert first.keywords == ("mug", "cup", "coffee", "tea", "stoneware", "moss", "natural", "handmade")
    assert first.external_id == f"KD-{first.id.hex[:8].upper()}"


def test_a_smaller_catalogue_is_the_beginning_of_a_larger_one(catalogue):
    assert compose_catalogue(40) == catalogue[:40]
    assert len(catalogue) == 300


def test_types_and_styles_come_evenly(catalogue):
    types = Counter(product.type.drawing for product in catalogue)
    styles = Counter(product.style for product in catalogue)

    assert len(types) == sum(len(group.types) for department in DEPARTMENTS for group in department.groups)
    assert set(types.values()) == {5, 6}
    assert styles == {Style.NATURAL: 100, Style.MINIMAL: 100, Style.BOLD: 100}
    assert len({(product.type.drawing, product.style) for product in catalogue}) == 3 * len(types)


def test_names_and_numbers_are_unique_over_everything_there_can_be():
    everything = compose_catalogue(most_products())

    for name in ("key", "id", "external_id", "title", "slug", "image_name"):
        assert len({getattr(product, name) for product in everything}) == len(everything) == 1828


@pytest.mark.parametrize("count", [0, -1, 1829])
def test_an_impossible_count_is_refused(count):
    with pytest.raises(ValueError, match=f"has 1 to 1828 products, not {count}"):
        compose_catalogue(count)


def test_prices_make_sense(catalogue):
    reduced = [product for product in catalogue if product.list_price is not None]

    assert all(product.price >= Decimal("3.00") and product.price.as_tuple().exponent == -2 for product in catalogue)
    assert all(product.list_price > product.price for product in reduced)
    assert 30 <= len(reduced) <= 70
    by_style = {style: [p.price for p in catalogue if p.style == style] for style in Style}
    assert sum(by_style[Style.BOLD]) < sum(by_style[Style.NATURAL]) < sum(by_style[Style.MINIMAL])


def test_some_products_are_sold_out_and_some_are_new(catalogue):
    assert 3 <= sum(product.stock == 0 for product in catalogue) <= 20
    assert 15 <= sum(product.age_days <= 14 for product in catalogue) <= 60


def test_a_title_names_the_colour_that_is_drawn(catalogue):
    for product in catalogue:
        ending = f", {product.colour.name} {product.type.colour_of}".rstrip()
        assert product.title.endswith(ending)
        assert product.look.main == product.colour.main
        assert product.look.model == product.model


def test_texts_fit_the_tables(catalogue):
    for product in catalogue:
        row = Product(
            title=product.title,
            slug=product.slug,
            description=product.description,
            brand=product.brand,
            keywords=", ".join(product.keywords),
            external_id=product.external_id,
            price=product.price,
            list_price=product.list_price,
            stock=product.stock,
            image=product.image_name,
        )
        row.clean_fields(exclude=["category"])
        assert 2 <= product.description.count(". ") + 1 <= 4
        assert "{" not in product.description


def test_the_random_part_depends_on_the_product_alone(catalogue):
    again = compose_catalogue(300)[123]

    assert again == catalogue[123]
    assert again != replace(catalogue[123], stock=catalogue[123].stock + 1)
