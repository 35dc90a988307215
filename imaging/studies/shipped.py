"""Studies that come with the academy, made before: the room opens at once, and a lesson's study waits for no worker.

A file holds what the generator made of one recipe, facts and tiles, and is named by recipe and generator. It only
spares the making: without it a worker makes the same study.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from core.making import keep_made
from imaging.studies.generating import Made, MadeFinding, MadeRegion, MadeView, make
from imaging.studies.models import StudyKind
from imaging.studies.outlines import Outline
from imaging.studies.pyramids import Pyramid, cut_tiles
from imaging.synthesis import GENERATOR, Recipe, draw_recipe

FACTS = "facts.json"
LIST = "practice.yaml"
"""Seeds of the studies that practice begins with."""


@dataclass(frozen=True)
class ShippedView:
    """Stands for a MadeView whose tiles need not be cut any more."""

    archive: Path
    key: str
    side: str
    projection: str
    rows: int
    columns: int
    mm_per_pixel: float
    outline: Outline
    folder: str
    levels: int
    is_prior: bool = False

    def store(self) -> Pyramid:
        with zipfile.ZipFile(self.archive) as archive:
            for name in archive.namelist():
                if name.startswith(f"{self.key}/"):
                    tile = archive.read(name)
                    keep_made(f"{self.folder}/{name.removeprefix(f'{self.key}/')}", tile, end=tile)
        return Pyramid(self.folder, self.levels)


def find_shipped(recipe: dict[str, Any]) -> Made[ShippedView] | None:
    """What the academy brought along of this recipe. Raises BadRecipe."""
    archive = _folder() / _name(Recipe.from_dict(recipe))
    if not archive.is_file():
        return None
    with zipfile.ZipFile(archive) as opened:
        facts = json.loads(opened.read(FACTS))
    findings = [
        MadeFinding(each["fields"], [MadeRegion(region["view"], region["fields"]) for region in each["regions"]])
        for each in facts["findings"]
    ]
    return Made(
        kind=StudyKind(facts["kind"]),
        recall=facts["recall"],
        categories=facts["categories"],
        views=[ShippedView(archive, **view) for view in facts["views"]],
        findings=findings,
        prior_years=facts["prior_years"],
    )


def recipes_for_practice() -> list[Recipe]:
    return [draw_recipe(seed) for seed in _read(_folder() / LIST)]


# --- Making the files -----------------------------------------------------------------------------------


def find_stale() -> list[Recipe]:
    """Studies that shall come with the academy, and whose file is not there or of an older generator."""
    return [recipe for recipe in _wanted() if not (_folder() / _name(recipe)).is_file()]


def find_left_over() -> list[Path]:
    names = {_name(recipe) for recipe in _wanted()}
    return sorted(path for path in _folder().glob("*.zip") if path.name not in names)


def ship_stale() -> Iterator[str]:
    """Make what lacks and remove what is left over; a line for each."""
    for recipe in find_stale():
        path = ship(recipe)
        yield f"{path.name}: {path.stat().st_size / 1000:.0f} kB"
    for path in find_left_over():
        path.unlink()
        yield f"{path.name}: removed"


def ship(recipe: Recipe) -> Path:
    made = make(recipe.to_dict())
    path = _folder() / _name(recipe)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        facts = {
            "kind": made.kind,
            "recall": made.recall,
            "categories": made.categories,
            "prior_years": made.prior_years,
            "findings": [
                {"fields": each.fields, "regions": [vars(region) for region in each.regions]} for each in made.findings
            ],
            "views": [_describe(view) for view in made.views],
        }
        archive.writestr(_entry(FACTS), json.dumps(facts, separators=(",", ":")))
        for view in made.views:
            for name, tile in cut_tiles(view.pixels):
                archive.writestr(_entry(f"{view.key}/{name}"), tile)
    return path


def _describe(view: MadeView) -> dict[str, Any]:
    names = [field.name for field in fields(ShippedView) if field.name != "archive"]
    return {name: getattr(view, name) for name in names}


def _entry(name: str) -> zipfile.ZipInfo:
    """Without the time of day: the same study is the same file."""
    return zipfile.ZipInfo(name)


def _wanted() -> Iterator[Recipe]:
    yield from recipes_for_practice()
    for path in sorted((_folder().parent / "courses").glob("*/studies.yaml")):
        yield from (Recipe.from_dict(entry) for entry in _read(path))


def _name(recipe: Recipe) -> str:
    told = json.dumps([GENERATOR, recipe.to_dict()], sort_keys=True)
    return f"{hashlib.sha256(told.encode()).hexdigest()[:20]}.zip"


def _folder() -> Path:
    return Path(settings.SHIPPED_STUDIES)


def _read(path: Path) -> list[Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else []
