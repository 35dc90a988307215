"""Areas and overlaps against hand calculation, a formula for circles, and counting of pixels."""

from math import acos, pi, sqrt

import numpy as np
import pytest
from PIL import Image, ImageDraw

from imaging.scoring.outlines import crosses_itself, make_ellipse, measure_area, measure_extent, measure_overlap

SQUARE = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0))
# Shaped as a U: the notch is 2 wide and 3 deep.
NOTCHED = ((0.0, 0.0), (1.0, 0.0), (1.0, 3.0), (3.0, 3.0), (3.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0))


def move(polygon, x, y):
    return tuple((u + x, v + y) for u, v in polygon)


def test_areas_by_hand():
    assert measure_area(SQUARE) == 16
    assert measure_area(tuple(reversed(SQUARE))) == 16
    assert measure_area(NOTCHED) == 10
    assert measure_area(((0.0, 0.0), (3.0, 0.0), (0.0, 4.0))) == 6
    assert measure_extent(((0.0, 0.0), (3.0, 0.0), (0.0, 4.0))) == 5


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (SQUARE, SQUARE, 16),
        (SQUARE, move(SQUARE, 2, 1), 6),
        (SQUARE, move(SQUARE, 4, 0), 0),
        (SQUARE, move(SQUARE, 9, 9), 0),
        (SQUARE, ((1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 2.0)), 1),
        # A diamond within a square, cut by nothing.
        (SQUARE, ((2.0, 0.0), (4.0, 2.0), (2.0, 4.0), (0.0, 2.0)), 8),
        # The notch is of neither.
        (SQUARE, NOTCHED, 10),
        (NOTCHED, ((0.0, 0.0), (4.0, 0.0), (4.0, 2.0), (0.0, 2.0)), 4),
        # Two triangles over one another as a star: the triangle 3-4-5 and its mirror image share a kite.
        (((0.0, 0.0), (4.0, 0.0), (0.0, 4.0)), ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0)), 4),
    ],
)
def test_overlap_by_hand(one, other, shared):
    assert measure_overlap(one, other) == pytest.approx(shared, abs=1e-9)
    assert measure_overlap(other, one) == pytest.approx(shared, abs=1e-9)


def test_overlap_of_circles_by_the_formula_of_the_lens():
    """Two circles of radius r whose middles lie d apart share 2 r² acos(d/2r) - d/2 sqrt(4r² - d²)."""
    r, d = 100.0, 70.0
    lens = 2 * r**2 * acos(d / (2 * r)) - d / 2 * sqrt(4 * r**2 - d**2)
    circles = [make_ellipse(x, 300, r, r, corners=2000) for x in (300, 300 + d)]
    assert measure_overlap(*circles) == pytest.approx(lens, rel=1e-4)
    assert measure_area(circles[0]) == pytest.approx(pi * r**2, rel=1e-4)


def test_overlap_of_any_stars_by_counting_pixels():
    """Stars with corners at random distances: neither convex nor alike."""
    draw = np.random.default_rng(5)
    size = 1200
    for _ in range(12):
        stars, masks = [], []
        for _ in range(2):
            x, y = draw.uniform(450, 750, 2)
            reach = draw.uniform(120, 420, 17)
            angles = np.linspace(0, 2 * np.pi, 17, endpoint=False)
            corners = zip(x + reach * np.cos(angles), y + reach * np.sin(angles), strict=True)
            star = tuple((float(u), float(v)) for u, v in corners)
            assert not crosses_itself(star)
            picture = Image.new("1", (size, size))
            ImageDraw.Draw(picture).polygon(star, fill=1)
            stars.append(star)
            masks.append(np.asarray(picture))
        counted = float((masks[0] & masks[1]).sum())
        assert measure_overlap(*stars) == pytest.approx(counted, rel=0.02)


@pytest.mark.parametrize(
    ("polygon", "crosses"),
    [
        (SQUARE, False),
        (NOTCHED, False),
        (make_ellipse(50, 50, 20, 5), False),
        # A bow tie.
        (((0.0, 0.0), (4.0, 4.0), (4.0, 0.0), (0.0, 4.0)), True),
        # A corner that lies on another side.
        (((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (2.0, 0.0), (0.0, 4.0)), True),
        # Out and back on one line.
        (((0.0, 0.0), (4.0, 0.0), (2.0, 0.0), (2.0, 4.0)), True),
        (((0.0, 0.0), (2.0, 2.0), (4.0, 4.0)), True),
        # Straight on through a corner is no fold.
        (((0.0, 0.0), (2.0, 0.0), (4.0, 0.0), (4.0, 4.0)), False),
    ],
)
def test_crossing(polygon, crosses):
    assert crosses_itself(polygon) is crosses


def test_ellipse_stands_in_for_itself():
    ellipse = make_ellipse(100, 80, 30, 10)
    assert len(ellipse) == 48
    assert measure_area(ellipse) == pytest.approx(pi * 300, rel=0.003)
