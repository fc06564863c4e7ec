"""Small made-up figures, runs and data that the report's tests share."""

import base64
from dataclasses import replace
from decimal import Decimal

import numpy as np

from benchmarks.datasets.data_files import DataFile
from benchmarks.report.drawing import Picture
from benchmarks.search.records import RunRecord
from ml.datasets.records import ProductRecord
from ml.interactions import Interactions
from ml.vocabulary import Vocabulary

QUALITY = [
    {"dataset": "tiny", "recommender": "popularity", "hr_at_10": 0.25, "ndcg_at_10": 0.125, "hr_at_10_cold": None},
    {
        "dataset": "tiny",
        "recommender": "<dmf>",
        "hr_at_10": 0.5,
        "ndcg_at_10": 0.375,
        "ndcg_at_10_interval": [0.3, 0.45],
        "fit_seconds": 1234.5,
        "peak_rss_mib": 100.4,
    },
    {"dataset": "other", "recommender": "popularity", "hr_at_10": 0.1, "ndcg_at_10": 0.05},
]
RATING = [
    {"dataset": "stars", "split": "random", "model": "bias_only", "rmse": 0.85, "mae": 0.6, "pearson": 0.27},
    {"dataset": "stars", "split": "random", "model": "better", "rmse": 0.8, "mae": 0.5, "pearson": 0.5},
]
DEFAULTS = RunRecord(
    started="2026-11-21T10:15:02+00:00",
    task="ranking",
    model="dmf",
    dataset="tiny",
    data_sha256="ab" * 32,
    code_version="0.1.0",
    study="dmf-tiny",
    trial=None,
    seed=0,
    config={"width": 256, "temperature": None},
    metrics={"ndcg_at_10": 0.25, "hr_at_10": 0.5},
    curves=[{"epoch": 5, "loss": 2.0}, {"epoch": 10, "loss": 1.5}],
    seconds=2.0,
    peak_rss_mib=100.0,
)
RUNS = [
    DEFAULTS,
    replace(DEFAULTS, trial=0, config={"width": 64, "temperature": 0.2}, metrics={"ndcg_at_10": 0.2, "hr_at_10": 0.4}),
    replace(DEFAULTS, trial=1, config={"width": 128, "temperature": 0.3}, metrics={"ndcg_at_10": 0.3, "hr_at_10": 0.6}),
    replace(DEFAULTS, trial=2, metrics={}, curves=[], seconds=None, peak_rss_mib=None, error="it diverged"),
]


def data_file(n_users: int = 24, n_items: int = 12) -> DataFile:
    """Even users rate even items with 5 stars, odd users odd items with 4; lamps are even, desks odd."""
    pairs = np.array([(user, item) for user in range(n_users) for item in range(n_items) if (user + item) % 2 == 0])
    users, items = pairs.T
    stars = np.where(users % 2 == 0, 5, 4).astype(np.float32)
    products = {
        f"p{item}": ProductRecord(
            external_id=f"p{item}",
            title=f"{'Lamp' if item % 2 == 0 else 'Desk'} number",
            category_path=("Home", "Lamps" if item % 2 == 0 else "Desks"),
            price=Decimal(10 + item),
            currency="USD",
        )
        for item in range(n_items)
    }
    return DataFile(
        "camps",
        Interactions(users, items, stars, None, n_users, n_items),
        np.ones(len(pairs), dtype=bool),
        Vocabulary(f"u{user}" for user in range(n_users)),
        Vocabulary(products),
        products,
        2,
    )


def svg(picture: Picture) -> str:
    """Return the text of a picture's SVG."""
    kind, _, encoded = picture.source.partition(",")
    assert kind == "data:image/svg+xml;base64"
    return base64.b64decode(encoded).decode()
