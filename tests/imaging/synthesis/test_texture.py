"""The texture beside published figures: exponents of 1.5 to 3.5, mean 2.8 (Burgess, SPIE 5034, 2003); 3.17 in the CC
and 3.30 in the MLO (Chen, Med Phys 39:1435, 2012). Grey levels of one real CC view: a median of 956 of 4095."""

import numpy as np
import pytest

from imaging.synthesis import FindingRecipe, Recipe
from imaging.synthesis.all_forms import make_particles
from imaging.synthesis.arrays import stream
from imaging.synthesis.breast import make_breast, make_grit
from imaging.synthesis.detector import calcium, contrast
from imaging.synthesis.distributions import make_site
from imaging.synthesis.exposure import expose
from imaging.synthesis.projection import screening_geometry
from imaging.synthesis.tissue import DENSITY_BIAS
from tests.imaging.synthesis.conftest import LIGHT, SEGMENT
from tests.imaging.synthesis.measures import centres, exponent, specks


@pytest.mark.parametrize("recipe", [SEGMENT, LIGHT])
def test_power_falls_with_frequency_as_in_real_views(make, recipe):
    found = [exponent(view.pixels, view.mm_per_pixel) for view in make(recipe).views[:4]]

    assert all(1.5 <= each <= 3.5 for each in found), found
    assert 2.6 <= np.mean(found) <= 3.3, found


def test_most_of_a_fatty_breast_is_dark_and_some_of_it_bright(make):
    pixels = make(SEGMENT).views[1].pixels
    low, middle, high = np.percentile(pixels[pixels > 60], [25, 50, 99])

    assert low < 800 and 500 < middle < 1400 and high > 2700


def test_both_sides_of_a_person_are_alike_but_not_the_same(make):
    def coarse(view):
        pixels = view.pixels[:, ::-1] if view.side == "R" else view.pixels
        return pixels[:, :600].reshape(50, 20, 30, 20).mean((1, 3))

    right, left = (coarse(view) for view in make(SEGMENT).views[:2])
    other = coarse(make(LIGHT).views[1])
    alike, unlike = (np.corrcoef(one.ravel(), left.ravel())[0, 1] for one in (right, other))

    assert unlike < alike < 0.97


def test_each_density_has_more_gland_than_the_one_before():
    assert list(DENSITY_BIAS.values()) == sorted(DENSITY_BIAS.values())


def test_a_normal_breast_has_no_speck_as_bright_as_the_brighter_particles_of_a_group():
    """Strands along the beam must not heap up to dots."""
    recipe = Recipe(182, "c", (FindingRecipe("fine-pleomorphic", "grouped"),))
    breast = make_breast(recipe, "L")
    geometry = screening_geometry(breast, "CC", 2000, 1600)
    exposure = expose(breast, geometry, make_grit(182))
    found = make_particles(make_site(breast, recipe.findings[0], 0, stream(182, "particles", 0)))
    mineral = specks(contrast(calcium(geometry, found)), geometry.pixel)
    rows, columns = (np.rint(each).astype(int) for each in geometry.pixels(centres(found)))
    tissue = specks(exposure.gland, geometry.pixel)[exposure.contour.depth > 5]

    assert tissue.max() < np.percentile(mineral[rows, columns], 75)
