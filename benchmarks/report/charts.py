"""Charts of measured figures: bars with intervals, curves of runs, the course of a search."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from benchmarks.report.drawing import COLOURS, QUIET, Picture, drawn_axes, picture
from benchmarks.search.records import RunRecord

Row = Mapping[str, Any]
STEP_NAMES = ("epoch", "iteration", "step")
SMALL_IS_GOOD = ("rmse", "mae")


def bars(rows: Sequence[Row], *, label: str, metric: str, title: str) -> Picture | None:
    """Return horizontal bars of a metric with their intervals, best first; None when no row has the metric.

    label: key of a row's name. The interval is read from METRIC_interval, [low, high], where a row has one.
    """
    sign = 1 if metric in SMALL_IS_GOOD else -1
    shown = sorted((row for row in rows if row.get(metric) is not None), key=lambda row: sign * float(row[metric]))
    if not shown:
        return None
    values = np.array([float(row[metric]) for row in shown])
    bounds = np.array([_interval(row, metric) for row in shown])
    names = [str(row[label]) for row in shown]
    places = np.arange(len(shown))[::-1]
    with drawn_axes(0.75 + 0.34 * len(shown)) as (figure, axes):
        axes.barh(places, values, height=0.62, color=COLOURS[1])
        errors = np.abs(bounds - values[:, None]).T
        errors[:, bounds[:, 0] == bounds[:, 1]] = np.nan
        axes.errorbar(values, places, xerr=errors, fmt="none", ecolor=axes.xaxis.label.get_color(), capsize=2.5, lw=1.1)
        for place, value, high in zip(places, values, bounds[:, 1], strict=True):
            axes.annotate(f"{value:.3f}", (max(high, value), place), (5, 0), textcoords="offset points", va="center")
        axes.set_yticks(places, names)
        axes.tick_params(axis="y", length=0)
        axes.set_xlim(0, max(1e-9, float(bounds.max()) * 1.22))
        axes.grid(axis="x")
        axes.set_xlabel(metric_name(metric))
        return picture(figure, title, f"{title}. " + "; ".join(map(_told, names, values, bounds)) + ".")


def curves(records: Sequence[RunRecord], metric: str, *, best: RunRecord | None) -> Picture | None:
    """Return a metric over the steps of the fits of one study: the best run, the defaults, and all others thin."""
    lines = [(record, *_points(record, metric)) for record in records]
    lines = [line for line in lines if line[1].size]
    if not lines:
        return None
    step = next((name for name in STEP_NAMES if name in lines[0][0].curves[0]), "check")
    with drawn_axes(2.7) as (figure, axes):
        for record, steps, values in sorted(lines, key=lambda line: (line[0] is best, line[0].trial is None)):
            style: dict[str, Any] = {"color": QUIET, "lw": 0.9, "alpha": 0.55}
            if record is best:
                style = {"color": COLOURS[0], "lw": 2.2, "label": f"best ({trial_name(record)})"}
            elif record.trial is None:
                style = {"color": COLOURS[1], "lw": 1.8, "ls": "--", "label": "defaults"}
            axes.plot(steps, values, marker="o" if steps.size == 1 else None, ms=3, **style)
        _frame(axes, step, metric_name(metric))
        name = metric_name(metric)
        title = f"{name[0].upper()}{name[1:]} by {step}: {records[0].model} on {records[0].dataset}"
        described = "; ".join(
            f"{trial_name(record)} from {values[0]:.4g} to {values[-1]:.4g}" for record, _, values in lines[:8]
        )
        return picture(figure, title, f"{title}, {len(lines)} runs. {described}.")


def search_course(records: Sequence[RunRecord], metric: str) -> Picture | None:
    """Return a metric over the trials of one study, with the best so far and the value of the defaults."""
    trials = [record for record in records if record.trial is not None and record.metrics.get(metric) is not None]
    if len(trials) < 2:
        return None
    trials.sort(key=lambda record: record.trial or 0)
    numbers = [record.trial or 0 for record in trials]
    values = np.array([float(record.metrics[metric] or 0.0) for record in trials])
    running = np.minimum.accumulate(values) if metric in SMALL_IS_GOOD else np.maximum.accumulate(values)
    defaults = next((record.metrics.get(metric) for record in records if record.trial is None), None)
    with drawn_axes(2.7) as (figure, axes):
        axes.scatter(numbers, values, s=18, color=QUIET, label="trial")
        axes.step(numbers, running, where="post", color=COLOURS[0], lw=2, label="best so far")
        if defaults is not None:
            axes.axhline(defaults, color=COLOURS[1], ls="--", lw=1.5, label="defaults")
        _frame(axes, "trial", metric_name(metric))
        title = f"Course of the search: {trials[0].model} on {trials[0].dataset}"
        alt = f"{title}. {metric_name(metric)} of {len(trials)} trials, at last {running[-1]:.4f} at best"
        return picture(figure, title, alt + ("." if defaults is None else f"; the defaults gave {defaults:.4f}."))


def metric_name(key: str) -> str:
    """Return the written form of a key: hr_at_10 is HR@10."""
    words = re.sub(r"_at_(?=\d)", "@", key).replace("_", " ")
    return re.sub(r"\b(hr|ndcg|mrr|rmse|mae)\b", lambda found: found[0].upper(), words)


def trial_name(record: RunRecord) -> str:
    """Return the name of a run within its study."""
    return "defaults" if record.trial is None else f"trial {record.trial}"


def _frame(axes: Axes, x: str, y: str) -> None:
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid()
    if axes.get_legend_handles_labels()[0]:
        axes.legend()


def _points(record: RunRecord, metric: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the steps and values, float64 [n], of the rows that have a number for the metric."""
    rows = [
        (next((row[name] for name in STEP_NAMES if name in row), number), row[metric])
        for number, row in enumerate(record.curves, start=1)
        if isinstance(row.get(metric), int | float)
    ]
    table = np.array(rows, dtype=np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _interval(row: Row, metric: str) -> tuple[float, float]:
    low, high = row.get(f"{metric}_interval") or (row[metric], row[metric])
    return float(low), float(high)


def _told(name: str, value: float, bounds: Sequence[float]) -> str:
    between = "" if bounds[0] == bounds[1] else f" (between {bounds[0]:.3f} and {bounds[1]:.3f})"
    return f"{name} {value:.3f}{between}"
