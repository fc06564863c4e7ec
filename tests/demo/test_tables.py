"""The tables hang together: every drawing exists, what goes together is for sale, brands cover all styles."""

import math
from collections import Counter

import pytest

from demo.colours import rgb
from demo.pictures import DRAWINGS
from demo.tables import DEPARTMENTS, PALETTES, Style

TYPES = [product_type for department in DEPARTMENTS for group in department.groups for product_type in group.types]


def test_there_are_eight_departments_with_two_to_four_groups():
    assert len(DEPARTMENTS) == 8
    assert {len(department.groups) for department in DEPARTMENTS} == {2, 3, 4}


def test_every_type_is_drawn_and_every_drawing_is_for_sale():
    assert Counter(product_type.drawing for product_type in TYPES) == Counter(DRAWINGS)


def test_what_goes_with_a_type_is_another_type():
    names = {product_type.drawing for product_type in TYPES}

    for product_type in TYPES:
        assert product_type.goes_with
        assert set(product_type.goes_with) <= names - {product_type.drawing}


def test_models_differ_and_texts_are_sentences():
    for product_type in TYPES:
        first, second = product_type.models
        assert first.name != second.name
        assert product_type.palette in PALETTES
        for text in (first.lead, second.lead, product_type.care):
            assert text.endswith(".")
            assert text[0].isupper() or text[0].isdigit()


def test_each_department_has_a_brand_for_every_style():
    for department in DEPARTMENTS:
        assert set(department.brands) == set(Style)
        assert len(set(department.brands.values())) == 3


@pytest.mark.parametrize("palette", sorted(PALETTES))
@pytest.mark.parametrize("style", list(Style))
def test_colours_of_a_style_differ_in_name_and_stand_out_from_the_wall(palette, style):
    colours = PALETTES[palette][style]

    assert len({colour.name for colour in colours}) == len(colours) >= 4
    for colour in colours:
        assert math.dist(rgb(colour.main), rgb(colour.wall)) > 40, colour.name
        assert math.dist(rgb(colour.main), rgb(colour.accent)) > 40, colour.name


def test_only_the_bold_boards_have_the_usual_colours():
    assert [PALETTES["boards"][style] == PALETTES["usual"][style] for style in Style] == [False, False, True]
