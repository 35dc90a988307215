"""A particle's places in several views agree with one place in the breast."""

import numpy as np

from imaging.synthesis.particles import Particle
from imaging.synthesis.projection import screening_geometry, spot_geometry
from tests.imaging.synthesis.conftest import SEGMENT
from tests.imaging.synthesis.measures import anatomy, centres, particles


def views(seed=1):
    return {word: screening_geometry(anatomy(seed), word, 2000, 1600) for word in ("CC", "MLO", "ML")}


def test_the_height_in_the_oblique_view_follows_from_the_other_two():
    places = centres(particles("fine-pleomorphic", "regional"))
    made = views()
    along = {}
    for word, geometry in made.items():
        rows, _ = geometry.pixels(places)
        # Height over the view's middle, before compression.
        along[word] = (geometry.top - rows * geometry.pixel) / geometry.scale_u
    angle = {word: np.radians(geometry.angle) for word, geometry in made.items()}
    turn = np.array([[np.cos(angle[word]), np.sin(angle[word])] for word in ("CC", "ML")])
    y, z = np.linalg.solve(turn, np.array([along["CC"], along["ML"]]))

    assert np.abs(y * np.cos(angle["MLO"]) + z * np.sin(angle["MLO"]) - along["MLO"]).max() < 0.05


def test_the_depth_agrees_between_cc_and_lateral_within_the_clinical_rule(make):
    """One centimeter, as readers use it to find a lesson of one view in the other."""
    shown = {view.projection: view for view in make(SEGMENT).views if view.side == "R" and view.findings}
    depth = {
        word: np.median(shown[word].findings[0].particles[:, 0]) * shown[word].mm_per_pixel for word in ("CC", "ML")
    }

    assert abs(depth["CC"] - depth["ML"]) < 10


def test_a_rigid_particle_keeps_its_size_and_a_spot_view_has_finer_pixels():
    geometry = views()["CC"]
    ball = Particle(np.array([40.0, 5, 0]), np.array([[0, -1.0, 0], [0, 1, 0], [1, 0, 0]]), np.ones(3))
    rows, columns = geometry.particle_pixels(ball)
    spot = spot_geometry(geometry, ball.centre)

    assert np.isclose(abs(rows[1] - rows[0]) * geometry.pixel, 2 * np.cos(np.radians(geometry.angle)))
    assert np.isclose((columns[2] - columns[:2].mean()) * geometry.pixel, 1)
    assert spot.pixel < geometry.pixel / 2
    assert np.allclose(spot.pixels(ball.centre[None]), np.array([[540], [540]]), atol=1)
