"""An earlier examination: the same breasts, positioned anew, with so much of each finding as the recipe says."""

import hashlib

import numpy as np
import pytest

from imaging.synthesis import BadRecipe, FindingRecipe, PriorRecipe, Recipe, draw_recipe, make_prior, make_study
from imaging.synthesis.categories import warrants_recall

SMALL = {"rows": 400, "columns": 320}
FINDINGS = (FindingRecipe("fine-pleomorphic", "grouped", "R"), FindingRecipe("popcorn", "grouped", "L"))


def with_shares(*shares):
    return Recipe(21, "b", FINDINGS, ("vascular",), prior=PriorRecipe(2, shares))


@pytest.fixture(scope="module")
def today():
    return make_study(with_shares(0.4, 1.0), **SMALL).views


@pytest.fixture(scope="module")
def before():
    return make_prior(with_shares(0.4, 1.0), **SMALL)


def particles(view):
    return [len(found.particles) for found in view.findings]


def test_of_a_finding_there_is_what_the_recipe_says(today, before):
    none = make_prior(with_shares(0.0, 1.0), **SMALL)
    assert [(view.side, view.projection) for view in before] == [("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO")]
    assert 0 < particles(before[0])[0] < 0.7 * particles(today[0])[0]
    assert particles(none[0]) == [0]
    assert (none[0].findings[0].polygon, none[0].findings[0].visible) == ([], False)
    assert particles(none[1])[0] > 0.7 * particles(today[1])[0]


def test_it_is_the_same_breast_and_not_the_same_picture(today, before):
    for now, then in zip(today, before, strict=True):
        assert now.pixels.tobytes() != then.pixels.tobytes()
        assert np.corrcoef(now.pixels.ravel(), then.pixels.ravel())[0, 1] > 0.85


def test_recipes_without_a_prior_travel_as_before_and_give_the_same_pictures():
    recipe = Recipe(5, "a", (FindingRecipe("rim"),))
    assert "prior" not in recipe.to_dict()
    views = make_study(recipe, 200, 160).views
    with_prior = Recipe(5, "a", (FindingRecipe("rim"),), prior=PriorRecipe(3, (0.5,)))
    assert Recipe.from_dict(with_prior.to_dict()) == with_prior
    again = make_study(with_prior, 200, 160).views
    assert [view.pixels.tobytes() for view in views] == [view.pixels.tobytes() for view in again]


@pytest.mark.parametrize(
    ("prior", "told"),
    [
        ({"years": 0, "shares": [1]}, "a year back or more"),
        ({"years": 1, "shares": [1.5]}, "from 0 to 1"),
        ({"years": 1, "shares": []}, "of each finding"),
        ({"years": 1}, "missing or unknown"),
        ("long ago", "missing or unknown"),
    ],
)
def test_bad_prior_is_refused(prior, told):
    recipe = {**Recipe(5, "a", (FindingRecipe("rim"),)).to_dict(), "prior": prior}
    with pytest.raises(BadRecipe, match=told):
        Recipe.from_dict(recipe)


def test_priors_are_drawn_beside_the_rest():
    """What else is drawn of a seed is what was drawn before there were priors."""
    drawn = [draw_recipe(seed) for seed in range(60)]
    said = repr([(each.density, each.findings, each.distractors, each.context) for each in drawn])
    assert hashlib.sha256(said.encode()).hexdigest()[:16] == "84b05a5df7afe82d"


def test_suspicious_ones_are_mostly_new_and_round_ones_never_stable():
    pairs = [
        (finding, share)
        for recipe in map(draw_recipe, range(1500))
        if recipe.prior
        for finding, share in zip(recipe.findings, recipe.prior.shares, strict=True)
    ]
    suspicious = [share for finding, share in pairs if warrants_recall(finding)]
    benign = [share for finding, share in pairs if not warrants_recall(finding)]
    assert np.mean([share == 1 for share in benign]) > 0.7
    assert 0.05 < np.mean([share == 1 for share in suspicious]) < 0.3
    rounds = [share for finding, share in pairs if finding.morphology == "round" and warrants_recall(finding)]
    assert rounds
    assert max(rounds) < 1
