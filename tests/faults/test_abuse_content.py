"""New products made to be found: stuffed with words, or copied from what sells. Fault 44 of the list."""

import random
import uuid

import numpy as np
import pytest

from recommendations.behaviour.event_weights import Kind
from recommendations.learning.indexing import reindex
from recommendations.lists.intents.registry import SIMILAR, TRENDING
from recommendations.serving import handle
from shop.catalogue.models import Category, Product
from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations.publishing import publish
from tests.recommendations.shopping import SHOPPER, act, for_you, recommend

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("own_models")]
LAMPS = ["lamp", "light", "brass", "walnut", "shade", "desk", "reading", "warm", "bulb", "dimmer", "glass", "cord"]
TOOLS = "hammer drill steel grip handle blade saw wrench bit screw socket torque"
KITCHEN = "pan pot knife board oven cast iron lid spoon whisk bowl kettle"
WORDS = {"Lamps": LAMPS, "Tools": TOOLS.split(), "Kitchen": KITCHEN.split()}
COMMON = ["quality", "made", "with", "care", "for", "your", "home", "every", "day", "use", "gift"]
EACH, COPIES, SHOWN = 12, 10, 12
STUFFED = {
    "one word": ("lamp " * 60, "lamp " * 400),
    "the words searched for": ("desk lamp", ""),
    "all words of the category": (" ".join(LAMPS), " ".join(LAMPS) * 20),
    "all words of the shop": (" ".join(sum(WORDS.values(), [])), " ".join(sum(WORDS.values(), [])) * 20),
    "one word in a real text": ("brass lamp", "brass walnut shade glass quality made with care " + "lamp " * 300),
}


@pytest.fixture
def products() -> list[Product]:
    """Twelve products each of three categories, served; the shopper looks for a desk lamp."""
    luck = random.Random(0)
    found = []
    for name, words in WORDS.items():
        category = CategoryFactory(name=name)
        for _ in range(EACH):
            stars = luck.randint(5, 60)
            found.append(
                ProductFactory(
                    category=category,
                    title=" ".join(luck.sample(words, 3)),
                    description=" ".join(luck.choices(words, k=12) + luck.choices(COMMON, k=10)),
                    rating_sum=4 * stars,
                    rating_count=stars,
                    image_url="https://example.com/lamp.jpg",
                )
            )
    noise = np.random.default_rng(0).normal(0, 0.25, (3 * EACH, 3))
    vectors = np.repeat(np.eye(3), EACH, axis=0) + noise
    publish(found, np.column_stack([vectors, np.zeros(3 * EACH)]).tolist())
    for kind, number in ((Kind.VIEW, 0), (Kind.VIEW, 3), (Kind.ADD_TO_CART, 5)):
        act(kind, found[number])
    act(Kind.SEARCH, query="desk lamp")
    return found


def new_product(category: Category, title: str, description: str, **more) -> Product:
    """A product listed a moment ago, known to the index by what it says."""
    product = ProductFactory(category=category, title=title[:490].strip(), description=description, **more)
    reindex([str(product.pk)])
    served = handle.current()
    assert served is not None
    assert served.index.index_of(product.pk.hex) is not None
    return product


def similar_to(product: Product) -> list[uuid.UUID]:
    found = recommend(shopper_id=SHOPPER, intent=SIMILAR, product_id=product.pk, limit=SHOWN)
    return [item.product.pk for item in found.items]


@pytest.mark.parametrize("how", sorted(STUFFED))
def test_fault_44_a_stuffed_product_is_not_among_the_first_six(products, how):
    stuffed = new_product(products[0].category, *STUFFED[how])

    mine = [item.product.pk for item in for_you(limit=SHOWN).items]
    beside = similar_to(products[2])

    assert stuffed.pk not in mine[: SHOWN // 2]
    assert stuffed.pk not in beside[: SHOWN // 2]
    trending = recommend(shopper_id=SHOPPER, intent=TRENDING, limit=SHOWN).items
    assert stuffed.pk not in [item.product.pk for item in trending]


def test_fault_44_stuffing_gains_nothing_on_an_honest_text(products):
    """A word said a thousand times weighs in the score at most as one text weighs: rows have length 1."""
    served = handle.current()
    assert served is not None
    terms = served.index.terms
    for title, description in STUFFED.values():
        assert np.linalg.norm(terms.vectorise(f"{title}\n{description}")[1]) == pytest.approx(1.0, abs=1e-5)
    once, often = (terms.vectorise("brass walnut shade glass bulb cord " + "lamp " * n)[1] for n in (1, 1_000))
    assert often.max() / once.max() < 2.5


def test_fault_44_copies_of_a_bestseller_stand_behind_everything_else(products):
    """Same words, same picture, ten times: neither beside the original nor in a shopper's list do they come first."""
    original = products[2]
    copies = {
        new_product(original.category, original.title, original.description, image_url=original.image_url).pk
        for _ in range(COPIES)
    }
    beside, mine = similar_to(original), [item.product.pk for item in for_you(limit=SHOWN).items]

    assert copies.isdisjoint(beside[:SHOWN])
    assert copies.isdisjoint(mine)
    assert original.pk in mine


def test_fault_44_an_honest_new_product_still_has_its_chance(products):
    honest = new_product(
        products[0].category,
        "walnut lamp brass",
        "warm reading light with a dimmer, a glass shade and a cord for your desk",
    )

    assert honest.pk in similar_to(products[2])
