from benchmarks.measuring.progress_bar import RunsBar
from benchmarks.training import growth


def test_a_row_tells_sizes_cost_and_what_was_learned():
    row = growth.growth_row("item_knn", 20_000, 0)

    assert (row["n_interactions"], row["n_users"], row["n_items"]) == (20_000, 2_000, 2_000)
    assert row["dense_mib"] == 2_000 * 2_000 * 4 / 2**20
    assert row["own_taste_at_10"] > 0.7
    assert growth.growth_row("popularity", 2_000, 0)["own_taste_at_10"] < 0.15


def test_each_size_is_set_against_the_one_before():
    costs = [("a", 1.0, 10.0), ("a", 3.0, 20.0), ("b", 5.0, 0.0), ("b", 10.0, 5.0)]
    rows = [
        {"recommender": name, "fit_seconds": seconds, "fit_rss_mib": memory, "peak_rss_mib": 2 * memory}
        for name, seconds, memory in costs
    ]
    grown = growth.with_growth([*rows, {"recommender": "b", "error": "no memory"}])

    assert [row["fit_seconds_ratio"] for row in grown] == [None, 3.0, None, 2.0, None]
    assert [row["fit_rss_ratio"] for row in grown] == [None, 2.0, None, None, None]
    assert [row["peak_rss_ratio"] for row in grown] == [None, 2.0, None, None, None]


real_growth_row = growth.growth_row


def fail_above_2000(recommender, size, seed, progress=None):
    if size > 2_000:
        raise MemoryError("no room")
    return real_growth_row(recommender, size, seed)


def test_sizes_rise_and_a_failure_has_a_row(in_process, monkeypatch):
    monkeypatch.setattr(growth, "growth_row", fail_above_2000)
    rows = growth.measure_growth(["popularity"], [5_000, 2_000], 0, RunsBar(2))

    assert [row["n_interactions"] for row in rows] == [2_000, 5_000]
    assert rows[0]["fit_seconds"] >= 0
    assert rows[1]["error"] == "MemoryError: no room"
