"""The words of CBIS-DDSM's tables in those of the lexicon (imaging.evidence). A word that is in no table is refused."""

from django.utils.translation import gettext as _

from imaging.incoming.errors import FileRefused

MORPHOLOGIES = {
    "FINE_LINEAR_BRANCHING": "fine-linear",
    "PLEOMORPHIC": "fine-pleomorphic",
    "AMORPHOUS": "amorphous",
    "PUNCTATE": "round",
    "ROUND_AND_REGULAR": "round",
    "MILK_OF_CALCIUM": "milk-of-calcium",
    "COARSE": "popcorn",
    "DYSTROPHIC": "dystrophic",
    "LARGE_RODLIKE": "rod-like",
    "EGGSHELL": "rim",
    "LUCENT_CENTER": "rim",
    "LUCENT_CENTERED": "rim",
    "SKIN": "skin",
    "VASCULAR": "vascular",
}
"""Of several in one cell the first one here decides: the order of suspicion. COARSE is the old lexicon's word for
popcorn-like; the archive has none for coarse heterogeneous."""
DISTRIBUTIONS = {
    "LINEAR": "linear",
    "SEGMENTAL": "segmental",
    "CLUSTERED": "grouped",
    "REGIONAL": "regional",
    "DIFFUSELY_SCATTERED": "diffuse",
}
"""In the order of suspicion, too."""
NOT_STATED = ("", "N/A")


def map_morphology(cell: str) -> str:
    """Raises FileRefused: a finding without a form could not be told."""
    if cell in NOT_STATED:
        raise FileRefused(_("The form of the calcifications is not stated (calc type)."))
    return _pick(cell, MORPHOLOGIES, "calc type")


def map_distribution(cell: str) -> str:
    """Empty where it is not stated. Raises FileRefused."""
    return "" if cell in NOT_STATED else _pick(cell, DISTRIBUTIONS, "calc distribution")


def _pick(cell: str, table: dict[str, str], column: str) -> str:
    words = cell.split("-")
    if strangers := [word for word in words if word not in table]:
        told = _("“{word}” ({column}) has no word in the lexicon here.")
        raise FileRefused(told.format(word=strangers[0][:60], column=column))
    return next(key for word, key in table.items() if word in words)
