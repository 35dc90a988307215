"""Half-size studies (1000 by 800, 0.2 mm pixels), each made once."""

from functools import cache

import pytest

from imaging.synthesis import FindingRecipe, Recipe, make_study

SEGMENT = Recipe(11, "b", (FindingRecipe("fine-linear", "segmental", "R"),), ("vascular",), extra_views=("ML", "MAG"))
LIGHT = Recipe(12, "c", (FindingRecipe("amorphous", "grouped", "L"), FindingRecipe("rim", "grouped", "R")))


@cache
def half_study(recipe):
    return make_study(recipe, rows=1000, columns=800)


@pytest.fixture
def make():
    return half_study
