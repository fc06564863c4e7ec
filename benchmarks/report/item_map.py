"""Map of items: vectors of a fitted recommender in two dimensions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from benchmarks.datasets.data_files import DataFile
from ml.recommenders.base import Progress, RecommenderError
from ml.recommenders.registry import recommender_class

MOST_ITEMS = 1500
FEWEST_ITEMS = 10


@dataclass(frozen=True, eq=False)
class ItemMap:
    """items: int64 [n], the most touched; places: float32 [n, 2]; counts: int64 [n], their interactions."""

    items: NDArray[np.int64]
    places: NDArray[np.float32]
    counts: NDArray[np.int64]


def item_map(data: DataFile, recommender: str, *, seed: int, progress: Progress) -> ItemMap | None:
    """Fit a recommender and lay its item vectors out with t-SNE; None for fewer than 10 items.

    van der Maaten & Hinton, "Visualizing Data using t-SNE", JMLR 2008, on cosine distances. Raises RecommenderError
    when the recommender has no vectors of items.
    """
    fitted = recommender_class(recommender)().fit(data.interactions, seed=seed, progress=progress)
    arrays = fitted.arrays()
    vectors = next((arrays[name] for name in arrays if name.endswith("item_vectors")), None)
    if vectors is None:
        raise RecommenderError(f"{recommender} has no item vectors to draw; name another with --vectors, or none")
    counts = np.bincount(data.interactions.items, minlength=data.interactions.n_items)
    items = np.flatnonzero((counts > 0) & (np.abs(vectors).sum(axis=1) > 0))
    items = np.sort(items[np.argsort(-counts[items], kind="stable")][:MOST_ITEMS])
    if items.size < FEWEST_ITEMS:
        return None
    perplexity = min(30.0, (items.size - 1) / 3)
    layout = TSNE(metric="cosine", init="pca", perplexity=perplexity, random_state=seed)
    with threadpool_limits(1):  # threads that wait for one another on a busy machine take ten times as long
        places = layout.fit_transform(vectors[items].astype(np.float32))
    return ItemMap(items, np.asarray(places, np.float32), counts[items])


def categories_of(data: DataFile, items: NDArray[np.int64]) -> list[str]:
    """Return the category of each item at the first level at which they differ, "" where none is known."""
    paths = [data.products[raw_id].category_path if (raw_id := data.items.raw_ids[item]) in data.products else ()
             for item in items]  # fmt: skip
    for level in range(max(map(len, paths), default=0)):
        names = [path[level] if len(path) > level else "" for path in paths]
        if len(set(filter(None, names))) > 1:
            return names
    return [""] * len(paths)
