from dataclasses import replace

import numpy as np
import pytest

from imaging.synthesis import FindingRecipe, Recipe, make_study
from tests.imaging.synthesis.conftest import LIGHT, SEGMENT


@pytest.fixture
def study(make):
    return make(SEGMENT)


def test_four_screening_views_come_first_and_the_extra_ones_of_the_finding_after(study):
    assert [(view.side, view.projection) for view in study.views] == [
        ("R", "CC"),
        ("L", "CC"),
        ("R", "MLO"),
        ("L", "MLO"),
        ("R", "ML"),
        ("R", "MAG"),
    ]
    for view in study.views[:5]:
        assert view.pixels.shape == (1000, 800)
        assert view.mm_per_pixel == 0.2
    for view in study.views:
        assert view.pixels.dtype == np.uint16
        assert view.pixels.min() >= 0 and 3000 < view.pixels.max() <= 4095


def test_the_chest_wall_of_both_sides_is_in_the_middle_of_the_room(study):
    right, left = study.views[:2]

    assert (right.pixels[:, -40:] > 0).any() and not right.pixels[:, :40].any()
    assert (left.pixels[:, :40] > 0).any() and not left.pixels[:, -40:].any()


def test_only_the_views_of_its_side_show_a_finding(study):
    for view in study.views:
        assert [finding.finding for finding in view.findings] == ([0] if view.side == "R" else [])


def test_the_same_recipe_gives_the_same_bytes_and_another_seed_another_person():
    first, again, other = (make_study(Recipe(seed, "a"), rows=200, columns=160).views for seed in (3, 3, 4))

    assert [view.pixels.tobytes() for view in first] == [view.pixels.tobytes() for view in again]
    assert len({view.pixels.tobytes() for view in (*first, *other)}) == 8


def test_a_normal_study_may_have_extra_views_too(make):
    assert [view.projection for view in make(LIGHT).views] == ["CC", "CC", "MLO", "MLO"]
    small = make_study(Recipe(5, "a", extra_views=("MAG",)), rows=200, columns=160)

    assert [view.projection for view in small.views] == ["CC", "CC", "MLO", "MLO", "MAG"]
    assert all(view.findings == view.distractors == [] for view in small.views)


def test_extra_views_change_no_screening_view():
    """The academy makes studies without them: what is read is the same, byte for byte."""
    recipe = Recipe(5, "a", (FindingRecipe("rim"),), extra_views=("MAG", "ML"))
    both = [make_study(each, rows=200, columns=160).views[:4] for each in (recipe, replace(recipe, extra_views=()))]
    for more, less in zip(*both, strict=True):
        assert more.pixels.tobytes() == less.pixels.tobytes()
        assert [found.polygon for found in more.findings] == [found.polygon for found in less.findings]
