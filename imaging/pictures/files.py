"""The pictures of a course as files beside its list: <key>.webp and <key>.json."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from imaging.pictures.rendering import render
from imaging.pictures.specs import FOLDER, Spec, read_specs


def find_courses(root: Path) -> list[Path]:
    return sorted(path.parent for path in (root / "courses").glob("*/pictures.yaml"))


def read_facts(course: Path, key: str) -> dict[str, Any] | None:
    """What is known of a picture; None where it was not made."""
    path = course / FOLDER / f"{key}.json"
    if not path.is_file() or not path.with_suffix(".webp").is_file():
        return None
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return facts


def find_stale(course: Path) -> list[Spec]:
    """Of which the files are not there, or are of an older entry or generator."""
    return [spec for spec in read_specs(course) if (read_facts(course, spec.key) or {}).get("spec") != spec.digest]


def find_left_over(course: Path) -> list[Path]:
    """Files of pictures that are not in the list any more."""
    keys = {spec.key for spec in read_specs(course)}
    return sorted(path for path in (course / FOLDER).glob("*") if path.stem not in keys)


def make_stale(course: Path) -> Iterator[str]:
    """Make what changed and remove what is left over; a line for each."""
    folder = course / FOLDER
    folder.mkdir(exist_ok=True)
    for spec in find_stale(course):
        picture = render(spec)
        written = picture.encode()
        (folder / f"{spec.key}.webp").write_bytes(written)
        text = json.dumps(picture.facts, separators=(",", ":"))
        (folder / f"{spec.key}.json").write_text(text + "\n", encoding="utf-8")
        yield f"{course.name}/{spec.key}: {len(written) / 1000:.0f} kB"
    for path in find_left_over(course):
        path.unlink()
        yield f"{course.name}/{path.name}: removed"
