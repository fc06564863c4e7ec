"""Segments planted by hand are found again exactly."""

import numpy as np
import pytest

from ml import segments as module
from ml.centroids import nearest_centroids
from ml.segments import SegmentsError, find_segments


def planted(sizes, *, dimensions=8, spread=0.05, seed=1):
    """Return vectors around the axes, shuffled, and the axis of each."""
    rng = np.random.default_rng(seed)
    truth = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    return (np.eye(dimensions)[truth] + rng.normal(0, spread, (truth.size, dimensions))).astype(np.float32), truth


@pytest.mark.parametrize("sizes", [(40, 30), (50, 40, 30), (60, 50, 40, 30, 20)], ids=["two", "three", "five"])
def test_planted_groups_are_recovered_exactly_largest_first(sizes):
    vectors, truth = planted(sizes)

    found = find_segments(vectors)

    assert found.labels.tolist() == truth.tolist()
    assert found.sizes.tolist() == list(sizes)
    assert np.abs(found.centroids - np.eye(8)[: len(sizes)]).max() < 0.05
    assert max(found.silhouettes, key=lambda number: found.silhouettes[number]) == len(sizes)
    assert list(found.silhouettes) == list(range(2, 13))
    assert (found.labels.dtype, found.centroids.dtype, len(found)) == (np.int32, np.float32, len(sizes))


def test_the_whole_set_is_labelled_when_only_a_sample_is_searched(monkeypatch):
    monkeypatch.setattr(module, "VECTORS_SEARCHED", 60)
    monkeypatch.setattr(module, "VECTORS_COMPARED", 40)
    monkeypatch.setattr(module, "VECTORS_MAPPED", 25)
    vectors, truth = planted((300, 200, 100))

    found = find_segments(vectors)

    assert found.labels.tolist() == truth.tolist()
    assert found.map_points.shape == (25, 2)
    assert found.map_rows.tolist() == sorted(set(found.map_rows.tolist()))
    # The final fit saw all vectors: a centroid is the mean of its whole segment.
    assert np.allclose(found.centroids[0], vectors[truth == 0].mean(axis=0), atol=1e-5)


def test_a_vector_read_later_falls_where_it_fell():
    vectors, _ = planted((30, 20, 10), spread=0.6)
    found = find_segments(vectors)

    assert nearest_centroids(vectors, found.centroids).tolist() == found.labels.tolist()


def test_the_same_seed_gives_the_same_segments():
    vectors, _ = planted((30, 20, 10), spread=0.6)
    first, second = find_segments(vectors, seed=3), find_segments(vectors, seed=3)

    assert first.labels.tolist() == second.labels.tolist()
    assert first.silhouettes == second.silhouettes
    assert first.map_points.tolist() == second.map_points.tolist()


def test_the_range_is_kept():
    vectors, _ = planted((20, 20, 20, 20))

    assert list(find_segments(vectors, least=3, most=5).silhouettes) == [3, 4, 5]
    assert len(find_segments(vectors, least=2, most=3)) <= 3


def test_the_map_keeps_far_apart_what_is_far_apart():
    vectors, truth = planted((20, 20), dimensions=2, spread=0.01)

    found = find_segments(vectors)

    one, other = (found.map_points[truth[found.map_rows] == group].mean(axis=0) for group in (0, 1))
    assert np.linalg.norm(one - other) == pytest.approx(np.sqrt(2), abs=0.02)
    assert found.map_variance == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("vectors", "sizes"),
    [
        pytest.param(np.zeros((0, 3)), [], id="none"),
        pytest.param(np.ones((1, 3)), [1], id="one"),
        pytest.param(np.eye(3)[:2], [2], id="two"),
        pytest.param(np.ones((9, 3)), [9], id="identical"),
    ],
)
def test_what_has_no_groups_is_one_segment_or_none(vectors, sizes):
    found = find_segments(vectors.astype(np.float32))

    assert found.sizes.tolist() == sizes
    assert found.labels.tolist() == [0] * len(vectors)
    assert found.silhouettes == {}
    assert found.centroids.shape == (len(sizes), 3)
    if sizes:
        assert np.allclose(found.centroids[0], vectors.mean(axis=0))
    assert found.map_points.shape == (len(vectors), 2)


def test_fewer_vectors_than_segments_allowed():
    found = find_segments(np.array([[0, 0], [0, 0.1], [9, 9], [9, 9.1]], np.float32), most=50)

    assert found.labels.tolist() in ([0, 0, 1, 1], [1, 1, 0, 0])
    assert list(found.silhouettes) == [2, 3]


def test_two_different_vectors_many_times_over():
    found = find_segments(np.repeat(np.eye(2, dtype=np.float32), [5, 3], axis=0))

    assert found.sizes.tolist() == [5, 3]
    assert found.silhouettes == {2: 1.0}


def test_vectors_that_differ_by_rounding_alone_are_not_split():
    vectors = np.repeat(0.3 * np.eye(4), [5, 3, 2, 2], axis=0)
    vectors += np.random.default_rng(0).uniform(-1e-8, 1e-8, vectors.shape)

    assert find_segments(vectors.astype(np.float32)).sizes.tolist() == [5, 3, 2, 2]


def test_one_dimension_has_a_map_on_a_line():
    found = find_segments(np.array([[0], [0.1], [5], [5.1], [5.2]], np.float32))

    assert found.sizes.tolist() == [3, 2]
    assert not found.map_points[:, 1].any()


@pytest.mark.parametrize(
    ("vectors", "arguments", "message"),
    [
        pytest.param(np.zeros(3), {}, r"expected vectors \[n, d\]", id="one axis"),
        pytest.param(np.zeros((3, 0)), {}, r"expected vectors \[n, d\]", id="no dimensions"),
        pytest.param(np.array([[0.0], [np.nan]]), {}, r"vectors\[1\] holds NaN", id="nan"),
        pytest.param(np.zeros((3, 2)), {"least": 1}, "2 <= least <= most, got 1 and 12", id="least"),
        pytest.param(np.zeros((3, 2)), {"least": 5, "most": 4}, "got 5 and 4", id="most"),
    ],
)
def test_wrong_input_is_refused(vectors, arguments, message):
    with pytest.raises(SegmentsError, match=message):
        find_segments(vectors.astype(np.float32), **arguments)


def test_progress_rises_to_one():
    reports: list[float] = []
    find_segments(planted((20, 20))[0], progress=lambda fraction, text: reports.append(fraction))

    assert reports == sorted(reports)
    assert reports[-1] == 1.0
