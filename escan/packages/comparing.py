"""What a package changes, thing by thing, and in a text the words that change."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from escan.loader.yaml_text import dump_yaml
from escan.packages.tree import Tree

ADDED, CHANGED, REMOVED, SAME = "added", "changed", "removed", "same"
SAYS_MOST = 12_000
"""Letters of the words that changed in one text; the rest is told as more."""
AROUND = 40
"""Letters of what stayed, on each side of what did not."""

Key = tuple[str, str]


class Item(NamedTuple):
    title: str
    text: str
    """Of what has words; else the hash of its bytes."""
    is_text: bool = True


@dataclass
class Change:
    kind: str
    """course, outline, lesson, question, study, test-set, picture or video."""
    name: str
    title: str
    what: str
    words: list[tuple[str, str]] = field(default_factory=list)
    """Of a text: each piece with = for what stays, + for what comes, - for what goes."""
    notes: list[str] = field(default_factory=list)
    edited: str = ""
    """Who changed it here since it came in, and when."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def list_items(tree: Tree) -> dict[Key, Item]:
    outline = {"modules": tree.course["modules"]}
    about = {name: value for name, value in tree.course.items() if name != "modules"}
    items: dict[Key, Item] = {
        ("course", tree.slug): Item(str(about["title"]), dump_yaml(about)),
        ("outline", tree.slug): Item("", dump_yaml(outline)),
    }
    for slug, lesson in tree.lessons.items():
        items["lesson", slug] = Item(str(lesson.meta["title"]), lesson.write())
    for entry in tree.questions:
        items["question", str(entry["key"])] = Item(str(entry["key"]), dump_yaml(entry))
    for entry in tree.studies:
        items["study", str(entry["key"])] = Item(str(entry["key"]), dump_yaml(entry))
    for slug, said in tree.test_sets.items():
        items["test-set", slug] = Item(str(said["title"]), dump_yaml(said))
    return items | dict(_list_media(tree))


def _list_media(tree: Tree) -> Iterator[tuple[Key, Item]]:
    videos: dict[str, list[str]] = {}
    for path, media in sorted(tree.media.items()):
        _folder, name, *rest = path.split("/")
        if rest:
            videos.setdefault(name, []).append(f"{rest[0]} {media.sha256}")
        else:
            yield ("picture", path), Item(path, media.sha256, is_text=False)
    for name, files in videos.items():
        yield ("video", name), Item(name, "\n".join(files), is_text=False)


def compare(before: dict[Key, Item], after: dict[Key, Item]) -> list[Change]:
    """In the order of the package, and what it lacks at the end."""
    changes = []
    for key, item in after.items():
        old = before.get(key)
        what = ADDED if old is None else SAME if old.text == item.text else CHANGED
        words = find_words(old.text, item.text) if old and what == CHANGED and item.is_text else []
        changes.append(Change(*key, title=item.title, what=what, words=words))
    gone = [key for key in before if key not in after and key[0] not in ("picture", "video", "study")]
    return changes + [Change(*key, title=before[key].title, what=REMOVED) for key in gone]


def get_digest(tree: Tree | None) -> str:
    """Of everything in it; what stands for a course at a moment."""
    if tree is None:
        return ""
    told = [f"{path} {media.sha256}" for path, media in tree.write().items()]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


# --- Words ------------------------------------------------------------------------------------------------


def find_words(before: str, after: str) -> list[tuple[str, str]]:
    """First by lines, then by words within lines that changed."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[tuple[str, str]] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("=", "".join(old[i:j])))
        else:
            pieces += _find_words("".join(old[i:j]), "".join(new[k:m]))
    return list(_shorten(pieces))


def _find_words(before: str, after: str) -> Iterator[tuple[str, str]]:
    old, new = (re.findall(r"\s+|\w+|[^\w\s]", text) for text in (before, after))
    if len(old) * len(new) > 4_000_000:
        old, new = [before], [after]
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "=", "".join(old[i:j])
            continue
        if i < j:
            yield "-", "".join(old[i:j])
        if k < m:
            yield "+", "".join(new[k:m])


def _shorten(pieces: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Of what stays the words around what does not."""
    left = SAYS_MOST
    for mark, text in _join(pieces):
        if mark == "=" and len(text) > 2 * AROUND + 3:
            text = f"{text[:AROUND]} … {text[-AROUND:]}"
        if len(text) > left:
            yield mark, f"{text[:left]} …"
            return
        left -= len(text)
        yield mark, text


def _join(pieces: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    joined: list[tuple[str, str]] = []
    for mark, text in pieces:
        if joined and joined[-1][0] == mark:
            joined[-1] = (mark, joined[-1][1] + text)
        else:
            joined.append((mark, text))
    return joined
