"""Synthetic mammograms with exact truth, from a seed; pure NumPy and SciPy (docs/decisions/0054).

A teaching picture, not a patient and not a simulation of physics; no radiologist has judged it.
"""

from imaging.synthesis.casemix import draw_recipe
from imaging.synthesis.recipes import GENERATOR, BadRecipe, ContextRecipe, FindingRecipe, PriorRecipe, Recipe
from imaging.synthesis.study import Spot, Study, SyntheticView, make_extra_view, make_prior, make_study
from imaging.synthesis.truth import FindingInView

__all__ = [
    "GENERATOR",
    "BadRecipe",
    "ContextRecipe",
    "FindingInView",
    "FindingRecipe",
    "PriorRecipe",
    "Recipe",
    "Spot",
    "Study",
    "SyntheticView",
    "draw_recipe",
    "make_extra_view",
    "make_prior",
    "make_study",
]
