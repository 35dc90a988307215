"""What a study is made from: a seed and words. The same recipe gives the same bytes, and travels as JSON."""

from dataclasses import dataclass
from typing import Any

GENERATOR = 1
"""Raised by whoever changes the generator so that images look different: what was made before is stale."""
SUSPICIOUS = ("fine-linear", "fine-pleomorphic", "amorphous", "coarse-heterogeneous")
BENIGN = ("skin", "vascular", "popcorn", "rod-like", "round", "rim", "dystrophic", "milk-of-calcium", "suture")
MORPHOLOGIES = (*SUSPICIOUS, *BENIGN)
DISTRIBUTIONS = ("diffuse", "regional", "grouped", "linear", "segmental")
SIDES = ("L", "R")
DENSITIES = ("a", "b", "c", "d")
VARIANTS = {"round": ("punctate", "round")}
"""Words that a morphology of the lexicon holds together."""
DISTRACTORS = ("vascular", "skin", "round", "deodorant", "lymph-node")
MASSES = ("oval-mass", "spiculated-mass")
EXTRA_VIEWS = ("MAG", "ML", "TAN")


class BadRecipe(ValueError):
    """A word that the generator does not know; the sentence says which."""


@dataclass(frozen=True)
class FindingRecipe:
    morphology: str
    distribution: str = "grouped"
    side: str = "L"
    variant: str = ""
    amount: float = 1.0
    """Of particles, beside the usual number."""

    def __post_init__(self) -> None:
        _check(self.morphology, MORPHOLOGIES, "morphology")
        _check(self.distribution, DISTRIBUTIONS, "distribution")
        _check(self.side, SIDES, "side")
        _check(self.variant, ("", *VARIANTS.get(self.morphology, ())), "variant")


@dataclass(frozen=True)
class ContextRecipe:
    """A mass around the first finding of that side, or by itself."""

    kind: str
    side: str = "L"

    def __post_init__(self) -> None:
        _check(self.kind, MASSES, "mass")
        _check(self.side, SIDES, "side")


@dataclass(frozen=True)
class PriorRecipe:
    """An earlier examination of the same breasts."""

    years: int
    """Before this one."""
    shares: tuple[float, ...] = ()
    """Of each finding's particles, how many were there already: 0 none, 1 all of them."""

    def __post_init__(self) -> None:
        if self.years < 1:
            raise BadRecipe("A prior examination lies a year back or more.")
        if not all(0 <= share <= 1 for share in self.shares):
            raise BadRecipe("A share of a finding is from 0 to 1.")


@dataclass(frozen=True)
class Recipe:
    seed: int
    density: str = "b"
    findings: tuple[FindingRecipe, ...] = ()
    distractors: tuple[str, ...] = ()
    context: tuple[ContextRecipe, ...] = ()
    extra_views: tuple[str, ...] = ()
    """Of the first finding, or of any place; screening views of both sides are always made."""
    prior: PriorRecipe | None = None

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise BadRecipe("A seed is not negative.")
        _check(self.density, DENSITIES, "density")
        for word in self.distractors:
            _check(word, DISTRACTORS, "distractor")
        for word in self.extra_views:
            _check(word, EXTRA_VIEWS, "extra view")
        if self.prior and len(self.prior.shares) != len(self.findings):
            raise BadRecipe("A prior examination says of each finding how much of it was there.")

    def to_dict(self) -> dict[str, Any]:
        prior = {"prior": {"years": self.prior.years, "shares": list(self.prior.shares)}} if self.prior else {}
        return {
            "seed": self.seed,
            "density": self.density,
            "findings": [vars(finding) for finding in self.findings],
            "distractors": list(self.distractors),
            "context": [vars(mass) for mass in self.context],
            "extra_views": list(self.extra_views),
            **prior,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Recipe":
        """Raises BadRecipe for words and fields that it does not know."""
        try:
            prior = data.get("prior")
            return cls(
                seed=data["seed"],
                density=data["density"],
                findings=tuple(FindingRecipe(**finding) for finding in data.get("findings", ())),
                distractors=tuple(data.get("distractors", ())),
                context=tuple(ContextRecipe(**mass) for mass in data.get("context", ())),
                extra_views=tuple(data.get("extra_views", ())),
                prior=PriorRecipe(prior["years"], tuple(prior["shares"])) if prior else None,
            )
        except (KeyError, TypeError) as error:
            raise BadRecipe(f"A field of the recipe is missing or unknown ({error}).") from error


def _check(word: str, known: tuple[str, ...], kind: str) -> None:
    if word not in known:
        raise BadRecipe(f"There is no {kind} “{word}”.")
