import math

import numpy as np
import pytest

from ml.serving_index.categories import CategoryTree

# 0 audio ── 1 headphones ── 3 in-ear
#         └─ 2 speakers          4 garden
TREE = CategoryTree(np.array([-1, 0, 0, 1, -1], np.int32))


def test_paths_lead_to_the_root():
    assert TREE.paths.tolist() == [[0, -1, -1], [1, 0, -1], [2, 0, -1], [3, 1, 0], [4, -1, -1]]
    assert TREE.lengths.tolist() == [1, 2, 2, 3, 1]


def test_paths_of_products_have_padding_where_there_is_no_category():
    assert TREE.paths_of(np.array([3, -1, 4])).tolist() == [[3, 1, 0], [-1, -1, -1], [4, -1, -1]]
    assert CategoryTree(np.zeros(0, np.int32)).paths_of(np.array([-1])).tolist() == [[-1]]


def test_a_category_contains_itself_and_what_is_below():
    others = np.array([0, 1, 2, 3, 4, -1])

    assert TREE.contains(0, others).tolist() == [True, True, True, True, False, False]
    assert TREE.contains(1, others).tolist() == [False, True, False, True, False, False]


def affinities(liked, weights, others):
    return TREE.affinities(TREE.node_weights(np.array(liked), np.array(weights)), np.array(others)).tolist()


def test_affinity_is_the_cosine_of_the_paths():
    assert affinities([1], [1.0], [1, 3, 2, 0, 4, -1]) == pytest.approx(
        [1.0, 2 / math.sqrt(6), 1 / 2, 1 / math.sqrt(2), 0.0, 0.0]
    )


def test_affinities_to_several_categories_add_up_by_weight():
    assert affinities([1, 4, -1], [2.0, 3.0, 99.0], [1, 4, 2]) == pytest.approx([2.0, 3.0, 1.0])


def test_an_empty_tree_likes_nothing():
    empty = CategoryTree(np.zeros(0, np.int32))

    assert len(empty) == 0
    nodes = empty.node_weights(np.array([-1]), np.ones(1))
    assert empty.affinities(nodes, np.array([-1, -1])).tolist() == [0.0, 0.0]
    assert empty.contains(0, np.array([-1])).tolist() == [False]


@pytest.mark.parametrize(
    ("parents", "message"), [([1, 0], "loop"), ([0], "loop"), ([-1, 2], "below 2"), ([-2], "below 1")]
)
def test_impossible_parents_are_refused(parents, message):
    with pytest.raises(ValueError, match=message):
        CategoryTree(np.array(parents, np.int32))
