"""The table of order states."""

import pytest

from shop.orders.states import MOVES, Status, WrongOrderState, move_between, next_states


@pytest.mark.parametrize(
    ("start", "ends"),
    [
        (Status.PLACED, [Status.SHIPPED, Status.CANCELLED, Status.DELIVERED]),
        (Status.SHIPPED, [Status.DELIVERED, Status.CANCELLED, Status.PLACED]),
        (Status.DELIVERED, [Status.SHIPPED]),
        (Status.CANCELLED, [Status.PLACED]),
    ],
)
def test_an_order_moves_from_a_state_to_these(start, ends):
    assert next_states(start) == ends


@pytest.mark.parametrize("start", Status)
@pytest.mark.parametrize("end", Status)
def test_a_move_is_in_the_table_or_refused(start, end):
    if end in next_states(start):
        move = move_between(start, end)
        assert (move.start, move.end) == (start, end)
    else:
        with pytest.raises(WrongOrderState) as refusal:
            move_between(start, end)
        assert refusal.value.message == f"An order that is {start.value} cannot become {end.value}."


def test_no_move_stands_in_the_table_twice():
    assert len({(move.start, move.end) for move in MOVES}) == len(MOVES)


def test_no_move_has_a_consequence_yet():
    assert not any(move.consequences for move in MOVES)
