"""Views that content/ ships as pictures, with their outlines: pictures/<key>.webp and <key>.json of a course.

The command that makes them from pictures.yaml is `make_pictures`.
"""

import hashlib
from pathlib import Path
from typing import Any

from courses.writing.services import keep_image
from escan.loader.errors import ContentError
from escan.loader.markdown import ShippedView
from escan.loader.rows import read_yaml
from imaging.pictures.files import read_facts
from imaging.pictures.specs import FOLDER, LIST


def keep_view(course: Path, key: str) -> ShippedView:
    view = read_view(course, key)
    return view._replace(image=keep_picture_file(course, view.image))


def read_view(course: Path, key: str) -> ShippedView:
    """With the name of its file."""
    known = read_facts(course, key)
    if known is None:
        raise ContentError(f"there is no picture {key}")
    if len(known["mm_per_pixel"]) != 1:
        raise ContentError(f"the picture {key} is of several views: a block shows one in each panel")
    return ShippedView(
        image=f"{key}.webp",
        width_mm=known["width"] * known["mm_per_pixel"][0],
        outline="; ".join(_to_percent(outline["points"], known) for outline in known["outlines"]),
    )


def keep_picture(course: Path, key: str) -> int:
    return keep_picture_file(course, f"{key}.webp")


def keep_picture_file(course: Path, file: str) -> int:
    """Kept under a name that says nothing of what it shows."""
    path = course / FOLDER / file
    if not path.is_file():
        raise ContentError(f"there is no picture {file}")
    name = hashlib.sha256(f"{course.name}/{path.name}".encode()).hexdigest()[:16]
    return keep_image(title=f"{course.name}/{path.name}", path=path, name=f"{name}{path.suffix}")


def read_made(course: Path, key: str) -> dict[str, Any]:
    facts = read_facts(course, key)
    if facts is None:
        raise ContentError(f"the picture {key} is not made")
    return facts


def find_fresh(course: Path, key: str) -> list[str]:
    """The pictures of the same skill: entries that differ from this one in key and seed alone.

    None where the course has no list: its pictures were made elsewhere.
    """
    if not (course / LIST).is_file():
        return []
    entries = {entry["key"]: _without_seed(entry) for entry in read_yaml(course / LIST)}
    return [other for other, skill in entries.items() if other != key and skill == entries.get(key)]


def _without_seed(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in ("key", "seed")}


def _to_percent(points: list[list[float]], known: dict[str, Any]) -> str:
    """What lies beyond the edge of a part is drawn along the edge."""
    shares = [(100 * x / known["width"], 100 * y / known["height"]) for x, y in points]
    return " ".join(f"{min(max(x, 0), 100):.2f},{min(max(y, 0), 100):.2f}" for x, y in shares)


def hash_views(course: Path, text: str) -> dict[str, str]:
    """Of those that the text names: one that is made anew is a change of what shows it."""
    shown = (path for path in sorted((course / FOLDER).glob("*.webp")) if f"view: {path.stem}\n" in text)
    return {path.stem: _hash(path) for path in shown}


def _hash(picture: Path) -> str:
    facts = picture.with_suffix(".json")
    return hashlib.sha256(picture.read_bytes() + (facts.read_bytes() if facts.is_file() else b"")).hexdigest()
