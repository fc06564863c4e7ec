import numpy as np

from ml.content.fit_placement import fit_placement
from ml.content.fit_terms import fit_terms

WORDS = ["oak", "steel", "glass"]
DIRECTIONS = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)


def catalogue(count: int) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Products of one material each, which alone decides their vectors; all of category 0."""
    material = np.arange(count) % 3
    return [WORDS[place] for place in material], np.zeros((count, 1), np.int32), 2 * DIRECTIONS[material]


def test_unseen_products_are_placed_by_what_the_others_have_in_common():
    texts, nodes, vectors = catalogue(60)
    vectors[45:] = 0  # not known yet
    terms = fit_terms(texts)

    placed = fit_placement(terms, nodes, vectors, n_categories=1).vectors(terms.rows, nodes)

    assert np.abs(placed - catalogue(60)[2]).max() < 0.05


def test_products_without_a_vector_teach_nothing():
    texts, nodes, vectors = catalogue(30)
    terms = fit_terms(texts + ["oak"] * 30)
    more_nodes, more_vectors = np.zeros((60, 1), np.int32), np.concatenate([vectors, np.zeros_like(vectors)])

    placed = fit_placement(terms, more_nodes, more_vectors, n_categories=1).vectors(terms.rows, more_nodes)

    assert placed[59] @ DIRECTIONS[0] > 1.8


def test_too_few_products_place_nothing():
    texts, nodes, vectors = catalogue(9)
    terms = fit_terms(texts)

    placement = fit_placement(terms, nodes, vectors, n_categories=1)

    assert placement.shape == (3, 1, 3)
    assert not placement.vectors(terms.rows, nodes).any()
