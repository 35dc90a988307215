"""What the generator makes (imaging.synthesis), in the words of the rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from imaging.studies import seeds
from imaging.studies.models import StudyKind
from imaging.studies.outlines import Outline, find_outline
from imaging.studies.pyramids import Pixels, Pyramid, count_levels, name_folder, store_pyramid
from imaging.synthesis import (
    FindingInView,
    FindingRecipe,
    Recipe,
    Spot,
    Study,
    SyntheticView,
    draw_recipe,
    make_extra_view,
    make_prior,
    make_study,
)
from imaging.synthesis.categories import should_recall, warrants_recall
from imaging.synthesis.study import DISTRACTOR_RECIPES

MOST_DRAWS = 1_500
"""Of recipes, to meet words that are rare: one of 130 has the rarest pair."""


@dataclass(frozen=True)
class MadeView:
    side: str
    projection: str
    pixels: Pixels
    mm_per_pixel: float
    is_prior: bool = False

    @property
    def key(self) -> str:
        return f"{self.side}{self.projection}".lower() + ("-p" if self.is_prior else "")

    @property
    def rows(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def columns(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def outline(self) -> Outline:
        return find_outline(self.pixels)

    @property
    def folder(self) -> str:
        """Of its tiles."""
        return name_folder(self.pixels)

    @property
    def levels(self) -> int:
        return count_levels(self.rows, self.columns)

    def store(self) -> Pyramid:
        return store_pyramid(self.pixels)


ViewT = TypeVar("ViewT")
"""MadeView, or what stands for one that was made before (imaging.studies.shipped)."""


@dataclass(frozen=True)
class MadeRegion:
    view: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class MadeFinding:
    fields: dict[str, Any]
    regions: list[MadeRegion]


@dataclass(frozen=True)
class Made(Generic[ViewT]):
    kind: StudyKind
    recall: bool
    categories: list[dict[str, str]]
    views: Sequence[ViewT]
    """Those of the prior, too."""
    findings: list[MadeFinding]
    prior_years: int = 0
    """0 where there is no prior."""


@dataclass(frozen=True)
class MadeExtra:
    """A view that somebody asked for."""

    pixels: Pixels
    mm_per_pixel: float
    regions: dict[int, dict[str, Any]]
    """By the number of the finding, as `Made.findings` counts them from 1 on."""

    def named(self, side: str, projection: str) -> MadeView:
        return MadeView(side, projection, self.pixels, self.mm_per_pixel)


def draw_recipes(count: int) -> list[Recipe]:
    """New ones, each by chance: what one is tells nothing of another."""
    return [draw_recipe(seeds.draw_seed()) for _ in range(count)]


def draw_thirds(morphology: str, distribution: str) -> list[Recipe]:
    """A suspicious, a benign and a normal one, in an order by chance; one of them has these words.

    Each is drawn until it fits, so that nothing else about it differs from any other study. Words that the academy does
    not draw are left out.
    """
    drawn: dict[StudyKind, Recipe] = {}
    wanted: Recipe | None = None
    for recipe in (draw_recipe(seeds.draw_seed()) for _ in range(MOST_DRAWS)):
        first = next(iter(recipe.findings), None)
        if wanted is None and first and (first.morphology, first.distribution) == (morphology, distribution):
            wanted = recipe
            drawn[kind_of(recipe)] = recipe
        drawn.setdefault(kind_of(recipe), recipe)
        if len(drawn) == len(StudyKind) and (wanted or not morphology):
            break
    return sorted(drawn.values(), key=lambda recipe: recipe.seed)


def kind_of(recipe: Recipe) -> StudyKind:
    if should_recall(recipe):
        return StudyKind.SUSPICIOUS
    return StudyKind.BENIGN if recipe.findings else StudyKind.NORMAL


def make(recipe: dict[str, Any]) -> Made[MadeView]:
    """Screening views alone, and those of the prior: additional views are made when somebody asks (`make_extra`).

    Some six seconds of one core, and as many for a prior. Raises BadRecipe for what the generator does not know.
    """
    study = make_study(replace(Recipe.from_dict(recipe), extra_views=()))
    prior = study.recipe.prior
    before = make_prior(study.recipe) if prior else []
    return Made(
        kind=kind_of(study.recipe),
        recall=study.recall,
        categories=[{"category": category, "reason": reason} for category, reason in study.categories.items()],
        views=[_make_view(view) for view in study.views] + [_make_view(view, is_prior=True) for view in before],
        findings=[*_findings_of(study, study.views), *_company_of(study, study.views)],
        prior_years=prior.years if prior else 0,
    )


def _make_view(view: SyntheticView, *, is_prior: bool = False) -> MadeView:
    return MadeView(view.side, view.projection, view.pixels, view.mm_per_pixel, is_prior)


def make_extra(recipe: dict[str, Any], *, side: str, spot: tuple[str, float, float] | None = None) -> MadeExtra:
    """A true lateral view of a side, or a magnification around a place (projection, x, y) of a screening view of it.

    Some four seconds of one core. Raises BadRecipe.
    """
    known = Recipe.from_dict(recipe)
    view = make_extra_view(known, side, Spot(*spot) if spot else None)
    company = [number for number, word in enumerate(known.distractors) if word in DISTRACTOR_RECIPES]
    numbered = [(part.finding + 1, part) for part in view.findings]
    numbered += [(len(known.findings) + company.index(part.finding) + 1, part) for part in view.distractors]
    regions = {number: _describe_region(part) for number, part in numbered if part.polygon}
    return MadeExtra(view.pixels, view.mm_per_pixel, regions)


def _findings_of(study: Study, views: list[SyntheticView]) -> Iterator[MadeFinding]:
    for number, finding in enumerate(study.recipe.findings):
        regions = [_make_region(view, part) for view in views for part in view.findings if part.finding == number]
        yield _make_finding(finding, finding.side, regions)


def _company_of(study: Study, views: list[SyntheticView]) -> Iterator[MadeFinding]:
    """What else has calcified, and means nothing: whoever marks it is told what it is."""
    for number, word in enumerate(study.recipe.distractors):
        parts = [(view, part) for view in views for part in view.distractors if part.finding == number]
        if word in DISTRACTOR_RECIPES and parts:
            regions = [_make_region(view, part) for view, part in parts]
            yield _make_finding(DISTRACTOR_RECIPES[word], parts[0][0].side, regions, is_company=True)


def _make_finding(
    finding: FindingRecipe, side: str, regions: list[MadeRegion | None], *, is_company: bool = False
) -> MadeFinding:
    fields = {
        "side": side,
        "morphology": finding.morphology,
        "distribution": finding.distribution,
        "warrants_recall": not is_company and warrants_recall(finding),
    }
    return MadeFinding(fields, [region for region in regions if region])


def _make_region(view: SyntheticView, part: FindingInView) -> MadeRegion | None:
    """None where the finding lies outside of the picture."""
    if not part.polygon:
        return None
    return MadeRegion(f"{view.side}{view.projection}".lower(), _describe_region(part))


def _describe_region(part: FindingInView) -> dict[str, Any]:
    return {
        "polygon": [[x, y] for x, y in part.polygon],
        "extent_mm": part.extent_mm,
        "visibility": part.visibility,
        "is_visible": part.visible,
    }
