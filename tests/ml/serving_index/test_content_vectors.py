import numpy as np
import pytest

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

    assert content_vector(many, "lamp", "a").tolist() == [1.0, 0.0]
