import numpy as np
import pytest

from imaging.synthesis import FindingRecipe, Recipe

SEGMENT = Recipe(11, "b", (FindingRecipe("fine-linear", "segmental", "R"),), ("vascular",), extra_views=("ML", "MAG"))


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
