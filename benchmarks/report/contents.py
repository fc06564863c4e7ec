"""Sections of the page, made of measured rows, recorded runs and data."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from benchmarks.datasets.data_files import DataFile
from benchmarks.report import charts, data_charts
from benchmarks.report.charts import metric_name, trial_name
from benchmarks.report.drawing import Picture
from benchmarks.report.item_map import ItemMap, categories_of
from benchmarks.report.page import Section, Table
from benchmarks.search.records import RunRecord

Row = Mapping[str, Any]
T = TypeVar("T")

RANKING_COLUMNS = (
    *("hr_at_10", "ndcg_at_10", "mrr", "hr_at_10_warm", "ndcg_at_10_warm", "hr_at_10_cold", "ndcg_at_20_full"),
    *("recall_at_20_full", "coverage_at_20", "fit_seconds", "peak_rss_mib"),
)
RATING_COLUMNS = ("rmse", "mae", "pearson", "fit_seconds", "peak_rss_mib")
DIGITS = {"fit_seconds": 1, "seconds": 1, "peak_rss_mib": 0}
NAMES = {"fit_seconds": "fit, s", "seconds": "fit, s", "peak_rss_mib": "peak, MiB", "pearson": "Pearson r"}
MOST_RUNS = 12
NO_CURVES = (*charts.STEP_NAMES, "seconds")
SETTINGS = "settings that differ"
FIRST_METRICS = ("ndcg_at_10", "rmse")


def quality(rows: Sequence[Row]) -> Section:
    """Return the section on ranking of held-out items, set by set."""
    tables, pictures = [], []
    for dataset, group in _groups(rows, lambda row: str(row["dataset"])).items():
        tables.append(_table(f"{dataset}: {len(group)} recommenders", group, "recommender", RANKING_COLUMNS))
        for metric in ("ndcg_at_10", "hr_at_10"):
            title = f"{metric_name(metric)} on {dataset}"
            pictures.append(charts.bars(group, label="recommender", metric=metric, title=title))
    text = (
        "Each held-out item is ranked among its negatives, ties counting against the model; figures “full” rank the "
        "whole catalogue. Lines on the bars and brackets in the tables are 95 % bootstrap intervals over the users.",
    )
    return Section("quality", "Ranking", text, tables, _drawn(pictures))


def rating(rows: Sequence[Row]) -> Section:
    """Return the section on predicted stars, split by split."""
    tables, pictures = [], []
    for (dataset, split), group in _groups(rows, lambda row: (str(row.get("dataset", "")), str(row["split"]))).items():
        name = f"{dataset}, {split} split".removeprefix(", ")
        tables.append(_table(f"{name}: {len(group)} models", group, "model", RATING_COLUMNS))
        for metric in ("rmse", "mae"):
            title = f"{metric_name(metric)} on {name}"
            pictures.append(charts.bars(group, label="model", metric=metric, title=title))
    text = ("Stars of ratings the models have not seen, in stars: smaller is better, but for Pearson's r.",)
    return Section("rating", "Stars", text, tables, _drawn(pictures))


def runs(records: Sequence[RunRecord]) -> Section:
    """Return the section of recorded runs, study by study, best first, with their curves."""
    tables, pictures = [], []
    for group in _groups(records, lambda record: record.study).values():
        metrics = list(dict.fromkeys(name for record in group for name in record.metrics))
        first = next((name for name in FIRST_METRICS if name in metrics), metrics[0] if metrics else "")
        ordered = sorted(group, key=lambda record: _place(record, first))
        caption = f"{group[0].model} on {group[0].dataset}: {len(group)} runs"
        tables.append(_runs_table(caption, ordered[:MOST_RUNS], metrics, first))
        pictures.append(charts.search_course(group, first))
        best = ordered[0] if first and ordered[0].metrics.get(first) is not None else None
        steps = {name: None for record in group for row in record.curves for name in row}
        pictures += [charts.curves(group, name, best=best) for name in steps if name not in NO_CURVES]
    text = (
        "Searches for settings, measured on validation items taken from train, so these figures are for comparing with "
        f"one another only. Of each study the {MOST_RUNS} best runs are listed.",
    )
    return Section("runs", "Recorded runs", text, tables, _drawn(pictures))


def data(file: DataFile, item_map: ItemMap | None) -> Section:
    """Return the section that describes a data set, with a map of its items."""
    interactions = file.interactions
    pictures = [data_charts.stars(file), data_charts.long_tail(file), data_charts.prices(file)]
    pictures.append(data_charts.top_terms(file))
    text = [
        f"{file.name}: {len(interactions):,} interactions of {interactions.n_users:,} users with "
        f"{interactions.n_items:,} items, of which {len(file.products):,} are described; {file.rejected:,} rows could "
        "not be read."
    ]
    if item_map is not None:
        pictures.append(data_charts.map_by_category(item_map.places, categories_of(file, item_map.items)))
        pictures.append(data_charts.map_by_popularity(item_map.places, item_map.counts))
        text.append(
            f"The maps lay the vectors of the {len(item_map.items):,} most touched items out in two dimensions (t-SNE "
            "on cosine distances): near points suit the same people, directions and far distances mean nothing."
        )
    return Section("data", "Data", text, [], _drawn(pictures))


def _table(caption: str, rows: Sequence[Row], label: str, columns: Sequence[str]) -> Table:
    shown = [name for name in columns if any(row.get(name) is not None for row in rows)]
    cells = [[str(row[label]), *(_figure(row, name) for name in shown)] for row in rows]
    return Table(caption, [label, *(NAMES.get(name) or metric_name(name) for name in shown)], cells)


def _runs_table(caption: str, records: Sequence[RunRecord], metrics: Sequence[str], first: str) -> Table:
    shown = [first, *(name for name in metrics if name != first and not name.endswith(("_warm", "_cold")))]
    shown = [name for name in shown if name]
    settings = [name for name in records[0].config if len({str(record.config.get(name)) for record in records}) > 1]
    rows = []
    for record in records:
        figures = [_figure(record.metrics, name) for name in shown]
        costs = [_figure(vars(record), name) for name in ("seconds", "peak_rss_mib")]
        values = {name: record.config.get(name) for name in settings}
        settings_text = ", ".join(f"{name} {_plain(value)}" for name, value in values.items() if value is not None)
        rows.append([trial_name(record), *figures, *costs, record.error or settings_text or "all by the model's rules"])
    heads = [
        "run",
        *(NAMES.get(name) or metric_name(name) for name in shown),
        NAMES["seconds"],
        NAMES["peak_rss_mib"],
        SETTINGS,
    ]
    return Table(caption, heads, rows, (SETTINGS,))


def _figure(row: Row, name: str) -> str:
    value = row.get(name)
    if value is None:
        return "–"
    digits = DIGITS.get(name, 3)
    interval = row.get(f"{name}_interval")
    between = f" [{interval[0]:.{digits}f}, {interval[1]:.{digits}f}]" if interval else ""
    return f"{float(value):,.{digits}f}{between}"


def _plain(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _place(record: RunRecord, metric: str) -> tuple[bool, float]:
    value = record.metrics.get(metric)
    sign = 1 if metric in charts.SMALL_IS_GOOD else -1
    return (True, 0.0) if value is None else (False, sign * value)


def _groups(rows: Iterable[T], key: Callable[[T], Hashable]) -> dict[Any, list[T]]:
    """Return the rows by key, groups in order of their first row."""
    groups: dict[Any, list[T]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _drawn(pictures: Iterable[Picture | None]) -> list[Picture]:
    return [picture for picture in pictures if picture is not None]
