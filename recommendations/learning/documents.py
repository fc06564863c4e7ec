"""What a product says of itself, as the text its terms are taken from. Training and reindexing must use the same."""

from shop.catalogue.models import Product

LONGEST_DESCRIPTION = 2_000


def product_text(product: Product) -> str:
    """Return title, brand, keywords, category and description; `product.category` should be selected.

    The title comes twice: its words say more than those of a long description.
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
