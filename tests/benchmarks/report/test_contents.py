import numpy as np

from benchmarks.report import contents
from benchmarks.report.item_map import ItemMap
from tests.benchmarks.report.small import QUALITY, RATING, RUNS, data_file


def titles(section):
    return [picture.title for picture in section.pictures]


def test_ranking_has_a_table_and_bars_per_set():
    section = contents.quality(QUALITY)
    first, second = section.tables

    assert (first.caption, second.caption) == ("tiny: 2 recommenders", "other: 1 recommenders")
    assert first.heads == ["recommender", "HR@10", "NDCG@10", "fit, s", "peak, MiB"]
    assert first.rows == [
        ["popularity", "0.250", "0.125", "–", "–"],
        ["<dmf>", "0.500", "0.375 [0.300, 0.450]", "1,234.5", "100"],
    ]
    assert titles(section) == ["NDCG@10 on tiny", "HR@10 on tiny", "NDCG@10 on other", "HR@10 on other"]


def test_stars_have_a_table_per_split():
    section = contents.rating(RATING)

    assert [table.caption for table in section.tables] == ["stars, random split: 2 models"]
    assert section.tables[0].heads == ["model", "RMSE", "MAE", "Pearson r"]
    assert titles(section) == ["RMSE on stars, random split", "MAE on stars, random split"]


def test_runs_are_listed_best_first_with_what_differs():
    section = contents.runs(RUNS)
    table = section.tables[0]

    assert table.heads == ["run", "NDCG@10", "HR@10", "fit, s", "peak, MiB", "settings that differ"]
    assert table.rows == [
        ["trial 1", "0.300", "0.600", "2.0", "100", "width 128, temperature 0.3"],
        ["defaults", "0.250", "0.500", "2.0", "100", "width 256"],
        ["trial 0", "0.200", "0.400", "2.0", "100", "width 64, temperature 0.2"],
        ["trial 2", "–", "–", "–", "–", "it diverged"],
    ]
    assert titles(section) == ["Course of the search: dmf on tiny", "Loss by epoch: dmf on tiny"]


def test_runs_that_all_failed_are_listed():
    section = contents.runs(RUNS[3:])

    assert section.tables[0].rows == [["trial 2", "–", "–", "it diverged"]]
    assert section.pictures == []


def test_data_has_its_charts_and_maps():
    data = data_file()
    places = np.random.default_rng(0).random((12, 2)).astype(np.float32)
    section = contents.data(data, ItemMap(np.arange(12), places, np.arange(1, 13)))

    assert section.text[0].startswith(
        "camps: 144 interactions of 24 users with 12 items, of which 12 are described; 2 "
    )
    assert titles(section) == [
        *("Ratings by stars", "Interactions per item and user", "Prices", "Words of the titles"),
        *("Map of the items by category", "Map of the items by popularity"),
    ]
    assert titles(contents.data(data, None)) == titles(section)[:4]
