import numpy as np
import pytest

from ml.index_building import Baskets, bought_with_from_baskets
from ml.index_building import baskets as baskets_module


def baskets(*orders: list[int]) -> Baskets:
    return Baskets(
        np.array([number for number, order in enumerate(orders) for _ in order], np.int64),
        np.array([item for order in orders for item in order], np.int64),
    )


def test_lift_by_hand():
    # five orders, all twice: 0 in three, 1 in two, 2 in two; 0 with 1 twice, 0 with 2 twice, 1 with 2 once
    others, lifts = bought_with_from_baskets(baskets(*[[0, 1], [0, 1, 2], [0, 2], [3], [3]] * 2), 4, width=3)

    assert others.tolist() == [[1, 2, -1], [0, -1, -1], [0, -1, -1], [-1, -1, -1]]
    third = pytest.approx(5 * 2 / (3 * 2))
    assert lifts.tolist() == [[third, third, 0], [third, 0, 0], [third, 0, 0], [0, 0, 0]]
    assert (others.dtype, lifts.dtype) == (np.int32, np.float32)


def test_a_pair_needs_buyers():
    found = baskets([0, 1], [0, 1], [2], [3])

    assert (bought_with_from_baskets(found, 4)[0] == -1).all()
    assert bought_with_from_baskets(found, 4, width=1, min_buyers=2)[0].tolist() == [[1], [0], [-1], [-1]]


def test_a_shopper_who_buys_the_same_again_is_one_buyer():
    orders = [[0, 1], [0, 1], [0, 1, 2], [0, 2], [3], [3], [3]]
    lines = [(number, item) for number, order in enumerate(orders) for item in order]
    numbers, items = np.array(lines).T

    def found(buyers: list[int], least: int) -> list[list[int]]:
        of_lines = np.array(buyers)[numbers]
        return bought_with_from_baskets(Baskets(numbers, items, of_lines), 4, width=2, min_buyers=least)[0].tolist()

    assert found([7, 7, 7, 7, 1, 2, 3], 1) == [[1, 2], [0, 2], [0, 1], [-1, -1]]
    assert found([7, 7, 7, 7, 1, 2, 3], 2) == [[-1, -1]] * 4
    assert found([7, 7, 8, 8, 1, 2, 3], 2) == [[1, -1], [0, -1], [-1, -1], [-1, -1]]
    assert found([7, 8, 9, 7, 1, 2, 3], 3) == [[1, -1], [0, -1], [-1, -1], [-1, -1]]


def test_buyers_are_counted_alike_some_shoppers_at_a_time(monkeypatch):
    random = np.random.default_rng(0)
    orders, items = random.integers(0, 300, 3_000), random.integers(0, 12, 3_000)
    buyers = random.integers(0, 40, 300)[orders]
    by_hand = np.zeros((12, 12), np.int64)
    for buyer in range(40):
        pairs = {
            (a, b)
            for order in np.unique(orders[buyers == buyer])
            for a in items[orders == order]
            for b in items[orders == order]
        }
        for a, b in pairs:
            by_hand[a, b] += 1
    monkeypatch.setattr(baskets_module, "PAIRS_PER_BLOCK", 50)

    for least in (30, 35, 38):
        others, _ = bought_with_from_baskets(Baskets(orders, items, buyers), 12, min_buyers=least)
        for item, row in enumerate(others):
            assert all(by_hand[item, other] >= least for other in row[row >= 0])
        everybody, _ = bought_with_from_baskets(Baskets(orders, items), 12, min_buyers=0)
        shown = [(item, other) for item, row in enumerate(everybody) for other in row[row >= 0]]
        assert sum(by_hand[pair] >= least for pair in shown) == int((others >= 0).sum())


def test_what_shares_orders_less_often_than_chance_is_left_out():
    found = baskets(*[[0, 1], [0, 1], [0], [0], [1], [1], [1]] * 2)

    assert (bought_with_from_baskets(found, 2)[0] == -1).all()  # lift 7 x 2 / (4 x 5) = .7


def test_equal_lifts_put_the_pair_in_more_orders_first_and_then_the_lower_item():
    orders = [[0, 1, 2, 3]] * 4 + [[4]] * 2  # 1, 2, 3 all have lift 1.5 with 0

    assert bought_with_from_baskets(baskets(*orders), 5, width=2)[0][0].tolist() == [1, 2]
    more = [[0, 3]] * 6 + [[0, 2]] * 4 + [[1]] * 2  # both lift 6 / 5

    assert bought_with_from_baskets(baskets(*more), 4, width=2)[0][0].tolist() == [3, 2]


def test_a_repeated_line_counts_once_and_order_numbers_are_free():
    twice = Baskets(np.array([90, 90, 90, 7, 7, 3]), np.array([0, 0, 1, 0, 1, 2]))

    lifts = bought_with_from_baskets(twice, 3, width=1, min_buyers=2)[1]
    assert lifts.tolist() == [[1.5], [1.5], [0]]


@pytest.mark.parametrize("n_items", [0, 3])
def test_no_orders_no_pairs(n_items):
    others, lifts = bought_with_from_baskets(baskets(), n_items, width=2)

    assert (others.shape, lifts.shape) == ((n_items, 2), (n_items, 2))
    assert (others == -1).all()


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="baskets hold item 5, expected below 5"):
        bought_with_from_baskets(baskets([5]), 5)
    with pytest.raises(ValueError, match="must be >= 0"):
        Baskets(np.array([0]), np.array([-1]))
    with pytest.raises(ValueError, match=r"expected orders \[l\] and items \[l\]"):
        Baskets(np.array([0, 1]), np.array([1]))
    with pytest.raises(ValueError, match=r"expected buyers \[l\]"):
        Baskets(np.array([0]), np.array([1]), np.array([0, 1]))
