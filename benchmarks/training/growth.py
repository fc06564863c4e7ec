"""Growth of time and memory of a fit with the data: fits with the defaults on generated sets of growing size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.datasets.planted import own_taste_share, planted_set
from benchmarks.measuring.fit_cost import costed
from benchmarks.measuring.own_process import ProcessError, Progress, measure_run
from benchmarks.measuring.progress_bar import RunsBar
from ml.recommenders.registry import recommender_class

K = 10
LISTS_LOOKED_AT = 1_000
BYTES_PER_CELL = 4
RATIOS = {"fit_seconds": "fit_seconds_ratio", "fit_rss_mib": "fit_rss_ratio", "peak_rss_mib": "peak_rss_ratio"}


def growth_row(recommender: str, n_interactions: int, seed: int, progress: Progress | None = None) -> dict[str, Any]:
    """Return sizes, cost, and how much of the planted truth the lists show.

    dense_mib: size of a dense matrix of users and items, which is not allocated.
    """
    planted = planted_set(n_interactions, seed=seed)
    interactions = planted.interactions
    fitting = recommender_class(recommender)()  # loads what it needs before it is timed
    fitted, cost = costed(lambda: fitting.fit(interactions, seed=seed, progress=progress))
    users = np.arange(min(LISTS_LOOKED_AT, interactions.n_users), dtype=np.int32)
    rows = interactions.to_csr()
    batches = [users[start : start + 50] for start in range(0, users.size, 50)]
    lists = np.concatenate([fitted.recommend(rows[batch, :], K, users=batch)[0] for batch in batches])
    return {
        "recommender": recommender,
        "n_interactions": n_interactions,
        "n_users": interactions.n_users,
        "n_items": interactions.n_items,
        **cost.to_row(),
        "dense_mib": interactions.n_users * interactions.n_items * BYTES_PER_CELL / 2**20,
        "own_taste_at_10": own_taste_share(lists, users, planted),
    }


def measure_growth(recommenders: Sequence[str], sizes: Sequence[int], seed: int, bar: RunsBar) -> list[dict[str, Any]]:
    """Return one row per recommender and size, the sizes rising, each measured in a process of its own."""
    rows: list[dict[str, Any]] = []
    for recommender in recommenders:
        for size in sorted(sizes):
            name = f"{recommender} on {size:,} generated interactions"
            try:
                rows.append(measure_run(bar, name, growth_row, recommender, size, seed, describe=_described))
            except ProcessError as error:
                rows.append({"recommender": recommender, "n_interactions": size, "error": str(error)})
    return with_growth(rows)


def _described(row: Mapping[str, Any]) -> str:
    return f"fit in {row['fit_seconds']:.1f} s with {row['fit_rss_mib']:.0f} MiB"


def with_growth(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Add the ratios of time and memory to those of the recommender's next smaller size; None for the smallest."""
    grown: list[dict[str, Any]] = []
    for row in rows:
        before: Mapping[str, Any] = next(
            (other for other in reversed(grown) if other["recommender"] == row["recommender"]), {}
        )
        ratios = {}
        for key, ratio in RATIOS.items():
            own, other = row.get(key), before.get(key)
            ratios[ratio] = own / other if own is not None and other else None
        grown.append({**row, **ratios})
    return grown
