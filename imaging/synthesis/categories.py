"""What a screening reading of a synthetic study should say: recall or not, and which categories are acceptable.

Truth is the descriptors: positive means that they warrant recall. Malignant or benign is never claimed. Categories
follow the cells of imaging/evidence/data/descriptors.yaml (a test holds them together); recall of a new punctate group
rests on the rule that category 3 is given only after diagnostic views.
"""

from imaging.synthesis.recipes import SUSPICIOUS, FindingRecipe, Recipe

OWN = {"fine-linear": "4C", "fine-pleomorphic": "4B", "amorphous": "4B", "coarse-heterogeneous": "4B"}
"""Of a suspicious form by itself."""
ANY_LETTER = ("4A", "4B", "4C")
CELLS: dict[tuple[str, str], tuple[str, ...]] = {
    ("amorphous", "diffuse"): ("2",),
    ("amorphous", "regional"): ("4A", "4B"),
    ("amorphous", "grouped"): ("4A", "4B"),
    ("fine-linear", "linear"): ("4C", "5"),
    ("fine-linear", "segmental"): ("4C", "5"),
    ("fine-pleomorphic", "linear"): ("4B", "4C"),
    ("fine-pleomorphic", "segmental"): ("4B", "4C"),
    ("coarse-heterogeneous", "linear"): ("4B", "4C"),
    ("coarse-heterogeneous", "segmental"): ("4B", "4C"),
    ("round", "regional"): ("2", "3"),
    ("round", "grouped"): ("3",),
    ("round", "linear"): ANY_LETTER,
    ("round", "segmental"): ANY_LETTER,
}
"""Where the arrangement says more, or less, than the form."""
SPICULES = "The mass has spicules."
RECALLED_ROUND = ("grouped", "linear", "segmental")


def warrants_recall(finding: FindingRecipe) -> bool:
    if finding.morphology == "round":
        return finding.distribution in RECALLED_ROUND
    return finding.morphology in SUSPICIOUS and (finding.morphology, finding.distribution) != ("amorphous", "diffuse")


def should_recall(recipe: Recipe) -> bool:
    has_spicules = any(mass.kind == "spiculated-mass" for mass in recipe.context)
    return has_spicules or any(map(warrants_recall, recipe.findings))


def acceptable_categories(recipe: Recipe) -> dict[str, str]:
    """Categories with the reason for each."""
    if not should_recall(recipe):
        return _routine(recipe)
    reasons = {"0": "At screening a finding that needs more views or a biopsy is incomplete: recall."}
    if any(mass.kind == "spiculated-mass" for mass in recipe.context):
        reasons |= dict.fromkeys(("4C", "5"), SPICULES)
    for finding in filter(warrants_recall, recipe.findings):
        pair = (finding.morphology, finding.distribution)
        words = f"{finding.morphology.replace('-', ' ')}, {finding.distribution}"
        for category in CELLS.get(pair) or (OWN[finding.morphology],):
            reasons.setdefault(category, f"The usual category of these descriptors: {words}.")
    return reasons


def _routine(recipe: Recipe) -> dict[str, str]:
    if not recipe.findings and not recipe.distractors and not recipe.context:
        return {"1": "There is nothing to describe."}
    return {
        "2": "What can be described is typically benign.",
        "1": "Typically benign findings need not be described; both categories end in routine screening.",
    }
