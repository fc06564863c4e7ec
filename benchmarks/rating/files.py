"""Ratings of a data file in any format of `ml.datasets`, with review texts and item texts where files hold them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.datasets.data_files import DataFile, read_data_files
from ml.datasets.json_lines import json_objects
from ml.datasets.line_source import LineSource
from ml.datasets.records import ProductRecord, RowError
from ml.rating.ratings import ItemContent, Ratings

# format: keys of user, item and time, and those of the review text
_REVIEWS = {
    "amazon-reviews-2018": ("reviewerID", "asin", "unixReviewTime", ("summary", "reviewText")),
    "amazon-reviews-2023": ("user_id", "parent_asin", "timestamp", ("title", "text")),
}


def read_ratings(path: Path, format_name: str, metadata: Path | None = None) -> tuple[str, Ratings]:
    """Return the data's name and its ratings: the latest of each pair of user and item, without rows that lack stars.

    - `metadata`: a file of products of the same format.

    Raises DatasetError or RatingsError.
    """
    data = read_data_files([path] if metadata is None else [path, metadata], format_name)
    rated = data.interactions.select(data.is_rated)
    texts = review_texts(path, format_name)
    users, items = data.users.raw_ids, data.items.raw_ids
    ratings = Ratings(
        rated,
        review_texts=tuple(
            texts.get((users[user], items[item]), "")
            for user, item in zip(rated.users.tolist(), rated.items.tolist(), strict=True)
        )
        if texts
        else None,
        content=_content(data),
    )
    return data.name, ratings


def review_texts(path: Path, format_name: str) -> dict[tuple[str, str], str]:
    """Return the text of the latest review of each pair of user and item; empty for formats without reviews."""
    if format_name not in _REVIEWS:
        return {}
    user_key, item_key, time_key, text_keys = _REVIEWS[format_name]
    texts: dict[tuple[str, str], str] = {}
    times: dict[tuple[str, str], float] = {}
    with LineSource(path) as source:
        for entry in json_objects(source):
            if isinstance(entry, RowError):
                continue
            values = entry[1]
            pair = (str(values.get(user_key)), str(values.get(item_key)))
            time = float(values.get(time_key) or 0)
            if time >= times.get(pair, -np.inf):
                texts[pair] = " . ".join(str(values.get(key) or "") for key in text_keys)
                times[pair] = time
    return texts


def _content(data: DataFile) -> ItemContent | None:
    """Return title and description of every item; None when no product is described."""
    if not data.products:
        return None
    return ItemContent(tuple(_text(data.products.get(raw_id)) for raw_id in data.items.raw_ids))


def _text(product: ProductRecord | None) -> str:
    return "" if product is None else f"{product.title}\n{product.description}".strip()
