"""Charts of the admin as plain data, drawn by static/js/admin_charts.js, with their figures as a table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

from recommendations.versions.models import ModelVersion, Segment, Segmentation

FIGURES = {
    "hr_at_10": "HR@10",
    "ndcg_at_10": "NDCG@10",
    "ndcg_at_20_full": "NDCG@20, whole catalogue",
    "coverage_at_20": "Coverage@20",
}


@dataclass(frozen=True)
class Chart:
    """A chart with a text alternative.

    - `name`: the id in the page.
    - `description`: the text alternative.
    - `spec`: for the script: type (line, bar, scatter), labels or points, and series of label, values or points, and
      axis (left or right).
    - `headers`, `rows`: the figures as a table.
    """

    name: str
    title: str
    description: str
    spec: Mapping[str, Any]
    headers: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = field(default_factory=tuple)


def history_chart(row: ModelVersion) -> Chart | None:
    """Return a chart of the loss, and of the validation NDCG if any, by epoch; None without a recorded training."""
    history = [entry for entry in row.metrics.get("history") or [] if "epoch" in entry and "loss" in entry]
    if not history:
        return None
    series = [{"label": "Loss", "values": [entry["loss"] for entry in history], "axis": "left"}]
    gains = [entry.get("validation_ndcg") for entry in history]
    description = f"The loss went from {_number(history[0]['loss'])} to {_number(history[-1]['loss'])}"
    if measured := [(gain, entry["epoch"]) for gain, entry in zip(gains, history, strict=True) if gain is not None]:
        series.append({"label": "Validation NDCG", "values": gains, "axis": "right"})
        best, epoch = max(measured, key=lambda pair: pair[0])
        description += f"; the validation NDCG was best at epoch {epoch}, with {_number(best)}"
    return Chart(
        name="chart-history",
        title="Training",
        description=description + ".",
        spec={"type": "line", "x": "Epoch", "labels": [entry["epoch"] for entry in history], "series": series},
        headers=["Epoch", *(str(entry["label"]) for entry in series)],
        rows=[
            [str(entry["epoch"]), *(_number(one["values"][place]) for one in series)]
            for place, entry in enumerate(history)
        ],
    )


def quality_chart(row: ModelVersion, earlier: Iterable[ModelVersion]) -> Chart | None:
    """Return a chart of a version, its baselines and earlier versions; None when the version was not measured."""
    quality = row.metrics.get("quality") or {}
    if row.recommender not in quality:
        return None
    compared = {f"{row.recommender}, this version": quality[row.recommender]}
    compared |= {name: figures for name, figures in quality.items() if name != row.recommender}
    for version in earlier:
        if figures := (version.metrics.get("quality") or {}).get(version.recommender):
            compared[f"{version.recommender}, {version.version}"] = figures
    keys = [key for key in FIGURES if isinstance(quality[row.recommender].get(key), Real)]
    series = [{"label": name, "values": [figures.get(key) for key in keys]} for name, figures in compared.items()]
    return Chart(
        name="chart-quality",
        title="Quality on held-out products",
        description=(
            f"How well {row.metrics.get('held_out', 0):,} products held out of shoppers' histories were found; "
            "more is better."
        ),
        spec={"type": "bar", "labels": [FIGURES[key] for key in keys], "series": series},
        headers=["Model", *(FIGURES[key] for key in keys)],
        rows=[[str(one["label"]), *map(_number, one["values"])] for one in series],
    )


def silhouette_chart(row: Segmentation) -> Chart | None:
    """Return a chart of the silhouette by number of segments; None when none was tried."""
    tried = sorted((int(number), value) for number, value in row.silhouettes.items())
    if not tried:
        return None
    return Chart(
        name="chart-silhouette",
        title="Silhouette by number of segments",
        description=(
            f"{row.segment_count} segments were chosen out of {tried[0][0]} to {tried[-1][0]}: the number with the "
            "highest mean silhouette, which is 1 for segments far apart and 0 for none."
        ),
        spec={
            "type": "bar",
            "x": "Segments",
            "labels": [number for number, _ in tried],
            "series": [{"label": "Mean silhouette", "values": [value for _, value in tried]}],
        },
        headers=["Segments", "Mean silhouette"],
        rows=[[str(number), _number(value)] for number, value in tried],
    )


def map_chart(row: Segmentation, segments: Sequence[Segment]) -> Chart | None:
    """Return a map of a segmentation with a series per segment; None without members."""
    if not segments:
        return None
    points: dict[int, list[tuple[float, float]]] = {segment.number: [] for segment in segments}
    for number, x, y in row.map_points:
        points.setdefault(number, []).append((x, y))
    return Chart(
        name="chart-map",
        title="Map",
        description=(
            f"{len(row.map_points):,} of {row.member_count:,} {row.kind} by their vectors, on two principal axes that "
            f"show {row.map_variance:.0%} of the differences: close points are alike. Each segment has a colour, a "
            "shape and a number; the table below describes it."
        ),
        spec={
            "type": "scatter",
            "series": [
                {"label": str(segment), "number": segment.number, "points": points[segment.number]}
                for segment in segments
            ],
        },
    )


def _number(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, Real) else "–"
