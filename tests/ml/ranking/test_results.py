"""Properties of every ranked item, on random indexes and shoppers."""

import numpy as np
import pytest

from ml.ranking import (
    RankedItem,
    ReasonCode,
    ShopperState,
    Weights,
    rank_complementary,
    rank_for_you,
    rank_similar,
    rank_trending,
    shopper_vector,
)
from ml.serving_index import OverlayEntry, ServingIndex, content_vector
from tests.ml.small_index import ints, small_index

WORDS = ["oak", "red", "lamp", "chair", "wool", "rug", "desk", "glass"]
INTENTS = ("for_you", "for_you_in_category", "similar", "complementary", "trending")


def random_index(seed: int) -> ServingIndex:
    rng = np.random.default_rng(seed)
    return small_index(
        rng.normal(size=(60, 6)) * (rng.random((60, 1)) > 0.1),
        documents=[" ".join(rng.choice(WORDS, rng.integers(0, 5))) for _ in range(60)],
        categories=[["a", "b", "c", None][place] for place in rng.integers(0, 4, 60)],
        parents={"top": None, "a": "top", "b": "top", "c": None},
        stars=rng.integers(0, 30, 60) * (rng.random(60) > 0.5),
        trending_weights=rng.random(60) * (rng.random(60) > 0.7),
        neighbours=np.argsort(rng.random((60, 60)), axis=1)[:, :5].astype(np.int32),
        similarities=-np.sort(-rng.random((60, 5)), axis=1).astype(np.float32),
    )


def random_state(index: ServingIndex, seed: int) -> ShopperState:
    rng = np.random.default_rng(seed)
    recent = rng.choice(60, 8, replace=False).astype(np.int32)
    weights = rng.random(8).astype(np.float32)
    return ShopperState(
        vector=shopper_vector(index, recent, weights),
        recent=recent,
        recent_weights=weights,
        recent_bought=rng.random(8) > 0.5,
        term_weights=index.terms.vectorise(" ".join(rng.choice(WORDS, 2))),
        excluded=rng.choice(60, 10).astype(np.int32),
    )


def with_saved_products(index: ServingIndex) -> ServingIndex:
    """Return a view in which three products changed and two are new."""
    entries = [OverlayEntry(f"p{item}", None, "c", "wool rug", 0.5) for item in (1, 2, 3)]
    entries += [OverlayEntry(f"new{item}", content_vector(index, "oak", "a"), "a", "oak desk") for item in range(2)]
    return index.with_overlay(entries)


def ranking_of(intent: str, index: ServingIndex, state: ShopperState, weights: Weights) -> list[RankedItem]:
    match intent:
        case "for_you":
            return rank_for_you(index, state, weights, limit=30)
        case "for_you_in_category":
            return rank_for_you(index, state, weights, limit=30, category=0)
        case "similar":
            return rank_similar(index, 61 if index.n_items > 60 else 1, weights, limit=30, state=state)
        case "complementary":
            return rank_complementary(index, state.recent[:3], limit=30, state=state)
        case _:
            return rank_trending(index, limit=30, state=state)


@pytest.mark.parametrize("overlaid", [False, True])
@pytest.mark.parametrize("intent", INTENTS)
@pytest.mark.parametrize("seed", range(4))
def test_what_must_hold_of_every_ranking(seed, intent, overlaid):
    base = random_index(seed)
    index = with_saved_products(base) if overlaid else base
    state, weights = random_state(base, seed), Weights(*np.random.default_rng(seed).random(4))

    ranking = ranking_of(intent, index, state, weights)

    assert ranking == ranking_of(intent, index, state, weights)
    items = [entry.item for entry in ranking]
    assert len(items) == len(set(items)) > 0
    assert len(items) == 30 or intent == "for_you_in_category"
    assert not set(items) & set(state.excluded.tolist())
    for entry in ranking:
        parts = [entry.parts.cosine, entry.parts.popularity, entry.parts.category, entry.parts.keyword]
        assert all(0 <= part <= 1 for part in parts)
        if intent in ("for_you", "for_you_in_category", "similar"):
            assert entry.score == pytest.approx(float(np.dot(parts, weights.as_array())))


@pytest.mark.parametrize("seed", range(8))
def test_every_reason_is_true_of_the_numbers(seed):
    base = random_index(seed)
    index = with_saved_products(base)
    state = random_state(base, seed)
    texts = [set(index.terms.words_of(index.terms_of(ints(item)).indices)) for item in range(index.n_items)]
    searched = set(index.terms.words_of(state.term_weights[0]))

    for entry in rank_for_you(index, state, Weights(), limit=99):
        item, anchor = entry.item, entry.anchor
        if entry.reason in (ReasonCode.VIEWED_SIMILAR, ReasonCode.BOUGHT_SIMILAR):
            assert anchor is not None
            place = state.recent.tolist().index(anchor)
            assert state.recent_bought[place] == (entry.reason == ReasonCode.BOUGHT_SIMILAR)
            assert item != anchor
            cosine = float(index.vectors_of(ints(item))[0] @ index.vectors_of(ints(anchor))[0])
            assert cosine > 0 or item in index.neighbours_of(ints(anchor))[0] or texts[item] & texts[anchor]
            continue
        assert anchor is None
        if entry.reason == ReasonCode.SEARCH_MATCH:
            assert set(entry.words) == texts[item] & searched != set()
        elif entry.reason == ReasonCode.CATEGORY_LIKED:
            own = set(index.categories.paths[index.categories_of(ints(item))[0]].tolist()) - {-1}
            liked = index.categories_of(state.recent)
            assert own & set(index.categories.paths[liked[liked >= 0]].ravel().tolist())
        else:
            popularity, trending = index.popularity_of(ints(item))[0], index.trending_of(ints(item))[0]
            assert {
                ReasonCode.TRENDING: trending > popularity,
                ReasonCode.POPULAR: popularity > 0 and popularity >= trending,
                ReasonCode.DISCOVER: popularity == trending == 0,
            }[entry.reason]
