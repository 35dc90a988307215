"""Guides: content/guides/<slug>.md, after the courses, whose figures they show and whose lessons they lead to."""

import hashlib
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from wagtail.models import Revision

from courses.models import Lesson
from courses.writing.services import keep_image
from escan.loader.errors import ContentError
from escan.loader.markdown import GUIDE_READERS, Keep, read_blocks
from escan.loader.rows import blaming, draft_row, find_row, publish, read_front
from guides.faults import going_live
from guides.models import AUTHOR, Guide
from guides.services import draft_guide


def load_guides(root: Path) -> Iterator[str]:
    """All are drafted before the first is published, for they lead to each other."""
    drafted = []
    for path in sorted((root / "guides").glob("*.md")):
        meta, text = read_front(path)
        with blaming(path):
            key = f"guide/{path.stem}"
            guide = find_row(Guide, key, slug=path.stem)
            data = {"meta": meta, "text": text, "figures": _hash_figures(root, text)}
            revision, told = draft_row(key, data, guide, partial(_draft, root, path.stem, guide, meta, text))
        yield from told
        if revision:
            drafted.append((path, key, revision))
    keys = [int(revision.object_id) for _, _, revision in drafted]
    for path, key, revision in drafted:
        with blaming(path), going_live(keys):
            outcome = publish(key, revision)
        yield outcome


def _draft(root: Path, slug: str, guide: Guide | None, meta: dict[str, Any], text: str) -> Revision:
    def keep(name: str) -> int:
        known_as = name if "/" in name else f"guides/{name}"
        return keep_image(title=known_as, path=_find_figure(root, name))

    blocks = read_blocks(text, slug=f"guide/{slug}", keep=Keep(image=keep), readers=GUIDE_READERS)
    fields = {
        "title": meta["title"],
        "summary": meta["summary"],
        "author": meta.get("author", AUTHOR),
        "reviewer": meta.get("reviewer", ""),
        "reviewed_on": meta.get("reviewed_on"),
        "position": meta.get("position", 0),
        "body": json.dumps(blocks),
    }
    related = [lesson for name in meta.get("related", []) if (lesson := _find_lesson(root, name))]
    return draft_guide(guide=guide, slug=slug, fields=fields, related=related)


def _find_figure(root: Path, name: str) -> Path:
    """Of a course, as course/name.svg, or of the guides."""
    course, _, file = name.rpartition("/")
    path = root / "courses" / course / "figures" / file if course else root / "guides" / "figures" / file
    if not path.is_file():
        raise ContentError(f"there is no figure {name}")
    return path


def _find_lesson(root: Path, name: str) -> Lesson | None:
    """As course/lesson; None for one that was deleted in the studio."""
    course, _, lesson = name.partition("/")
    if not (root / "courses" / course / "lessons" / f"{lesson}.md").is_file():
        raise ContentError(f"related: there is no lesson {name}")
    return find_row(Lesson, f"lesson/{lesson}", slug=lesson)


def _hash_figures(root: Path, text: str) -> dict[str, str]:
    """Of the figures that the text names: one that is drawn anew is a change of the guide."""
    of_courses = {f"{path.parent.parent.name}/{path.name}": path for path in root.glob("courses/*/figures/*")}
    named = of_courses | {path.name: path for path in root.glob("guides/figures/*")}
    shown = {name: path for name, path in sorted(named.items()) if name in text}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in shown.items()}
