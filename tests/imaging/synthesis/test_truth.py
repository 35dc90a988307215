import numpy as np
import pytest

from imaging.synthesis.contour import Contour
from imaging.synthesis.detector import calcium
from imaging.synthesis.exposure import Exposure
from imaging.synthesis.particles import bead, solid
from imaging.synthesis.projection import Geometry
from imaging.synthesis.truth import VISIBLE, find_in_view
from tests.imaging.synthesis.conftest import LIGHT, SEGMENT

PLAIN = Geometry("CC", 0.0, 400, 400, 0.1, 1.0, 1.0, 1.0, top=20.0)


def find(places, size=0.4, gland=0.0, density=0.6, texture=0.0):
    """Beads at (x, y) mm on an even ground of mm of gland."""
    rng = np.random.default_rng(1)
    found = [solid(np.array([x, y, 0.0]), bead(rng, size), density) for x, y in places]
    ground = np.full((400, 400), gland, np.float32) + texture * rng.standard_normal((400, 400), dtype=np.float32)
    exposure = Exposure(ground, Contour(np.full(400, 40.0), np.ones((400, 400), bool), ground))
    return find_in_view(0, found, calcium(PLAIN, found), exposure, PLAIN)


def holds(polygon, points):
    """Whether each point lies within a convex polygon."""
    corners = np.array(polygon)
    sides = np.roll(corners, -1, axis=0) - corners
    cross = [
        side[0] * (points[:, 1] - corner[1]) - side[1] * (points[:, 0] - corner[0])
        for side, corner in zip(sides, corners, strict=True)
    ]
    return (np.array(cross) >= -1e-6).all(0) | (np.array(cross) <= 1e-6).all(0)


@pytest.mark.parametrize("recipe", [SEGMENT, LIGHT])
def test_each_polygon_holds_its_particles_and_its_pixels(make, recipe):
    seen = 0
    for view in make(recipe).views:
        for finding in (*view.findings, *view.distractors):
            seen += 1
            rows, columns = np.nonzero(finding.mask)
            assert holds(finding.polygon, np.c_[columns, rows].astype(float)).all()
            assert holds(finding.polygon, finding.particles).all()
            assert finding.mask.shape == view.pixels.shape
    assert seen >= 4


def test_where_the_mask_is_the_picture_is_brighter_than_around(make):
    for view in make(SEGMENT).views:
        for finding in view.findings:
            x, y = np.array(finding.polygon).T
            box = np.s_[int(y.min()) : int(y.max()), max(int(x.min()), 0) : int(x.max())]
            inside = finding.mask[box]
            assert view.pixels[box][inside].mean() > view.pixels[box][~inside].mean() + 200


def test_the_extent_is_that_of_the_outermost_particles():
    """Two beads of 0.4 mm, 20 mm apart."""
    found = find([(10, -5), (26, 7)])

    assert found.extent_mm == pytest.approx(20.4, abs=0.25)
    assert np.allclose(found.particles, [[100, 250], [260, 130]], atol=1)


def test_the_region_goes_half_a_millimeter_beyond():
    x, y = np.array(find([(20, 0)]).polygon).T

    assert np.ptp(x) * PLAIN.pixel == pytest.approx(0.4 + 2 * 0.5, abs=0.25)
    assert np.ptp(y) * PLAIN.pixel == pytest.approx(0.4 + 2 * 0.5, abs=0.25)


def test_what_is_dense_is_seen_in_fat_and_what_is_faint_is_lost_in_restless_gland():
    places = [(10 + k, 0) for k in range(6)]
    clear = find(places)
    faint = find(places, size=0.3, density=0.2, gland=30, texture=3.0)

    assert clear.visible and clear.visibility > 3 * VISIBLE
    assert faint.mask is not None and not faint.visible
    assert 0 < faint.visibility < VISIBLE


def test_a_finding_outside_the_picture_has_no_place_in_the_view():
    found = find([(60, 0)])

    assert (found.mask, found.polygon, found.visible, len(found.particles)) == (None, [], False, 0)
