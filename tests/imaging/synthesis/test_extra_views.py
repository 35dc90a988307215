"""Additional views of any place of any study, and what they agree with."""

import numpy as np
import pytest

from imaging.synthesis import FindingRecipe, Recipe, Spot, make_extra_view, make_study

RECIPE = Recipe(11, "b", (FindingRecipe("fine-linear", "segmental", "R"),), ("vascular", "deodorant", "lymph-node"))
SMALL = {"rows": 500, "columns": 400}


@pytest.fixture(scope="module")
def study():
    return make_study(RECIPE, **SMALL)


def middle(view):
    return np.mean(view.findings[0].polygon, axis=0)


@pytest.mark.parametrize("projection", ["CC", "MLO"])
def test_what_was_pointed_to_is_in_the_middle_and_better_seen(study, projection):
    (base,) = (view for view in study.views if (view.side, view.projection) == ("R", projection))
    x, y = middle(base)
    spot = make_extra_view(RECIPE, "R", Spot(projection, x, y), **SMALL)
    size = spot.pixels.shape[0]
    assert spot.pixels.shape == (size, size)
    assert np.abs(middle(spot) - size / 2).max() * spot.mm_per_pixel < 4
    assert spot.mm_per_pixel < base.mm_per_pixel / 2
    assert spot.findings[0].visibility > base.findings[0].visibility


def test_true_lateral_view_agrees_in_depth_with_the_cc(study):
    lateral = make_extra_view(RECIPE, "R", None, **SMALL)
    (cc,) = (view for view in study.views if (view.side, view.projection) == ("R", "CC"))
    assert (lateral.projection, lateral.pixels.shape, lateral.mm_per_pixel) == ("ML", (500, 400), cc.mm_per_pixel)
    assert abs(middle(lateral)[0] - middle(cc)[0]) * cc.mm_per_pixel < 10


def test_nothing_but_the_pixels_depends_on_what_is_there():
    """Positive or normal, on the finding or in a corner: one size, one size of a pixel."""
    wishes = [
        (RECIPE, "R", Spot("CC", 300, 250)),
        (RECIPE, "L", Spot("MLO", 399, 499)),
        (Recipe(11, "b"), "R", Spot("MLO", 200, 0)),
        (Recipe(11, "b"), "L", Spot("CC", 0, 0)),
    ]
    made = [make_extra_view(recipe, side, spot, **SMALL) for recipe, side, spot in wishes]
    assert {(view.pixels.shape, view.mm_per_pixel) for view in made} == {(made[0].pixels.shape, made[0].mm_per_pixel)}


def test_magnification_of_the_oblique_view_shows_the_same_muscle_and_skin(study):
    """Over its field the two pictures agree, whatever they enlarge."""
    (base,) = (view for view in study.views if (view.side, view.projection) == ("L", "MLO"))
    place = Spot("MLO", 90, 110)
    spot, again = (make_extra_view(RECIPE, "L", place, **SMALL) for _ in range(2))
    assert spot.pixels.tobytes() == again.pixels.tobytes()
    across = round(42 / base.mm_per_pixel)
    left, top = int(place.x - across / 2), int(place.y - across / 2)
    seen = base.pixels[top : top + across, left : left + across].astype(float)
    at = ((np.arange(across) + 0.5) * spot.pixels.shape[0] / across).astype(int)
    magnified = spot.pixels[np.ix_(at, at)].astype(float)
    assert np.corrcoef(seen.ravel(), magnified.ravel())[0, 1] > 0.8
