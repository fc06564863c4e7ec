"""The text of a product, from which training and reindexing take its terms.

Apart from the catalogue's tables, because reindexing must not load the packages that fit models.
"""

from shop.catalogue.models import Product

LONGEST_DESCRIPTION = 2_000


def product_text(product: Product) -> str:
    """Return title, brand, keywords, category and description of a product; select `product.category` beforehand.

    Training and reindexing must take terms from the same text. The title comes twice: its words say more than those of
    a long description.
    """
    return "\n".join(
        part
        for part in (
            product.title,
            product.title,
            product.brand,
            product.keywords,
            product.category.name,
            product.description[:LONGEST_DESCRIPTION],
        )
        if part
    )
