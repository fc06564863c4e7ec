import numpy as np
import pytest

from ml.ranking import ShopperState, Source
from ml.ranking.candidates import SOURCES, Scope, find_candidates, with_added
from ml.ranking.shopper import query_of_shopper
from tests.ml.small_index import floats, ints, small_index

COUNT = 400
RNG = np.random.default_rng(3)
INDEX = small_index(
    RNG.normal(size=(COUNT, 8)),
    documents=["sofa" if item == 390 else "" for item in range(COUNT)],
    categories=["rare" if item >= 395 else "common" for item in range(COUNT)],
    neighbours=np.full((COUNT, 1), 380, np.int32),
    similarities=np.ones((COUNT, 1), np.float32),
    stars=np.arange(COUNT, 0, -1.0),
    trending_weights=np.eye(1, COUNT, 385)[0],
)


def found_by(state: ShopperState, scope: Scope) -> dict[int, Source]:
    query = query_of_shopper(INDEX, state)
    candidates = find_candidates(query, state.recent, scope)
    assert (np.diff(candidates.items) > 0).all()
    return {item: SOURCES[source] for item, source in zip(candidates.items.tolist(), candidates.sources, strict=True)}


def test_each_search_brings_what_only_it_can_find():
    state = ShopperState(
        recent=ints(0),
        recent_weights=floats(1),
        term_weights=INDEX.terms.vectorise("sofa"),
        liked_categories=(ints(1), floats(5)),  # rare
    )
    query = query_of_shopper(INDEX, state)
    blind = type(query)(np.zeros(8, np.float32), query.node_weights, query.liked, query.history, query.searched)

    candidates = find_candidates(blind, state.recent, Scope.of(INDEX, limit=5))
    sources = dict(zip(candidates.items.tolist(), [SOURCES[source] for source in candidates.sources], strict=True))

    assert sources[380] == Source.NEIGHBOURS
    assert sources[397] == Source.CATEGORY
    assert sources[390] == Source.KEYWORD
    assert sources[385] == Source.TRENDING
    assert sources[0] == Source.CATEGORY  # the recent item's own category comes before plain popularity


def test_without_events_popular_and_trending_products_come():
    sources = found_by(ShopperState(), Scope.of(INDEX, limit=5))

    assert sources == dict.fromkeys(range(60), Source.POPULAR) | {385: Source.TRENDING}


def test_the_nearest_vectors_are_all_there():
    vector = floats(*RNG.normal(size=8))
    nearest = np.argsort(-INDEX.cosines(vector))[:200]

    sources = found_by(ShopperState(vector=vector), Scope.of(INDEX, limit=5))

    assert {item for item, source in sources.items() if source == Source.VECTOR} == set(nearest.tolist())


def test_barred_products_make_room_for_the_next_ones():
    vector = floats(*RNG.normal(size=8))
    order = np.argsort(-INDEX.cosines(vector))

    sources = found_by(ShopperState(vector=vector), Scope.of(INDEX, order[:50], limit=5))

    assert {item for item, source in sources.items() if source == Source.VECTOR} == set(order[50:250].tolist())
    assert set(order[:50].tolist()).isdisjoint(sources)


def test_a_category_keeps_everything_else_out():
    scope = Scope.of(INDEX, ints(396), limit=5, category=INDEX.category_index_of("rare"))

    sources = found_by(ShopperState(vector=floats(*RNG.normal(size=8))), scope)

    assert set(sources) == {395, 397, 398, 399}


def test_a_long_list_gets_enough_candidates():
    assert len(found_by(ShopperState(), Scope.of(INDEX, ints(0, 1), limit=COUNT))) == COUNT - 2


def test_seen_products_are_added_once_and_only_when_admitted():
    some = find_candidates(query_of_shopper(INDEX, ShopperState()), ints(), Scope.of(INDEX, limit=5))

    more = with_added(some, ints(399, 3, 398, 399), Source.SEEN, Scope.of(INDEX, ints(398), limit=5))

    assert more.items.tolist() == [*range(60), 385, 399]
    assert SOURCES[more.sources[-1]] == Source.SEEN


@pytest.mark.parametrize("category", [-1, 2])
def test_an_unknown_category_is_refused(category):
    with pytest.raises(ValueError, match=f"category is {category}, expected 0 to 1"):
        Scope.of(INDEX, limit=5, category=category)
