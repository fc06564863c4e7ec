from dataclasses import replace

import numpy as np

from benchmarks.report import data_charts
from tests.benchmarks.report.small import data_file

DATA = data_file()
BARE = replace(DATA, products={}, is_rated=np.zeros(len(DATA.interactions), dtype=bool))
PLACES = np.random.default_rng(0).random((12, 2)).astype(np.float32)


def alt(made):
    assert made is not None
    return made.alt


def test_stars():
    assert alt(data_charts.stars(DATA)) == "144 ratings, mean 4.50. 4 stars 72; 5 stars 72."
    assert data_charts.stars(BARE) is None


def test_prices_are_of_the_most_frequent_currency():
    foreign = replace(DATA.products["p0"], currency="INR")
    made = data_charts.prices(replace(DATA, products=DATA.products | {"p0": foreign}))

    assert alt(made) == "Prices. 11 prices in USD: a quarter below 13.50, half below 16.00, a quarter above 18.50."
    assert data_charts.prices(BARE) is None


def test_words_count_once_per_title():
    assert alt(data_charts.top_terms(DATA)) == "The most frequent words of titles: number 12, desk 6, lamp 6."
    assert data_charts.top_terms(BARE) is None


def test_the_long_tail():
    assert alt(data_charts.long_tail(DATA)) == (
        "144 interactions: 12 items, at most 12 each, half of them at most 12; "
        "24 users, at most 6 each, half of them at most 6."
    )


def test_maps():
    categories = ["Lamps", "Desks", ""] * 4

    assert alt(data_charts.map_by_category(PLACES, categories)) == (
        "12 items as points; near points have similar vectors. Items by category: Lamps 4, Desks 4."
    )
    assert data_charts.map_by_category(PLACES, ["Lamps"] * 12) is None
    assert alt(data_charts.map_by_popularity(PLACES, np.arange(3, 15))) == (
        "12 items as points coloured by their 3 to 14 interactions."
    )
    assert data_charts.map_by_popularity(PLACES, np.full(12, 3)).title == "Map of the items by popularity"
