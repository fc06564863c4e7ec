"""A generated catalogue and its shoppers, as arrays: clusters of products, and tastes over these clusters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.content.rows import unit_rows

DIMENSIONS = 64
PRODUCTS_PER_CLUSTER = 250
NEIGHBOURS = 20
RECENT = 20
TASTES_PER_SHOPPER = 3
WORDS, WORDS_PER_CLUSTER, OWN_WORDS, OTHER_WORDS = 30_000, 40, 10, 4


@dataclass(frozen=True, eq=False)
class GeneratedCatalogue:
    """n products in k clusters.

    - cluster: int32 [n].
    - vectors: float32 [n, 64], length at most 1.
    - popularity: float64 [n], a power law.
    - words: int32 [n, 14], words of each product's text, most of them of its cluster.
    - members, starts: int32 [n] and int64 [k + 1]; members[starts[c] : starts[c + 1]] are the products of cluster c,
      most popular first.
    """

    cluster: NDArray[np.int32]
    vectors: NDArray[np.float32]
    popularity: NDArray[np.float64]
    words: NDArray[np.int32]
    members: NDArray[np.int32]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return int(self.cluster.size)

    def text(self, product: int) -> str:
        """Return the words of a product."""
        return " ".join(f"w{word}" for word in self.words[product].tolist())

    def neighbours(self) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return 20 neighbours of each product out of its cluster, int32 [n, 20], -1 padding, and similarities."""
        sizes = np.diff(self.starts)[self.cluster]
        place = np.empty(len(self), np.int64)
        place[self.members] = np.arange(len(self))
        neighbours = np.full((len(self), NEIGHBOURS), -1, np.int32)
        first = self.starts[self.cluster]
        for step in range(NEIGHBOURS):
            there = sizes > step + 1
            neighbours[there, step] = self.members[(first + (place - first + step + 1) % sizes)[there]]
        falling = np.linspace(0.9, 0.1, NEIGHBOURS, dtype=np.float32)
        return neighbours, np.where(neighbours >= 0, falling, np.float32(0))


@dataclass(frozen=True, eq=False)
class GeneratedShopper:
    """recent: up to 20 products, newest first; vector: float32 [64], unit length; word: one they searched for."""

    recent: list[int]
    vector: NDArray[np.float32]
    word: str


def generated_catalogue(n_products: int, *, seed: int = 0) -> GeneratedCatalogue:
    """Return a catalogue of n_products.

    A vector is its cluster's centre and a part of its own, of equal weight. As in a factorisation, the first
    dimensions are larger than the last. Popular products have longer vectors.
    """
    random = np.random.default_rng(seed)
    n_clusters = max(n_products // PRODUCTS_PER_CLUSTER, 4)
    spectrum = (np.arange(DIMENSIONS, dtype=np.float32) + 4) ** np.float32(-0.5)
    centres = unit_rows(random.standard_normal((n_clusters, DIMENSIONS), np.float32) * spectrum)
    cluster = random.integers(n_clusters, size=n_products).astype(np.int32)
    own = unit_rows(random.standard_normal((n_products, DIMENSIONS), np.float32) * spectrum)
    popularity = np.power(1.0 + random.permutation(n_products), -0.8, dtype=np.float64)
    lengths = 0.5 + 0.5 * (popularity / popularity.max()) ** 0.25
    vectors = unit_rows(centres[cluster] + own) * lengths.astype(np.float32)[:, None]
    of_cluster = random.integers(WORDS, size=(n_clusters, WORDS_PER_CLUSTER)).astype(np.int32)
    drawn = random.integers(WORDS_PER_CLUSTER, size=(n_products, OWN_WORDS))
    others = random.integers(WORDS, size=(n_products, OTHER_WORDS)).astype(np.int32)
    return GeneratedCatalogue(
        cluster,
        vectors,
        popularity,
        np.concatenate([of_cluster[cluster[:, None], drawn], others], axis=1),
        np.lexsort((-popularity, cluster)).astype(np.int32),
        np.concatenate([[0], np.cumsum(np.bincount(cluster, minlength=n_clusters))]).astype(np.int64),
    )


def generated_shoppers(catalogue: GeneratedCatalogue, n_shoppers: int, *, seed: int = 1) -> Iterator[GeneratedShopper]:
    """Yield shoppers. Each touched products of three clusters, popular ones more often; the vector lies near them."""
    random = np.random.default_rng(seed)
    n_clusters = catalogue.starts.size - 1
    for _ in range(n_shoppers):
        tastes = random.integers(n_clusters, size=TASTES_PER_SHOPPER)
        of = tastes[random.integers(TASTES_PER_SHOPPER, size=2 * RECENT)]
        sizes = catalogue.starts[of + 1] - catalogue.starts[of]
        places = catalogue.starts[of] + (sizes * random.random(of.size) ** 2).astype(np.int64)
        recent = list(dict.fromkeys(catalogue.members[places[sizes > 0]].tolist()))[:RECENT]
        mean = catalogue.vectors[recent].mean(axis=0)
        noise = 0.3 * np.linalg.norm(mean) / DIMENSIONS**0.5 * random.standard_normal(DIMENSIONS)
        vector = unit_rows((mean + noise).astype(np.float32)[None])[0]
        yield GeneratedShopper(recent, vector, f"w{catalogue.words[recent[0], 0]}")
