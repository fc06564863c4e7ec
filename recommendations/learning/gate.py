"""The gate: a comparison of a new version with the promoted one, on held-out products neither was trained on.

Both are scored as they serve: a shopper's vector times a product's. The promoted version has seen the pairs of its own
training, so that only pairs of shopper and product newer than that count. With fewer than 30 of them, its stored
figures are used: those of a past trial fit, on other held-out products.

A fine-tuning holds out nothing else. With fewer than 30 newer pairs it is trained on everything and compared on
products that both versions were trained on. That says little about quality, but a broken version fails it.
"""

import math
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from scipy import sparse

from ml import metrics
from ml.artifact import ArtifactError
from ml.evaluation import bootstrap_interval, evaluate_ranking
from ml.index_building.low_rank import Model, low_rank_approximation
from ml.interactions import CSR
from ml.recommenders.base import FittedRecommender
from ml.splits import Split
from recommendations.learning.evaluating import K, ranking_cases
from recommendations.learning.training_data import TrainingData, pair_keys
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from recommendations.versions.opening import read_index
from recommendations.versions.services import promoted_row

LEAST_CASES = 30
MEASURED, STORED, FAMILIAR = "measured", "stored", "familiar"
NDCG, HR = f"ndcg_at_{K}", f"hr_at_{K}"


class Tower(Protocol):
    """The user side of a served model."""

    @property
    def n_items(self) -> int: ...

    def vectors(self, rows: CSR) -> NDArray[np.float32]: ...


class Scorer(Protocol):
    """Anything that scores the items of rows, csr [b, n_items], as float32 [b, n_items]."""

    def scores(self, rows: CSR, users: NDArray[np.int32] | None = None) -> NDArray[np.float32]: ...


@dataclass(frozen=True, eq=False)
class VectorScorer:
    """Score items as the serving index does.

    - `item_vectors`: float32 [m, d].
    - `columns`: int [n_items], the index among the m of each item of a row; -1 for one the model does not know, which
      scores last. None stands for the same order.
    """

    tower: Tower
    item_vectors: NDArray[np.float32]
    columns: NDArray[np.integer[Any]] | None = None

    def scores(self, rows: CSR, users: NDArray[np.int32] | None = None) -> NDArray[np.float32]:
        """Return float32 [b, n_items] from rows, csr [b, n_items]."""
        if self.columns is None:
            return np.asarray(self.tower.vectors(rows) @ self.item_vectors.T, dtype=np.float32)
        trained = np.flatnonzero((self.columns >= 0) & (self.columns < self.tower.n_items))
        shape = (self.columns.size, self.tower.n_items)
        entries = np.ones(trained.size, np.float32), (trained, self.columns[trained])
        vectors = self.tower.vectors(sparse.csr_array(rows @ sparse.csr_array(entries, shape=shape)))
        scores = np.full((rows.shape[0], self.columns.size), -np.inf, np.float32)
        known = self.columns >= 0
        scores[:, known] = vectors @ self.item_vectors[self.columns[known]].T
        return scores


@dataclass(frozen=True, eq=False)
class Opponent:
    """The promoted version.

    - `scorer`: scores the items of the new training; None when the version's files do not allow it.
    - `seen`: rising int64 keys (user x n_items + item) of the pairs with an event recorded before it was trained.
    """

    row: ModelVersion
    scorer: Scorer | None
    seen: NDArray[np.int64]


def promoted_opponent(data: TrainingData) -> Opponent | None:
    """Return the promoted version, ready to be measured on this data; None before the first promotion."""
    row = promoted_row()
    if row is None:
        return None
    raw_ids = data.catalogue.raw_ids[: data.interactions.n_items]
    try:
        index = read_index(artifact_store.open_version(row.version)).index
    except (ArtifactError, ValueError):
        return Opponent(row, None, np.zeros(0, np.int64))
    can_score = index.user_tower.n_items > 0 and row.trained_through is not None
    scorer = VectorScorer(index.user_tower, index.item_vectors, index.indices_of(raw_ids)) if can_score else None
    moment = row.trained_through.timestamp() if row.trained_through else -math.inf
    return Opponent(row, scorer, data.pairs_of(data.log.recorded <= moment))


def compare_trial(
    fitted: FittedRecommender, split: Split, *, opponent: Opponent | None, seed: int, is_familiar: bool = False
) -> dict[str, Any]:
    """Compare a recommender as it would serve: with `compare` when it was fitted on split.train alone, with
    `compare_familiar` (`is_familiar`) when it was fitted on all of the split."""
    space = low_rank_approximation(cast(Model, fitted), split.train.to_csr(), seed=seed)
    scorer = VectorScorer(space.tower, space.item_vectors)
    return (compare_familiar if is_familiar else compare)(scorer, split, opponent, seed=seed)


def compare_familiar(scorer: Scorer, split: Split, opponent: Opponent | None, *, seed: int = 0) -> dict[str, Any]:
    """Return `gate` as `compare` does, with figures "familiar", for two versions trained on the held-out products; an
    empty dictionary when no promoted version can be measured or nothing is held out.

    `as_served` is left out: figures on products a version was trained on must not be stored for later comparisons.
    """
    if opponent is None or opponent.scorer is None or not len(split.test):
        return {}
    return {"gate": _on_the_same(scorer, opponent.scorer, split, opponent, seed) | {"figures": FAMILIAR}}


def compare(scorer: Scorer, split: Split, opponent: Opponent | None, *, seed: int = 0) -> dict[str, Any]:
    """Return JSON for ModelVersion.metrics: `as_served`, the figures of a trial fit on held-out products, and `gate`,
    their comparison with the promoted version's; no `gate` without a promoted version.

    The keys of `gate`:

    - `promoted`: the name of the promoted version.
    - `figures`: "measured" on the same held-out products, or "stored" from its own training.
    - `cases`, `new`, `promoted_figures`: the number of products; NDCG@10 and HR@10 of both.
    - `difference`, `interval`: of NDCG@10, 95 %: paired bootstrap, or, for stored figures, the half widths of the two
      intervals added in quadrature.
    - `margin_percent`, `is_worse`.
    """
    own = _measured(scorer, split, seed)
    result: dict[str, Any] = {"as_served": _figures(own) | {"cases": own.size, "half_width": _half_width(own, seed)}}
    if opponent is None:
        return result
    newer = _newer_than(split, opponent)
    if opponent.scorer is not None and len(newer.test) >= LEAST_CASES:
        gate = _on_the_same(scorer, opponent.scorer, newer, opponent, seed) | {"figures": MEASURED}
    else:
        stored = _stored_figures(opponent.row)
        if stored is None:
            return result
        own_width = result["as_served"]["half_width"]
        width = math.hypot(own_width, stored.pop("half_width", own_width))
        difference = result["as_served"][NDCG] - stored[NDCG]
        gate = _verdict(_figures(own), stored, difference - width, difference + width, own.size) | {"figures": STORED}
        gate["promoted"] = opponent.row.version
    return result | {"gate": gate}


def _on_the_same(scorer: Scorer, promoted: Scorer, split: Split, opponent: Opponent, seed: int) -> dict[str, Any]:
    """Return the verdict on two scorers that rank the same held-out products."""
    new, old = (_measured(each, split, seed) for each in (scorer, promoted))
    interval = bootstrap_interval(metrics.ndcg_at_k(new, K) - metrics.ndcg_at_k(old, K), seed=seed)
    verdict = _verdict(_figures(new), _figures(old), interval.low, interval.high, new.size)
    return {"promoted": opponent.row.version} | verdict


def reason_to_hold_back(version_metrics: dict[str, Any]) -> str:
    """Return why the `gate` of a version's metrics holds it back, for people; an empty text when it does not."""
    gate = version_metrics.get("gate") or {}
    if not gate.get("is_worse"):
        return ""
    where = {
        MEASURED: f"the same {gate['cases']:,} held-out products",
        FAMILIAR: f"{gate['cases']:,} products that both were trained on, as too few are new",
        STORED: "its stored figures",
    }[gate["figures"]]
    low, high = gate["interval"]
    return (
        f"Held back: NDCG@{K} is {gate['new'][NDCG]:.4f} against {gate['promoted_figures'][NDCG]:.4f} of version "
        f"{gate['promoted']}, by {where} (difference {gate['difference']:+.4f}, 95 % interval {low:+.4f} to "
        f"{high:+.4f}). More than {gate['margin_percent']} % worse is held back."
    )


def _newer_than(split: Split, opponent: Opponent) -> Split:
    return Split(split.train, split.test.select(~np.isin(pair_keys(split.test), opponent.seen)))


def _measured(scorer: Scorer, split: Split, seed: int) -> NDArray[np.int64]:
    """Return the rank of each held-out product among its negatives, int64 [n]."""
    return evaluate_ranking(cast(Any, scorer), split.train, ranking_cases(split, seed)).ranks


def _figures(ranks: NDArray[np.int64]) -> dict[str, float]:
    return {
        NDCG: round(float(metrics.ndcg_at_k(ranks, K).mean()), 4),
        HR: round(float(metrics.hit_rate_at_k(ranks, K).mean()), 4),
    }


def _half_width(ranks: NDArray[np.int64], seed: int) -> float:
    interval = bootstrap_interval(metrics.ndcg_at_k(ranks, K), seed=seed)
    return round((interval.high - interval.low) / 2, 4)


def _stored_figures(row: ModelVersion) -> dict[str, float] | None:
    """Return the stored figures of the promoted version, as it serves or else of its recommender; None without any.

    A fine-tuning on few new events has no figures of its own: those of the version it started from are used.
    """
    seen = set[str]()
    while row.version not in seen:
        seen.add(row.version)
        stored = row.metrics.get("as_served") or (row.metrics.get("quality") or {}).get(row.recommender) or {}
        if NDCG in stored and HR in stored:
            return {key: stored[key] for key in (NDCG, HR, "half_width") if key in stored}
        name = row.metrics.get("fine_tuned_from")
        row = (ModelVersion.objects.filter(version=name).first() if name else None) or row
    return None


def _verdict(new: dict[str, float], old: dict[str, float], low: float, high: float, cases: int) -> dict[str, Any]:
    """Return `gate`: the new figures are worse if they are by more than the margin and the interval lies below 0."""
    margin = settings.PROMOTION_MARGIN_PERCENT
    difference = new[NDCG] - old[NDCG]
    is_beyond = difference < -old[NDCG] * margin / 100
    return {
        "cases": cases,
        "new": new,
        "promoted_figures": old,
        "difference": round(difference, 4),
        "interval": [round(low, 4), round(high, 4)],
        "margin_percent": margin,
        "is_worse": bool(is_beyond and high < 0 and cases >= LEAST_CASES),
    }
