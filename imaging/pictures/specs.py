"""What a picture of content is made from: an entry of pictures.yaml (its fields: content/README.md).

An entry is a recipe of a study (imaging/synthesis/recipes.py), a view and a crop; or several panels side by side,
each of which says what it has otherwise.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from imaging.pictures.errors import BadPicture
from imaging.synthesis import GENERATOR, BadRecipe, Recipe
from imaging.synthesis.recipes import EXTRA_VIEWS, SIDES

LIST = "pictures.yaml"
FOLDER = "pictures"
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
RECIPE = ("seed", "density", "findings", "distractors", "context")
VIEWS = {f"{side}{projection}": (side, projection) for projection in ("CC", "MLO") for side in SIDES}
LARGEST = 1200
"""Pixels across."""
SMALLEST_PIXEL = 0.02
"""In mm, about half of those of a magnification view."""


@dataclass(frozen=True)
class Crop:
    """A square field, or the whole breast without the air beside it (`mm` is then None)."""

    mm: float | None = None
    finding: int | None = None
    """The center is that of what shows of this finding, counted from 0 ..."""
    across: float = 0.0
    down: float = 0.0
    """... or it lies so many millimeters from the left and the top of the view."""
    shift: tuple[float, float] = (0.0, 0.0)
    """Of the field beside that center, in mm to the right and down."""


@dataclass(frozen=True)
class Panel:
    recipe: Recipe
    view: str
    """RCC, LCC, RMLO, LMLO, or an extra view of the first finding: ML, MAG, TAN."""
    crop: Crop
    width: int | None = None
    """Pixels, as near as a whole number of them for each pixel of the view allows ..."""
    pixel: float | None = None
    """... or the side of a pixel in mm, whatever that of the view."""

    @property
    def place(self) -> tuple[str, str]:
        """Side and projection."""
        if self.view in VIEWS:
            return VIEWS[self.view]
        return self.recipe.findings[0].side, self.view


@dataclass(frozen=True)
class Spec:
    key: str
    panels: tuple[Panel, ...]
    digest: str
    """Of all that the entry says and of the generator."""


def read_specs(course: Path) -> list[Spec]:
    """Of a course's folder; none where it has no list. Raises BadPicture."""
    path = course / LIST
    if not path.is_file():
        return []
    entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    specs = [read_spec(entry) for entry in entries]
    keys = [spec.key for spec in specs]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise BadPicture(f"{path}: more than one picture is called {', '.join(twice)}.")
    return specs


def read_spec(entry: dict[str, Any]) -> Spec:
    key = str(entry.get("key", ""))
    if not KEY.fullmatch(key):
        raise BadPicture(f"A picture's key has small letters, digits and hyphens, and not “{key}”.")
    shared = {name: value for name, value in entry.items() if name not in ("key", "panels")}
    try:
        panels = tuple(_read_panel({**shared, **panel}) for panel in entry.get("panels", [{}]))
    except (BadRecipe, BadPicture, KeyError, TypeError, ValueError) as error:
        raise BadPicture(f"Picture {key}: {error}") from error
    told = json.dumps([GENERATOR, entry], sort_keys=True, default=str)
    return Spec(key, panels, hashlib.sha256(told.encode()).hexdigest())


def _read_panel(fields: dict[str, Any]) -> Panel:
    if unknown := sorted({*fields} - {*RECIPE, "view", "crop", "width", "pixel"}):
        raise BadPicture(f"nobody knows the field {', '.join(unknown)}")
    view = str(fields["view"])
    if view not in VIEWS and view not in EXTRA_VIEWS:
        raise BadPicture(f"there is no view “{view}”")
    recipe = {"density": "b"} | {name: fields[name] for name in RECIPE if name in fields}
    if view in EXTRA_VIEWS:
        if not recipe.get("findings"):
            raise BadPicture(f"{view} is a view of the first finding, and there is none")
        recipe["extra_views"] = [view]
    crop = _read_crop(fields["crop"])
    if crop.finding is not None and not 0 <= crop.finding < len(recipe.get("findings", [])):
        raise BadPicture(f"there is no finding {crop.finding}")
    return Panel(Recipe.from_dict(recipe), view, crop, *_read_size(fields))


def _read_size(fields: dict[str, Any]) -> tuple[int | None, float | None]:
    if ("width" in fields) == ("pixel" in fields):
        raise BadPicture("say either the width in pixels or the side of a pixel in mm")
    if "pixel" in fields:
        pixel = float(fields["pixel"])
        if not SMALLEST_PIXEL <= pixel <= 1:
            raise BadPicture(f"a pixel measures {SMALLEST_PIXEL} to 1 mm")
        return None, pixel
    width = int(fields["width"])
    if not 0 < width <= LARGEST:
        raise BadPicture(f"a picture is at most {LARGEST} pixels wide")
    return width, None


def _read_crop(crop: Any) -> Crop:
    """`whole`, `{finding: 0, mm: 30}` or `{across: 40, down: 80, mm: 30}`."""
    if crop == "whole":
        return Crop()
    fields = dict(crop)
    if "shift" in fields:
        across, down = fields["shift"]
        fields["shift"] = (float(across), float(down))
    read = Crop(**fields)
    if read.mm is None or read.mm <= 0:
        raise BadPicture("a crop says how many mm it measures")
    return read
