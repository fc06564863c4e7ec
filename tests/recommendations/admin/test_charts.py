"""Charts, and the same figures beside them in words."""

from recommendations.admin.charts import history_chart, map_chart, quality_chart, silhouette_chart
from recommendations.versions.models import ModelVersion, Segment, Segmentation

FIGURES = {"hr_at_10": 0.5, "ndcg_at_10": 0.25, "ndcg_at_20_full": 0.125, "coverage_at_20": 0.75}


def version(name="20260101-000000-0000", **metrics):
    return ModelVersion(version=name, metrics=metrics)


def test_the_training_shows_loss_and_validation():
    history = [
        {"epoch": 5, "loss": 2.0, "validation_ndcg": 0.25},
        {"epoch": 10, "loss": 1.5, "validation_ndcg": 0.5},
        {"epoch": 15, "loss": 1.0, "validation_ndcg": 0.375},
    ]

    chart = history_chart(version(history=history))

    assert chart is not None
    assert chart.spec == {
        "type": "line",
        "x": "Epoch",
        "labels": [5, 10, 15],
        "series": [
            {"label": "Loss", "values": [2.0, 1.5, 1.0], "axis": "left"},
            {"label": "Validation NDCG", "values": [0.25, 0.5, 0.375], "axis": "right"},
        ],
    }
    assert chart.description == (
        "The loss went from 2.0000 to 1.0000; the validation NDCG was best at epoch 10, with 0.5000."
    )
    assert chart.headers == ["Epoch", "Loss", "Validation NDCG"]
    assert chart.rows[1] == ["10", "1.5000", "0.5000"]


def test_a_training_without_validation_shows_the_loss_alone():
    chart = history_chart(version(history=[{"epoch": 1, "loss": 2.0}, {"epoch": 2, "loss": 1.0}]))

    assert chart is not None
    assert [series["label"] for series in chart.spec["series"]] == ["Loss"]
    assert chart.description == "The loss went from 2.0000 to 1.0000."


def test_no_history_no_chart():
    assert history_chart(version()) is None
    assert history_chart(version(history=[])) is None
    assert history_chart(version(history=[{"loss": 0.5}])) is None


def test_quality_stands_beside_baselines_and_earlier_versions():
    row = version(held_out=1500, quality={"popularity": FIGURES | {"hr_at_10": 0.125}, "dmf": FIGURES})
    earlier = [
        version("20250101-000000-0000", quality={"dmf": FIGURES | {"hr_at_10": 0.375}, "popularity": FIGURES}),
        version("20240101-000000-0000"),
    ]

    chart = quality_chart(row, earlier)

    assert chart is not None
    assert chart.spec["labels"] == ["HR@10", "NDCG@10", "NDCG@20, whole catalogue", "Coverage@20"]
    assert [(series["label"], series["values"][0]) for series in chart.spec["series"]] == [
        ("dmf, this version", 0.5),
        ("popularity", 0.125),
        ("dmf, 20250101-000000-0000", 0.375),
    ]
    assert chart.rows[1] == ["popularity", "0.1250", "0.2500", "0.1250", "0.7500"]
    assert "1,500 products held out" in chart.description


def test_what_was_not_measured_has_no_chart_and_a_missing_figure_no_bar():
    assert quality_chart(version(held_out=0), []) is None
    assert quality_chart(version(quality={"popularity": FIGURES}), []) is None
    chart = quality_chart(version(quality={"dmf": {"hr_at_10": 0.5}, "popularity": {}}), [])

    assert chart is not None
    assert chart.spec["labels"] == ["HR@10"]
    assert chart.rows == [["dmf, this version", "0.5000"], ["popularity", "–"]]


def test_silhouettes_stand_in_the_order_of_their_numbers():
    chart = silhouette_chart(Segmentation(segment_count=10, silhouettes={"10": 0.5, "2": 0.25, "9": 0.125}))

    assert chart is not None
    assert chart.spec["labels"] == [2, 9, 10]
    assert chart.spec["series"][0]["values"] == [0.25, 0.125, 0.5]
    assert chart.description.startswith("10 segments were chosen out of 2 to 10")
    assert silhouette_chart(Segmentation(segment_count=1)) is None


def test_the_map_has_one_series_per_segment():
    row = Segmentation(
        kind="shoppers", member_count=2000, map_points=[[2, 0.5, 1.0], [1, 0.0, 0.25], [2, 1.5, 2.0]], map_variance=0.75
    )
    segments = [Segment(number=1, name="Lamps"), Segment(number=2, name="Cables")]

    chart = map_chart(row, segments)

    assert chart is not None
    assert chart.spec["series"] == [
        {"label": "1. Lamps", "number": 1, "points": [(0.0, 0.25)]},
        {"label": "2. Cables", "number": 2, "points": [(0.5, 1.0), (1.5, 2.0)]},
    ]
    assert chart.description.startswith("3 of 2,000 shoppers by their vectors, on two principal axes that show 75%")
    assert map_chart(row, []) is None
