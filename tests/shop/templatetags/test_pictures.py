"""Half stars and stand-in colours, as far as the style sheet knows them."""

import re
import uuid
from pathlib import Path

import pytest

from shop.templatetags.pictures import TINTS, half_stars, nth_tint, tint

STYLES = (Path(__file__).resolve().parents[3] / "static/css/products.css").read_text()


@pytest.mark.parametrize(
    ("rating", "stars"), [(None, "0.0"), (1, "1.0"), (4.2, "4.0"), (4.3, "4.5"), (4.8, "5.0"), (5.0, "5.0")]
)
def test_half_stars(rating, stars):
    assert half_stars(rating) == stars


def test_the_style_sheet_draws_every_half_star():
    drawn = set(re.findall(r'\[data-stars="([\d.]+)"\]', STYLES))

    assert drawn == {half_stars(tenth / 10) for tenth in range(3, 51)}


def test_the_style_sheet_colours_every_tint_in_both_themes():
    assert re.findall(r"^\.tint-(\d)", STYLES, re.MULTILINE) == [str(number) for number in range(TINTS)]
    assert re.findall(r'^\[data-bs-theme="dark"\] \.tint-(\d)', STYLES, re.MULTILINE) == [
        str(number) for number in range(TINTS)
    ]


def test_tint_belongs_to_the_product():
    key = uuid.uuid4()

    assert tint(key) == tint(uuid.UUID(str(key)))
    assert {tint(uuid.UUID(int=number)) for number in range(50)} == set(range(TINTS))
    assert [nth_tint(position) for position in range(7)] == [0, 1, 2, 3, 4, 5, 0]
