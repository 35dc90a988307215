"""Half-size studies (1000 by 800, 0.2 mm pixels), each made once."""

from functools import cache

import pytest

from imaging.synthesis import Recipe, make_study


@cache
def half_study(recipe: Recipe):
    return make_study(recipe, rows=1000, columns=800)


@pytest.fixture
def make():
    return half_study
