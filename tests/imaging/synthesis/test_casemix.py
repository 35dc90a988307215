"""Recipes alone: no picture is made here."""

from collections import Counter

import numpy as np
import pytest

from imaging.evidence.wilson import wilson_interval
from imaging.synthesis import draw_recipe
from imaging.synthesis.categories import should_recall

DRAWN = [draw_recipe(seed) for seed in range(1500)]


def kind(recipe):
    return "suspicious" if should_recall(recipe) else "benign" if recipe.findings else "normal"


def test_a_third_each_is_suspicious_benign_and_normal():
    for count in Counter(map(kind, DRAWN)).values():
        assert 0.30 < count / len(DRAWN) < 0.37


def test_suspicious_forms_come_in_the_order_of_the_tables():
    found = Counter(recipe.findings[0].morphology for recipe in DRAWN if kind(recipe) == "suspicious")

    assert [word for word, _ in found.most_common(2)] == ["fine-pleomorphic", "amorphous"]
    assert min(found.values()) >= 20
    pairs = Counter(
        (f.morphology, f.distribution) for recipe in DRAWN if should_recall(recipe) for f in recipe.findings
    )
    assert pairs.most_common(1)[0][0] == ("fine-pleomorphic", "grouped")


def test_every_benign_form_is_drawn():
    found = {recipe.findings[0].morphology for recipe in DRAWN if kind(recipe) == "benign"}

    assert found == {
        "rim", "round", "vascular", "popcorn", "dystrophic", "rod-like", "skin", "milk-of-calcium", "suture",
    }  # fmt: skip


@pytest.mark.parametrize(
    "sign",
    [
        lambda recipe: "abcd".index(recipe.density),
        lambda recipe: len(recipe.distractors),
        lambda recipe: len(recipe.extra_views),
        lambda recipe: recipe.seed % 7,
        lambda recipe: recipe.prior.years if recipe.prior else 0,
    ],
    ids=["density", "distractors", "extra views", "seed", "prior"],
)
def test_nothing_about_a_study_but_its_findings_tells_whether_to_recall(sign):
    """Area under the curve of each sign by itself, over 1,500 recipes: within 0.05 of chance."""
    is_recall = np.array([should_recall(recipe) for recipe in DRAWN])
    value = np.array([sign(recipe) for recipe in DRAWN])
    wins = (value[is_recall][:, None] > value[~is_recall][None]) + 0.5 * (
        value[is_recall][:, None] == value[~is_recall][None]
    )

    assert abs(wins.mean() - 0.5) < 0.05


def test_sides_are_drawn_evenly():
    left = [recipe.findings[0].side == "L" for recipe in DRAWN if len(recipe.findings) == 1]
    low, high = wilson_interval(sum(left) / len(left), len(left))

    assert low < 0.5 < high
