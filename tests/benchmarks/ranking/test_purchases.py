"""Purchases of a planted shop: two kinds of customers, each buying from its own half of the catalogue."""

import json

import pytest

from benchmarks.datasets.ranking_sets import read_ranking_set
from benchmarks.ranking import purchases

DAY = 86_400
HEADER = "customer_id,sku,qty_ordered,row_total,last_ordered_at\n"


def sku(customer: int, day: int) -> str:
    return f"{'ab'[customer % 2]}{(customer + 3 * day) % 20}"


@pytest.fixture
def dump(tmp_path):
    """Customer c buys every third item, from its own on, of the 20 of its half, on days 0 to 7: day 7 is the last."""
    rows = [
        f"{customer},{sku(customer, day)},{1 + day},{9.5 * (1 + day)},{day * DAY}\n"
        for customer in range(1, 41)
        for day in range(8)
    ]
    path = tmp_path / "shop.csv"
    path.write_text(HEADER + "".join(rows) + ",a1,1,9.5,1\n")
    return path


def test_the_last_purchase_is_held_out_and_nothing_bought_is_a_negative(dump, tmp_path, capsys):
    name = purchases.write_ranking_set(dump, tmp_path, seed=0)

    found = read_ranking_set(tmp_path, name)
    assert (name, len(found.train), len(found.cases)) == ("shop", 40 * 7, 40)
    assert set(found.train.weights.tolist()) == {1.0}
    assert int(found.in_train.sum()) == 0
    assert found.dropped == 0
    # 40 items, of which each customer bought 8
    assert (found.cases.negatives >= 0).sum(axis=1).tolist() == [32] * 40
    held_out = {int(user): int(item) for user, item in zip(found.cases.users, found.cases.positives, strict=True)}
    # Indices follow the order of the file.
    skus = list(dict.fromkeys(sku(customer, day) for customer in range(1, 41) for day in range(8)))
    assert held_out == {customer - 1: skus.index(sku(customer, 7)) for customer in range(1, 41)}
    assert capsys.readouterr().err == (
        "shop.csv: 320 purchases of 40 products by 40 customers, 40 held out; "
        "1 rows left out (guests and rows that cannot be read)\n"
    )


def test_neighbours_see_the_halves_that_popularity_does_not(dump, in_process, tmp_path, capsys):
    target = tmp_path / "rows.json"

    status = purchases.main(["--data", str(dump), "--recommenders", "popularity,item_knn", "--json", str(target)])

    rows = {row["recommender"]: row for row in json.loads(target.read_text())}
    assert status == 0
    assert list(rows) == ["popularity", "item_knn"]
    assert rows["item_knn"]["hr_at_10"] > rows["popularity"]["hr_at_10"]
    for row in rows.values():
        assert row["dataset"] == "shop"
        assert row["n_cases"] == 40
        assert row["fit_seconds"] >= 0
        assert row["peak_rss_mib"] > 1
        assert row["run"]["command"] == (
            "python -m benchmarks.purchases --data shop.csv --recommenders popularity,item_knn --json rows.json"
        )
    assert "item_knn" in capsys.readouterr().out


def test_json_for_a_pipe_is_all_that_is_printed(dump, in_process, capsys):
    assert purchases.main(["--data", str(dump), "--recommenders", "popularity", "--json", "-"]) == 0

    assert [row["recommender"] for row in json.loads(capsys.readouterr().out)] == ["popularity"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"{HEADER}1,a,1,1,5\n1,b,1,1,\n", "not every row has a last_ordered_at"),
        (f"{HEADER}1,a,1,1,5\n2,b,1,1,6\n", "no customer bought two things"),
        ("sku,name\na,Bag\n", "the files hold no interactions"),
        ("hello\n", "this is not magento"),
    ],
    ids=["timeless", "single", "products", "foreign"],
)
def test_what_cannot_be_compared_is_refused_in_one_line(tmp_path, capsys, text, problem):
    path = tmp_path / "dump.csv"
    path.write_text(text)

    assert purchases.main(["--data", str(path), "--json", str(tmp_path / "rows.json")]) == 1

    printed = capsys.readouterr().err
    assert printed.startswith(f"error: {path}")
    assert problem in printed
    assert printed.count("\n") == 1
    assert not (tmp_path / "rows.json").exists()


def test_a_folder_that_is_not_there_stops_it_before_the_work(dump, tmp_path, capsys):
    assert purchases.main(["--data", str(dump), "--json", str(tmp_path / "none" / "rows.json")]) == 1

    assert "there is no such folder to write to" in capsys.readouterr().err
