"""Refusals of the shop, in words for the shopper. Services raise them; pages and the API show them."""


class ShopError(Exception):
    """A refusal. `message` is for people, `code` for programs; nothing was changed."""

    code = "shop_error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidQuantity(ShopError):
    """The quantity is not a whole number the shop sells."""

    code = "invalid_quantity"


class InvalidReview(ShopError):
    """Stars or words of a review are outside the limits."""

    code = "invalid_review"


class CartFull(ShopError):
    """There are as many different products in the cart as it holds."""

    code = "cart_full"


class EmptyCart(ShopError):
    """There is nothing to order."""

    code = "empty_cart"


class ProductUnavailable(ShopError):
    """The product does not exist, is hidden, or has no price."""

    code = "product_unavailable"


class NotEnoughStock(ShopError):
    """Fewer pieces are left than asked for."""

    code = "not_enough_stock"


class KeyReused(ShopError):
    """The Idempotency-Key was sent before, with another request."""

    code = "key_reused"


class CheckoutConflict(ShopError):
    """The order cannot be placed as the shopper saw it; `problems` holds one sentence for each reason."""

    code = "checkout_conflict"

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems
