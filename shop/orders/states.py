"""The states of an order: one table of the moves between them and their consequences."""

from collections.abc import Callable
from dataclasses import dataclass

from shop.errors import ShopError
from shop.orders.models import Order

Status = Order.Status


class WrongOrderState(ShopError):
    """The order is in a state from which the move does not start."""

    code = "wrong_order_state"


@dataclass(frozen=True)
class Move:
    """One allowed change of an order's status. `consequences` run in this order, in the transaction of the change."""

    start: Status
    end: Status
    consequences: tuple[Callable[[Order], None], ...] = ()


MOVES = (
    Move(Status.PLACED, Status.SHIPPED),
    Move(Status.PLACED, Status.CANCELLED),
    Move(Status.SHIPPED, Status.DELIVERED),
    Move(Status.SHIPPED, Status.CANCELLED),
    # Handed over without a parcel.
    Move(Status.PLACED, Status.DELIVERED),
    # Corrections of a wrong click.
    Move(Status.CANCELLED, Status.PLACED),
    Move(Status.SHIPPED, Status.PLACED),
    Move(Status.DELIVERED, Status.SHIPPED),
)


def next_states(status: str) -> list[Status]:
    """Return the states that an order in this state can move to, in the order of the table."""
    return [move.end for move in MOVES if move.start == status]


def move_between(start: str, end: str) -> Move:
    """Return the move from one state to another; raises WrongOrderState when the table has none."""
    for move in MOVES:
        if (move.start, move.end) == (start, end):
            return move
    raise WrongOrderState(f"An order that is {Status(start).label.lower()} cannot become {Status(end).label.lower()}.")
