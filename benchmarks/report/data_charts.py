"""Charts of a data set: stars, prices, words, the spread of interactions, and a map of its items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import seaborn as sns
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import StrMethodFormatter
from numpy.typing import NDArray

from benchmarks.datasets.data_files import DataFile
from benchmarks.report.drawing import COLOURS, QUIET, Picture, drawn_axes, picture
from ml.content.terms import tokenize

MOST_TERMS = 20
MOST_CATEGORIES = 7
LONGEST_NAME = 26
# Every tone stands out from a white page and from a dark one.
WARMING = LinearSegmentedColormap.from_list("warming", ["#3f86c6", "#a86fc0", "#d9603f", "#dd9c1c"])
TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000)


def stars(data: DataFile) -> Picture | None:
    """Return the count of each number of stars; None without ratings."""
    ratings = data.interactions.weights[data.is_rated]
    if not ratings.size:
        return None
    levels, counts = np.unique(np.round(ratings * 2) / 2, return_counts=True)
    with drawn_axes(2.7) as (figure, axes):
        axes.bar(levels, counts, width=0.8 * float(np.diff(levels).min(initial=1.0)), color=COLOURS[4])
        axes.bar_label(axes.containers[0], labels=[_share(count / ratings.size) for count in counts], padding=2)  # type: ignore[arg-type]
        axes.set_xticks(levels)
        axes.set_xlabel("stars")
        axes.set_ylabel("ratings")
        axes.grid(axis="y")
        described = "; ".join(f"{level:g} stars {count:,}" for level, count in zip(levels, counts, strict=True))
        return picture(figure, "Ratings by stars", f"{ratings.size:,} ratings, mean {ratings.mean():.2f}. {described}.")


def prices(data: DataFile) -> Picture | None:
    """Return the distribution of the prices in the most frequent currency, on a logarithmic scale; None without."""
    priced = [product for product in data.products.values() if product.price]
    if not priced:
        return None
    currency = Counter(product.currency for product in priced).most_common(1)[0][0]
    values = np.array([float(product.price or 0) for product in priced if product.currency == currency])
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    with drawn_axes(2.7) as (figure, axes):
        sns.histplot(x=values, bins=30, log_scale=True, ax=axes, color=COLOURS[2], edgecolor="none", alpha=1)
        axes.axvline(middle, color=COLOURS[0], lw=1.8, label=f"half cost less than {middle:,.2f}")
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
        axes.set_xlabel(f"price, {currency or 'no currency named'}")
        axes.set_ylabel("products")
        axes.grid(axis="y")
        axes.legend()
        title = "Prices"
        alt = f"{values.size:,} prices in {currency}: a quarter below {low:,.2f}, half below {middle:,.2f}, "
        return picture(figure, title, f"{title}. {alt}a quarter above {high:,.2f}.")


def top_terms(data: DataFile) -> Picture | None:
    """Return the words that occur in most titles; None without titles."""
    counts = Counter(term for product in data.products.values() for term in set(tokenize(product.title)))
    if not counts:
        return None
    terms, numbers = zip(*sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_TERMS], strict=True)
    with drawn_axes(0.75 + 0.2 * len(terms)) as (figure, axes):
        axes.barh(np.arange(len(terms))[::-1], numbers, color=COLOURS[3])
        axes.set_yticks(np.arange(len(terms))[::-1], terms)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("products with the word in their title")
        axes.grid(axis="x")
        described = ", ".join(f"{term} {number:,}" for term, number in zip(terms, numbers, strict=True))
        return picture(figure, "Words of the titles", f"The most frequent words of titles: {described}.")


def long_tail(data: DataFile) -> Picture:
    """Return interactions per item and per user, most active first, both axes logarithmic."""
    interactions = data.interactions
    with drawn_axes(2.7) as (figure, axes):
        described = []
        for name, column, colour in (
            ("items", interactions.items, COLOURS[0]),
            ("users", interactions.users, COLOURS[1]),
        ):
            counts = np.sort(np.bincount(column))[::-1]
            counts = counts[counts > 0]
            axes.plot(np.arange(1, counts.size + 1), counts, color=colour, lw=2, label=name)
            described.append(
                f"{counts.size:,} {name}, at most {counts[0]:,} each, half of them at most {np.median(counts):g}"
            )
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel("place, most active first")
        axes.set_ylabel("interactions")
        axes.grid()
        axes.legend()
        return picture(
            figure, "Interactions per item and user", f"{len(interactions):,} interactions: {'; '.join(described)}."
        )


def map_by_category(places: NDArray[np.float32], categories: Sequence[str]) -> Picture | None:
    """Return items at their places, float32 [n, 2], coloured by category ("" for none); None with fewer than two."""
    common = [name for name, _ in Counter(filter(None, categories)).most_common(MOST_CATEGORIES)]
    if len(common) < 2:
        return None
    owners = np.array([common.index(name) if name in common else -1 for name in categories])
    with drawn_axes(3.9 + 0.2 * ((len(common) + 2) // 2)) as (figure, axes):
        for number in range(-1, len(common)):
            chosen = places[owners == number]
            colour = QUIET if number < 0 else COLOURS[number % len(COLOURS)]
            label = "other" if number < 0 else common[number][:LONGEST_NAME]
            if chosen.size:
                axes.scatter(chosen[:, 0], chosen[:, 1], s=7, color=colour, label=label, linewidths=0, rasterized=True)
        axes.set_axis_off()
        figure.legend(loc="outside lower center", ncols=2, markerscale=2.2)
        described = ", ".join(f"{name} {np.count_nonzero(owners == number):,}" for number, name in enumerate(common))
        alt = f"{len(places):,} items as points; near points have similar vectors. Items by category: {described}."
        return picture(figure, "Map of the items by category", alt)


def map_by_popularity(places: NDArray[np.float32], counts: NDArray[np.int64]) -> Picture:
    """Return items at their places, float32 [n, 2], coloured by how many interactions they have, int64 [n]."""
    with drawn_axes(3.9) as (figure, axes):
        order = np.argsort(counts)
        colours = np.log10(counts[order])
        x, y = places[order].T
        points = axes.scatter(x, y, s=7, c=colours, cmap=WARMING, linewidths=0, rasterized=True)
        axes.set_axis_off()
        bar = figure.colorbar(points, ax=axes, location="bottom", shrink=0.8, aspect=30, label="its interactions")
        ticks = [tick for tick in TICKS if counts.min() <= tick <= counts.max()] or [int(counts.min())]
        bar.set_ticks(np.log10(ticks).tolist(), labels=[f"{tick:,}" for tick in ticks])
        bar.outline.set_visible(False)
        alt = f"{len(places):,} items as points coloured by their {counts.min():,} to {counts.max():,} interactions."
        return picture(figure, "Map of the items by popularity", alt)


def _share(share: float) -> str:
    return "<1 %" if share < 0.01 else f"{share * 100:.0f} %"
