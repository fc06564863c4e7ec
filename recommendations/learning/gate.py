"""The gate: is a new version worse than the one that serves, on held-out products neither was trained on?

Both are scored as they serve, a shopper's vector times an item's. What the promoted version was trained on it has seen,
so only pairs of shopper and product count that are newer than its training. With fewer than 30 of those, its stored
figures stand for it: then it is a trial fit of the past, on other held-out products. A fine-tuning holds out nothing
else; with fewer than 30 it is compared, trained on everything, on products that both were trained on: that says little
of how good either is, but a version that was broken on the way does not find them again.
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
from recommendations.learning.material import Material
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from recommendations.versions.opening import read_index

LEAST_CASES = 30
MEASURED, STORED, FAMILIAR = "measured", "stored", "familiar"
NDCG, HR = f"ndcg_at_{K}", f"hr_at_{K}"


class Tower(Protocol):
    """The user side of a served model."""

    @property
    def n_items(self) -> int: ...

    def vectors(self, rows: CSR) -> NDArray[np.float32]: ...


class Scorer(Protocol):
    """What scores the items of rows, csr [b, n_items]: float32 [b, n_items]."""

    def scores(self, rows: CSR, users: NDArray[np.int32] | None = None) -> NDArray[np.float32]: ...


@dataclass(frozen=True, eq=False)
class VectorScorer:
    """Scores items as the serving index does. item_vectors: float32 [m, d]; columns: int [n_items], the place of each
    item of a row among the m, -1 for one the model does not know, which scores last; None: the same order."""

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
    """The promoted version. scorer: over the new training's items, None when its files allow no measuring.

    seen: int64, sorted keys user x n_items + item of the pairs with an event recorded before it was
    trained.
    """

    row: ModelVersion
    scorer: Scorer | None
    seen: NDArray[np.int64]


def promoted_opponent(material: Material) -> Opponent | None:
    """Return the version that serves, ready to be measured on this material; None before the first promotion."""
    row = ModelVersion.objects.filter(version=artifact_store.promoted_version() or "").first()
    if row is None:
        return None
    raw_ids = material.catalogue.raw_ids[: material.interactions.n_items]
    try:
        index = read_index(artifact_store.open_version(row.version)).index
    except (ArtifactError, ValueError):
        return Opponent(row, None, np.zeros(0, np.int64))
    can_score = index.user_tower.n_items > 0 and row.trained_through is not None
    scorer = VectorScorer(index.user_tower, index.item_vectors, index.indices_of(raw_ids)) if can_score else None
    moment = row.trained_through.timestamp() if row.trained_through else -math.inf
    return Opponent(row, scorer, material.pairs_of(material.log.recorded <= moment))


def compare_trial(
    fitted: FittedRecommender, split: Split, *, opponent: Opponent | None, seed: int, is_familiar: bool = False
) -> dict[str, Any]:
    """Return what `compare` does for a recommender fitted on split.train, scored as it would serve; with is_familiar
    what `compare_familiar` does, for one fitted on all of the split."""
    space = low_rank_approximation(cast(Model, fitted), split.train.to_csr(), seed=seed)
    scorer = VectorScorer(space.tower, space.item_vectors)
    return (compare_familiar if is_familiar else compare)(scorer, split, opponent, seed=seed)


def compare_familiar(scorer: Scorer, split: Split, opponent: Opponent | None, *, seed: int = 0) -> dict[str, Any]:
    """Return `gate` as `compare` does, for two versions that were both trained on what is held out (figures: familiar);
    nothing when there is no promoted version that can be measured, or nothing is held out.

    There is no `as_served`: how well a version finds again what it was trained on must not stand for it later.
    """
    if opponent is None or opponent.scorer is None or not len(split.test):
        return {}
    return {"gate": _on_the_same(scorer, opponent.scorer, split, opponent, seed) | {"figures": FAMILIAR}}


def compare(scorer: Scorer, split: Split, opponent: Opponent | None, *, seed: int = 0) -> dict[str, Any]:
    """Return JSON for ModelVersion.metrics: `as_served`, how a trial fit does on what was held out, and `gate`, that
    beside the promoted version's; without a promoted version no `gate`.

    gate: promoted (its name), figures (measured: on the same held-out products; stored: on its own), cases, new and
    promoted_figures (NDCG and HR at 10), difference and interval of NDCG@10 (95 %, paired bootstrap; stored: the two
    intervals' half widths added in quadrature), margin_percent, is_worse.
    """
    own = _measured(scorer, split, seed)
    found: dict[str, Any] = {"as_served": _figures(own) | {"cases": own.size, "half_width": _half_width(own, seed)}}
    if opponent is None:
        return found
    newer = _newer_than(split, opponent)
    if opponent.scorer is not None and len(newer.test) >= LEAST_CASES:
        gate = _on_the_same(scorer, opponent.scorer, newer, opponent, seed) | {"figures": MEASURED}
    else:
        stored = _stored_figures(opponent.row)
        if stored is None:
            return found
        both = math.hypot(found["as_served"]["half_width"], stored.pop("half_width", found["as_served"]["half_width"]))
        difference = found["as_served"][NDCG] - stored[NDCG]
        gate = _verdict(_figures(own), stored, difference - both, difference + both, own.size) | {"figures": STORED}
        gate["promoted"] = opponent.row.version
    return found | {"gate": gate}


def _on_the_same(scorer: Scorer, promoted: Scorer, split: Split, opponent: Opponent, seed: int) -> dict[str, Any]:
    """Return the verdict on two scorers that rank the same held-out products."""
    new, old = (_measured(each, split, seed) for each in (scorer, promoted))
    interval = bootstrap_interval(metrics.ndcg_at_k(new, K) - metrics.ndcg_at_k(old, K), seed=seed)
    verdict = _verdict(_figures(new), _figures(old), interval.low, interval.high, new.size)
    return {"promoted": opponent.row.version} | verdict


def held_back_because(found: dict[str, Any]) -> str:
    """Return why metrics with a `gate` hold their version back, for people; nothing when they do not."""
    gate = found.get("gate") or {}
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
    keys = split.test.users.astype(np.int64) * split.test.n_items + split.test.items
    return Split(split.train, split.test.select(~np.isin(keys, opponent.seen)))


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
    """Return what is written down of the promoted version, as it serves or else of its recommender, if anything.

    A fine-tuning on little that is new has no figures of its own: those of the version it was trained on from stand in.
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
    """Return whether the new figures are worse, by more than the margin and not by chance (the interval is below 0)."""
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
