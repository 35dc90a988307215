import json

import pytest

from imaging.evidence.lookup import list_descriptors
from imaging.evidence.records import Kind
from imaging.synthesis import BadRecipe, ContextRecipe, FindingRecipe, Recipe
from imaging.synthesis.recipes import BENIGN, DISTRIBUTIONS, SUSPICIOUS


def test_a_recipe_travels_as_json():
    recipe = Recipe(
        7,
        "c",
        findings=(FindingRecipe("fine-linear", "segmental", "R"), FindingRecipe("round", "grouped", "L", "punctate")),
        distractors=("vascular", "lymph-node"),
        context=(ContextRecipe("oval-mass", "R"),),
        extra_views=("MAG", "ML"),
    )

    assert Recipe.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe


def test_words_are_those_of_the_lexicon():
    assert set(SUSPICIOUS) == {word.key for word in list_descriptors(Kind.SUSPICIOUS)}
    assert set(BENIGN) == {word.key for word in list_descriptors(Kind.BENIGN)}
    assert set(DISTRIBUTIONS) == {word.key for word in list_descriptors(Kind.DISTRIBUTION)}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"density": "e"}, "There is no density “e”."),
        ({"distractors": ["ghost"]}, "There is no distractor “ghost”."),
        ({"findings": [{"morphology": "sand"}]}, "There is no morphology “sand”."),
        ({"findings": [{"morphology": "round", "variant": "large"}]}, "There is no variant “large”."),
        ({"findings": [{"form": "round"}]}, "A field of the recipe is missing or unknown"),
        ({"context": [{"kind": "cyst"}]}, "There is no mass “cyst”."),
        ({"extra_views": ["XCCL"]}, "There is no extra view “XCCL”."),
        ({"seed": -1}, "A seed is not negative."),
    ],
)
def test_an_unknown_word_is_refused_by_name(change, told):
    with pytest.raises(BadRecipe, match=told):
        Recipe.from_dict({**Recipe(1).to_dict(), **change})
