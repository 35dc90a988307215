"""Synthetic mammograms with exact truth, from a seed; pure NumPy and SciPy (docs/decisions/0054).

A teaching picture, not a patient and not a simulation of physics; no radiologist has judged it.
"""

from imaging.synthesis.casemix import draw_recipe
from imaging.synthesis.recipes import BadRecipe, ContextRecipe, FindingRecipe, Recipe
from imaging.synthesis.study import Study, SyntheticView, make_study
from imaging.synthesis.truth import FindingInView

__all__ = [
    "BadRecipe",
    "ContextRecipe",
    "FindingInView",
    "FindingRecipe",
    "Recipe",
    "Study",
    "SyntheticView",
    "draw_recipe",
    "make_study",
]
