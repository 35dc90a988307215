"""Which studies the academy draws: a third each suspicious, typically benign and normal.

Within a third, forms and distributions come as often as in the tables of CBIS-DDSM (1,045 lesions of calcification;
Lee et al., Sci Data 4:170177, 2017, CC BY 3.0), which are picked teaching cases, not a screening population. Only pairs
that the lexicon's words can tell apart are drawn, and the rarest are raised to MINIMUM so that each is met.
"""

from dataclasses import replace

import numpy as np
from numpy.random import Generator

from imaging.synthesis.arrays import stream
from imaging.synthesis.categories import warrants_recall
from imaging.synthesis.recipes import ContextRecipe, FindingRecipe, PriorRecipe, Recipe

SUSPICIOUS_LESIONS = {
    ("fine-pleomorphic", "grouped", ""): 366,
    ("fine-pleomorphic", "segmental", ""): 72,
    ("fine-pleomorphic", "linear", ""): 32,
    ("fine-pleomorphic", "regional", ""): 19,
    ("amorphous", "grouped", ""): 78,
    ("amorphous", "segmental", ""): 18,
    ("amorphous", "regional", ""): 9,
    ("amorphous", "linear", ""): 4,
    ("round", "grouped", "punctate"): 41,
    ("round", "segmental", "punctate"): 9,
    ("round", "linear", "punctate"): 2,
    ("fine-linear", "linear", ""): 33,
    ("fine-linear", "grouped", ""): 25,
    ("fine-linear", "segmental", ""): 16,
    ("fine-linear", "regional", ""): 4,
    ("coarse-heterogeneous", "grouped", ""): 1,
    ("coarse-heterogeneous", "regional", ""): 0,
}
BENIGN_LESIONS = {
    ("rim", "grouped", ""): 75,
    ("round", "diffuse", "round"): 57,
    ("round", "diffuse", "punctate"): 15,
    ("vascular", "linear", ""): 52,
    ("popcorn", "grouped", ""): 32,
    ("dystrophic", "grouped", ""): 10,
    ("rod-like", "diffuse", ""): 2,
    ("skin", "grouped", ""): 2,
    ("milk-of-calcium", "grouped", ""): 1,
    ("suture", "grouped", ""): 0,
}
"""Lesions whose distribution the tables do not state stand under the form's usual one; "coarse" counts as popcorn."""
MINIMUM = 20
COARSE_MINIMUM = 40
"""CBIS calls coarse heterogeneous mostly pleomorphic; the lexicon tells them apart, so it is drawn more often."""
DENSITY_SHARES = {"a": 0.10, "b": 0.40, "c": 0.40, "d": 0.10}
"""The shares usually quoted for the United States; the same in each third, so that density tells nothing."""
BILATERAL = {"round", "rod-like"}
DISTRACTOR_SHARES = {"vascular": 0.14, "skin": 0.08, "round": 0.25, "deodorant": 0.04, "lymph-node": 0.15}
"""Chance of each in any study; the benign company was not counted in any source that we read."""
EXTRA_VIEWS = ("MAG", "ML")
"""Of every study, normal or not, so that having them tells nothing."""
PRIOR_SHARE = 0.4
"""Of all studies; a guess, so that most are read as they stand and comparing is practiced all the same."""
PRIOR_YEARS = (1, 2, 3)
PRIOR_COURSES = {"new": (0.10, 0.45), "fewer": (0.10, 0.35), "unchanged": (0.80, 0.20)}
"""Chance of each for what does not warrant recall, and for what does. Guesses: no series of priors was read for them.
Stable suspicious forms occur, so that being unchanged never settles it alone."""
CLASSES = ("suspicious", "benign", "normal")


def draw_recipe(seed: int) -> Recipe:
    recipe = _draw_today(seed)
    return replace(recipe, prior=_draw_prior(recipe))


def _draw_prior(recipe: Recipe) -> PriorRecipe | None:
    """Whether there is one, and how old it is, is drawn without a look at the findings: having one tells nothing."""
    rng = stream(recipe.seed, "prior")
    has_prior, years = rng.random() < PRIOR_SHARE, int(rng.choice(PRIOR_YEARS))
    if not has_prior:
        return None
    return PriorRecipe(years, tuple(_draw_share(each, rng) for each in recipe.findings))


def _draw_share(finding: FindingRecipe, rng: Generator) -> float:
    """How much of a finding was there: what is suspicious is mostly new or has grown, what is benign mostly stays.

    Round and punctate ones are recalled because they are new or grow; unchanged for years they would be benign.
    """
    is_suspicious = warrants_recall(finding)
    chances = np.array([each[is_suspicious] for each in PRIOR_COURSES.values()])
    if is_suspicious and finding.morphology == "round":
        chances[list(PRIOR_COURSES).index("unchanged")] = 0
    course = str(rng.choice(list(PRIOR_COURSES), p=chances / chances.sum()))
    return {"new": 0.0, "fewer": round(float(rng.uniform(0.25, 0.6)), 2), "unchanged": 1.0}[course]


def _draw_today(seed: int) -> Recipe:
    rng = stream(seed, "recipe")
    kind = CLASSES[int(rng.integers(3))]
    density = str(rng.choice(list(DENSITY_SHARES), p=list(DENSITY_SHARES.values())))
    distractors = tuple(word for word, chance in DISTRACTOR_SHARES.items() if rng.random() < chance)
    if kind == "normal":
        return Recipe(seed, density, distractors=distractors, extra_views=EXTRA_VIEWS)
    morphology, distribution, variant = _draw_pair(SUSPICIOUS_LESIONS if kind == "suspicious" else BENIGN_LESIONS, rng)
    side = "LR"[int(rng.integers(2))]
    sides = "LR" if distribution == "diffuse" and morphology in BILATERAL else side
    return Recipe(
        seed,
        density,
        findings=tuple(FindingRecipe(morphology, distribution, each, variant) for each in sides),
        # A benign form is not its own distractor.
        distractors=tuple(word for word in distractors if word != morphology),
        context=_draw_context(morphology, distribution, side, rng),
        extra_views=EXTRA_VIEWS,
    )


def _draw_pair(lesions: dict[tuple[str, str, str], int], rng: Generator) -> tuple[str, str, str]:
    least = {pair: COARSE_MINIMUM if pair[0].startswith("coarse") else MINIMUM for pair in lesions}
    weights = np.array([max(count, least[pair]) for pair, count in lesions.items()], float)
    return list(lesions)[int(rng.choice(len(lesions), p=weights / weights.sum()))]


def _draw_context(morphology: str, distribution: str, side: str, rng: Generator) -> tuple[ContextRecipe, ...]:
    if morphology == "popcorn":
        return (ContextRecipe("oval-mass", side),)
    if morphology in ("fine-pleomorphic", "fine-linear") and distribution == "grouped" and rng.random() < 0.10:
        return (ContextRecipe("spiculated-mass", side),)
    return ()
