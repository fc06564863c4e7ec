import numpy as np
import pytest

from ml.content import content_map
from ml.content.content_map import ContentFeatures, ContentMap, fit_content_map

N, F, D = 400, 5, 3
PARENT = [-1, 0, 0, -1]


def planted(noise: float = 0.0) -> tuple[ContentFeatures, np.ndarray]:
    """Products whose vectors are a linear function of text and category, of any length, plus noise."""
    random = np.random.default_rng(3)
    dense = random.normal(size=(N, F)).astype(np.float32)
    leaf = random.integers(1, 4, N)
    nodes = np.stack([leaf, np.array(PARENT)[leaf]], axis=1).astype(np.int32)
    kernel, of_node = random.normal(size=(F, D)), random.normal(size=(4, D)) * 3
    vectors = dense @ kernel + of_node[leaf] + np.where(nodes[:, 1:] >= 0, of_node[0], 0) + 7
    return ContentFeatures(dense, nodes), (vectors + noise * random.normal(size=(N, D))).astype(np.float32)


def test_a_linear_truth_is_found_again_for_unseen_products():
    features, vectors = planted()
    seen, unseen = np.arange(300), np.arange(300, N)

    learned = fit_content_map(features.take(seen), vectors[seen], n_categories=4)

    assert learned.vectors(features.take(unseen)).dtype == np.float32
    assert np.abs(learned.vectors(features.take(unseen)) - vectors[unseen]).max() < 0.03


def test_the_fit_is_the_closed_form_of_ridge_regression(monkeypatch):
    features, vectors = planted(noise=1.0)
    monkeypatch.setattr(content_map, "PENALTIES", (8.0,))
    learned = fit_content_map(features, vectors, n_categories=4)

    one_hot = (features.nodes[:, :, None] == np.arange(4)).any(axis=1)
    x = np.hstack([features.dense, one_hot]).astype(np.float64)
    x, y = x - x.mean(axis=0), vectors - vectors.mean(axis=0)
    expected = np.linalg.solve(x.T @ x + 8.0 / 0.8 * np.eye(F + 4), x.T @ y)  # 8.0 was for 80 % of the products

    assert np.allclose(np.vstack([learned.dense_kernel, learned.node_kernel]), expected, atol=1e-5)


def test_noise_asks_for_a_large_penalty_and_truth_for_a_small_one():
    features, vectors = planted()
    noise = np.random.default_rng(0).normal(size=(N, D)).astype(np.float32)

    of_truth = fit_content_map(features, vectors, n_categories=4)
    of_noise = fit_content_map(features, noise, n_categories=4)

    assert np.abs(of_truth.dense_kernel).max() > 0.5
    assert np.abs(of_noise.dense_kernel).max() < 0.15


def test_the_order_of_blocks_does_not_matter(monkeypatch):
    features, vectors = planted(noise=1.0)
    whole = fit_content_map(features, vectors, n_categories=4)
    monkeypatch.setattr(content_map, "ITEMS_PER_BLOCK", 7)

    parts = fit_content_map(features, vectors, n_categories=4)

    assert np.allclose(parts.dense_kernel, whole.dense_kernel, atol=1e-6)
    assert np.allclose(parts.node_kernel, whole.node_kernel, atol=1e-6)


def test_only_the_largest_categories_with_two_products_take_part(monkeypatch):
    monkeypatch.setattr(content_map, "MOST_NODES", 2)
    nodes = np.array([[0]] * 12 + [[1]] * 6 + [[2]] * 8 + [[3]], np.int32)
    vectors = nodes.astype(np.float32)

    learned = fit_content_map(ContentFeatures(np.zeros((27, 1), np.float32), nodes), vectors, n_categories=5)
    alone = fit_content_map(
        ContentFeatures(np.zeros((13, 1), np.float32), np.r_[nodes[:12], nodes[26:]]), vectors[-13:], n_categories=5
    )

    assert learned.node_kernel.any(axis=1).tolist() == [True, False, True, False, False]
    assert not alone.node_kernel[3].any()


def test_a_product_that_says_nothing_gets_the_zero_vector():
    features, vectors = planted()
    silent = ContentFeatures(np.zeros((1, F), np.float32), np.array([[-1, -1]], np.int32))

    assert fit_content_map(features, vectors, n_categories=4).vectors(silent).tolist() == [[0.0] * D]


def test_too_few_products_teach_nothing():
    features, vectors = planted()
    few = np.arange(9)

    learned = fit_content_map(features.take(few), vectors[few], n_categories=4)

    assert (learned.dense_kernel.shape, learned.node_kernel.shape) == ((F, D), (4, D))
    assert not learned.vectors(features).any()


def test_what_was_stored_gives_the_same_vectors():
    features, vectors = planted()
    learned = fit_content_map(features, vectors, n_categories=4)

    again = ContentMap.from_arrays(learned.to_arrays())

    assert again.vectors(features).tolist() == learned.vectors(features).tolist()
    with pytest.raises(KeyError, match="content_map_dense_kernel"):
        ContentMap.from_arrays({})


def test_shapes_that_do_not_fit_are_refused():
    features, vectors = planted()

    with pytest.raises(ValueError, match=r"expected targets \[400, d\], got \(9, 3\)"):
        fit_content_map(features, vectors[:9], n_categories=4)
    with pytest.raises(ValueError, match=r"got \(400, 5\), \(2, 2\)"):
        ContentFeatures(features.dense, features.nodes[:2])
    with pytest.raises(ValueError, match=r"got \(1, 2\), \(1, 3\) and \(3,\)"):
        ContentMap(*(np.zeros(shape, np.float32) for shape in ((1, 2), (1, 3), 3)))
