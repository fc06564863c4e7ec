from dataclasses import replace

import numpy as np
import pytest

from ml.content.content_map import ContentMap
from ml.content.placement import Placement
from ml.serving_index import OverlayEntry, content_vector
from tests.ml.small_index import floats, small_index

INDEX = small_index(
    [[1, 0], [0, 1], [0, 0]],
    documents=["lamp", "chair", "lamp"],
    categories=["a", "b", "a"],
    item_vectors=np.array([[1, 0], [0, 1]], np.float32),
    user_tower=small_index([[1, 0], [0, 1]]).user_tower,
    neighbours=np.zeros((2, 0), np.int32),
    similarities=np.zeros((2, 0), np.float32),
)


def test_the_text_alone_leads_to_the_products_that_share_it():
    assert content_vector(INDEX, "A chair.", None).tolist() == [0.0, 1.0]


def test_the_category_alone_leads_to_its_products():
    assert content_vector(INDEX, "unheard", "b").tolist() == [0.0, 1.0]


def test_text_and_category_are_added_and_the_mean_has_unit_length():
    # p0 and p2, which has p0's vector, match by text: 1 each; p1 by category: 1
    assert content_vector(INDEX, "lamp", "b").tolist() == pytest.approx([2 / np.sqrt(5), 1 / np.sqrt(5)])


@pytest.mark.parametrize(("text", "category"), [("", None), ("unheard", "no such"), ("", "")])
def test_nothing_alike_gives_the_zero_vector(text, category):
    assert content_vector(INDEX, text, category).tolist() == [0.0, 0.0]


def test_products_beside_the_index_are_not_taken_for_evidence():
    view = INDEX.with_overlay([OverlayEntry("x", floats(0, 1), "a", "lamp")])

    assert content_vector(view, "lamp", "a").tolist() == content_vector(INDEX, "lamp", "a").tolist() == [1.0, 0.0]


def test_only_the_twenty_nearest_count():
    many = small_index([[0, 1]] + [[1, 0]] * 20, documents=["chair lamp"] + ["lamp"] * 20, categories=["a"] * 21)
    many = replace(many, placement=Placement.zero(2, 1, 2))

    assert content_vector(many, "lamp", "a").tolist() == [1.0, 0.0]


def learned(*kernel: list[float], intercept: tuple[float, float] = (0, 0)) -> Placement:
    """From the terms chair and lamp, as the text directions 0 and 1, to item vectors."""
    nothing_of_categories = np.zeros((2, 2), np.float32)
    content_map = ContentMap(np.array(kernel, np.float32), nothing_of_categories, floats(*intercept))
    return Placement(np.eye(2, dtype=np.float32), content_map)


def test_half_the_direction_is_what_the_placement_learned():
    index = replace(INDEX, placement=learned([0, 0], [0, 9]))  # of lamps, against their vectors

    assert content_vector(index, "lamp", None).tolist() == pytest.approx([0.5**0.5, 0.5**0.5])
    assert content_vector(index, "chair", None).tolist() == [0.0, 1.0]


def test_what_was_learned_does_not_stand_alone():
    index = replace(
        INDEX, placement=learned([1, 0], [1, 0], intercept=(1, 1)), item_vectors=np.zeros((3, 2), np.float32)
    )

    assert content_vector(index, "lamp", "a").tolist() == [0.0, 0.0]


def test_a_new_vector_is_as_long_as_those_around_it():
    index = replace(INDEX, item_vectors=INDEX.item_vectors * np.float32(3), placement=learned([0, 0], [0, 1]))

    assert np.linalg.norm(content_vector(index, "lamp", None)) == pytest.approx(3)
