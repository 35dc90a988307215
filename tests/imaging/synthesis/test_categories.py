import pytest

from imaging.evidence.lookup import get_evidence
from imaging.synthesis import ContextRecipe, FindingRecipe, Recipe
from imaging.synthesis.categories import CELLS, OWN, acceptable_categories, should_recall


def test_categories_are_those_of_the_evidence():
    evidence = get_evidence()
    for morphology, category in OWN.items():
        assert category == evidence.descriptors[morphology].category
    for pair, usual in evidence.usual.items():
        told = [letter for letter in ("2", "3", "4A", "4B", "4C") if letter in usual.category]
        if told and pair in CELLS:
            assert set(told) <= set(CELLS[pair]) <= {*told, OWN.get(pair[0])}


@pytest.mark.parametrize(
    ("morphology", "distribution", "is_recall", "categories"),
    [
        ("fine-linear", "segmental", True, {"0", "4C", "5"}),
        ("amorphous", "grouped", True, {"0", "4A", "4B"}),
        ("round", "grouped", True, {"0", "3"}),
        ("round", "diffuse", False, {"1", "2"}),
        ("amorphous", "diffuse", False, {"1", "2"}),
        ("vascular", "linear", False, {"1", "2"}),
        ("popcorn", "grouped", False, {"1", "2"}),
    ],
)
def test_descriptors_decide_on_recall(morphology, distribution, is_recall, categories):
    recipe = Recipe(1, findings=(FindingRecipe(morphology, distribution),))

    assert should_recall(recipe) is is_recall
    assert set(acceptable_categories(recipe)) == categories


def test_nothing_is_category_1_and_company_alone_may_be_2():
    assert set(acceptable_categories(Recipe(1))) == {"1"}
    assert set(acceptable_categories(Recipe(1, distractors=("vascular",)))) == {"1", "2"}


def test_spicules_are_recalled_by_themselves():
    assert should_recall(Recipe(1, context=(ContextRecipe("spiculated-mass"),)))
    assert not should_recall(Recipe(1, context=(ContextRecipe("oval-mass"),)))
