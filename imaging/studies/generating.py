"""What the generator makes (imaging.synthesis), in the words of the rows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from imaging.studies import seeds
from imaging.studies.models import StudyKind
from imaging.studies.pyramids import Pixels
from imaging.synthesis import FindingInView, FindingRecipe, Recipe, Study, SyntheticView, draw_recipe, make_study
from imaging.synthesis.categories import should_recall, warrants_recall
from imaging.synthesis.study import DISTRACTOR_RECIPES


@dataclass(frozen=True)
class MadeView:
    side: str
    projection: str
    pixels: Pixels
    mm_per_pixel: float

    @property
    def key(self) -> str:
        return f"{self.side}{self.projection}".lower()


@dataclass(frozen=True)
class MadeRegion:
    view: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class MadeFinding:
    fields: dict[str, Any]
    regions: list[MadeRegion]


@dataclass(frozen=True)
class Made:
    kind: StudyKind
    recall: bool
    categories: list[dict[str, str]]
    views: list[MadeView]
    findings: list[MadeFinding]


def draw_recipes(count: int) -> list[Recipe]:
    """New ones, each by chance: what one is tells nothing of another."""
    return [draw_recipe(seeds.draw_seed()) for _ in range(count)]


def kind_of(recipe: Recipe) -> StudyKind:
    if should_recall(recipe):
        return StudyKind.SUSPICIOUS
    return StudyKind.BENIGN if recipe.findings else StudyKind.NORMAL


def make(recipe: dict[str, Any]) -> Made:
    """Screening views alone: whether there are more would tell that there is something to see.

    Some six seconds of one core. Raises BadRecipe for what the generator does not know.
    """
    study = make_study(replace(Recipe.from_dict(recipe), extra_views=()))
    return Made(
        kind=kind_of(study.recipe),
        recall=study.recall,
        categories=[{"category": category, "reason": reason} for category, reason in study.categories.items()],
        views=[MadeView(view.side, view.projection, view.pixels, view.mm_per_pixel) for view in study.views],
        findings=[*_findings_of(study, study.views), *_company_of(study, study.views)],
    )


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
    fields = {
        "polygon": [[x, y] for x, y in part.polygon],
        "extent_mm": part.extent_mm,
        "visibility": part.visibility,
        "is_visible": part.visible,
    }
    return MadeRegion(f"{view.side}{view.projection}".lower(), fields)
