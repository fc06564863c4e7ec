import numpy as np

from benchmarks.serving.generated import NEIGHBOURS, RECENT, generated_catalogue, generated_shoppers

CATALOGUE = generated_catalogue(1_000)


def test_every_product_lies_in_one_cluster_most_popular_first():
    assert sorted(CATALOGUE.members.tolist()) == list(range(1_000))
    for cluster in range(CATALOGUE.starts.size - 1):
        members = CATALOGUE.members[CATALOGUE.starts[cluster] : CATALOGUE.starts[cluster + 1]]
        assert (CATALOGUE.cluster[members] == cluster).all()
        assert (np.diff(CATALOGUE.popularity[members]) <= 0).all()


def test_vectors_of_a_cluster_are_nearer_to_each_other_than_to_the_rest():
    directions = CATALOGUE.vectors / np.linalg.norm(CATALOGUE.vectors, axis=1, keepdims=True)
    cosines = directions @ directions.T
    same = CATALOGUE.cluster[:, None] == CATALOGUE.cluster

    assert cosines[same].mean() > cosines[~same].mean() + 0.3
    assert np.linalg.norm(CATALOGUE.vectors, axis=1).max() <= 1.0001


def test_neighbours_are_other_products_of_the_cluster():
    neighbours, similarities = CATALOGUE.neighbours()

    assert neighbours.shape == similarities.shape == (1_000, NEIGHBOURS)
    for product in (0, 17, 999):
        row = neighbours[product].tolist()
        assert product not in row
        assert len(set(row)) == NEIGHBOURS
        assert (CATALOGUE.cluster[row] == CATALOGUE.cluster[product]).all()


def test_shoppers_are_the_same_each_time_and_near_what_they_touched():
    first, again = (list(generated_shoppers(CATALOGUE, 20)) for _ in range(2))

    assert [shopper.recent for shopper in first] == [shopper.recent for shopper in again]
    for shopper in first:
        assert 1 <= len(set(shopper.recent)) == len(shopper.recent) <= RECENT
        assert (
            CATALOGUE.vectors[shopper.recent].mean(axis=0) @ shopper.vector
            > (CATALOGUE.vectors @ shopper.vector).mean()
        )


def test_texts_hold_words_of_the_cluster():
    assert len(CATALOGUE.text(3).split()) == 14
    assert CATALOGUE.text(3) == generated_catalogue(1_000).text(3)
