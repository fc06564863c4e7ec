"""Outlines against numbers one can work out by hand."""

import numpy as np
import pytest

from shop.demo.illustrations.shapes import (
    box,
    ellipse,
    kept,
    knots,
    lathe,
    leaf,
    mirrored,
    moved,
    polygon,
    ribbon,
    smooth,
    turned,
)


def area(shape) -> float:
    x, y = shape[:, 0], shape[:, 1]
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2


def test_knots_reads_pairs():
    np.testing.assert_array_equal(knots("10,20 30.5,-4"), [[10, 20], [30.5, -4]])


def test_a_box_without_radius_is_its_corners():
    np.testing.assert_array_equal(box(1, 2, 5, 8), [[1, 2], [5, 2], [5, 8], [1, 8]])


def test_rounded_corners_take_away_what_four_quarter_circles_leave_free():
    assert area(box(0, 0, 100, 60, 10)) == pytest.approx(100 * 60 - (4 - np.pi) * 10**2, rel=2e-3)


def test_a_radius_larger_than_the_sides_is_cut_to_half_of_them():
    assert area(box(0, 0, 40, 40, 500)) == pytest.approx(np.pi * 20**2, rel=0.01)


def test_an_ellipse_has_its_radii_and_an_arc_its_ends():
    shape = ellipse(10, 20, 4, 2)
    np.testing.assert_allclose([shape.min(axis=0), shape.max(axis=0)], [[6, 18], [14, 22]])
    arc = ellipse(0, 0, 5, None, 90, 180)
    np.testing.assert_allclose([arc[0], arc[-1]], [[0, 5], [-5, 0]], atol=1e-12)


@pytest.mark.parametrize("closed", [True, False])
def test_a_smooth_curve_passes_through_its_points(closed):
    points = np.array([[0, 0], [10, 5], [20, 0], [10, -9]], dtype=float)
    curve = smooth(points, closed=closed)

    for point in points:
        assert np.hypot(*(curve - point).T).min() == pytest.approx(0, abs=1e-9)


def test_a_smooth_open_curve_through_a_line_stays_on_it():
    curve = smooth([(0, 0), (10, 10), (20, 20)], closed=False)

    np.testing.assert_allclose(curve[:, 0], curve[:, 1], atol=1e-9)


def test_a_turned_body_is_symmetric_and_has_its_profile():
    body = lathe(50, [(0, 10), (40, 30)], base=8, soft=False)

    np.testing.assert_allclose([body.min(axis=0), body.max(axis=0)], [[20, 0], [80, 48]])
    assert area(body) == pytest.approx(area(mirrored(body, 50)))


def test_a_ribbon_is_as_wide_as_told_with_round_ends():
    band = ribbon([(0, 0), (50, 0), (100, 0)], 20)

    np.testing.assert_allclose([band.min(axis=0), band.max(axis=0)], [[-10, -10], [110, 10]], atol=1e-9)
    assert area(band) == pytest.approx(100 * 20 + np.pi * 10**2, rel=0.01)


def test_a_ribbon_may_get_thinner():
    band = ribbon([(0, 0), (50, 0), (100, 0)], 20, 10)

    assert band[:, 0].max() == pytest.approx(105)
    assert band[:, 0].min() == pytest.approx(-10)


def test_turning_is_clockwise_on_the_screen():
    np.testing.assert_allclose(turned(np.array([[10.0, 0.0]]), 90, 0, 0), [[0, 10]], atol=1e-12)


def test_moving_and_mirroring():
    shape = np.array([[1.0, 2.0]])
    np.testing.assert_array_equal(moved(shape, 3, -4), [[4, -2]])
    np.testing.assert_array_equal(mirrored(shape, 10), [[19, 2]])
    assert kept(shape) is shape


def test_a_leaf_starts_at_its_root_points_where_told_and_is_as_wide_as_told():
    shape = leaf(100, 100, 50, 20, 90)

    np.testing.assert_allclose(shape[0], [100, 100], atol=1e-9)
    assert shape[:, 0].max() == pytest.approx(150)
    assert np.ptp(shape[:, 1]) == pytest.approx(20, rel=0.02)


def test_a_polygon_without_radius_keeps_its_points():
    np.testing.assert_array_equal(polygon([(0, 0), (4, 0), (0, 3)]), [[0, 0], [4, 0], [0, 3]])
