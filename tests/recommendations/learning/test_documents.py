"""The text of a product."""

from recommendations.learning.documents import LONGEST_DESCRIPTION, product_text
from tests.factories import CategoryFactory, ProductFactory


def test_the_text_holds_every_word_once_and_the_title_twice():
    product = ProductFactory.build(
        title="Brass lamp",
        brand="Lumo",
        keywords="light, desk",
        description="x" * 5000,
        category=CategoryFactory.build(name="Lamps"),
    )
    text = product_text(product)

    assert text.startswith("Brass lamp\nBrass lamp\nLumo\nlight, desk\nLamps\nx")
    assert len(text) < LONGEST_DESCRIPTION + 100
