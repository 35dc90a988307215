"""A version read in parts, and what changed between two: words, and everything besides words. Pure."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from html import unescape
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

TAG = re.compile(r"<[^>]*>")
# The editor's own marks, and what says nothing to a reader.
EDITOR_KEY = re.compile(r'\s*data-block-key="[^"]*"')
BREAKS = re.compile(r"</?(?:p|li|h\d|br|ul|ol|hr)\b[^>]*>", re.IGNORECASE)
# Words, spaces, and each other sign by itself; a number with its point, a word with its hyphen stay whole.
TOKENS = re.compile(r"\w+(?:[.,'\u2019-]\w+)*|\n+|[^\S\n]+|[^\w\s]")
NEW, GONE, SAME = "new", "gone", "same"


@dataclass(frozen=True)
class Part:
    key: str
    """Stays the same from version to version: the name of a field, the id of a block."""
    label: str | Promise
    html: str
    """As learners see it."""
    words: str = ""
    beside: str = ""
    """Everything that counts and is no word: pictures, links, numbers, marks of format, which choice is right."""
    is_fixed: bool = False
    """No change of it is ever small: references, keys, settings."""
    is_film: bool = False
    """It is played, which needs the page of a learner."""


class Run(NamedTuple):
    kind: str
    """`new`, `gone` or `same`."""
    text: str


MARKS = {
    NEW: '<ins><span class="w-sr-only">{told} </span>{words}</ins>',
    GONE: '<del><span class="w-sr-only">{told} </span>{words}</del>',
    SAME: "{words}",
}


def _mark(run: Run) -> SafeString:
    told = {NEW: gettext("added:"), GONE: gettext("removed:")}.get(run.kind, "")
    lines = format_html_join(mark_safe("<br>"), "{}", ((line,) for line in run.text.split("\n")))
    return format_html(MARKS[run.kind], told=told, words=lines)


@dataclass(frozen=True)
class Change:
    """A part as it is, and what became of it."""

    part: Part
    state: str
    """`same`, `new`, `gone` or `changed`."""
    runs: list[Run] = field(default_factory=list)
    was: str = ""
    """The words before."""
    is_beside: bool = False
    """Something other than words changed, too."""
    is_moved: bool = False

    @property
    def is_changed(self) -> bool:
        return self.state != SAME or self.is_moved

    @property
    def marked(self) -> SafeString:
        """The words with what went and what came, told to who cannot see the marks, too."""
        return format_html_join("", "{}", ((_mark(run),) for run in self.runs))


def make_part(key: str, label: str | Promise, html: str, raw: Any, *, is_fixed: bool = False) -> Part:
    """`raw` is JSON: its texts are the words, and the rest stands beside them."""
    return Part(key, label, html, "\n".join(read_words(raw)), json.dumps(_read_beside(raw)), is_fixed)


def read_words(raw: Any) -> Iterator[str]:
    if isinstance(raw, str):
        if words := to_words(raw):
            yield words
    elif isinstance(raw, Mapping):
        for name, value in raw.items():
            if name != "id":
                yield from read_words(value)
    elif isinstance(raw, Sequence):
        for value in raw:
            yield from read_words(value)


def to_words(text: str) -> str:
    """A text without its marks of format, a line for each paragraph."""
    broken = BREAKS.sub("\n", text)
    lines = (" ".join(unescape(TAG.sub("", line)).split()) for line in broken.split("\n"))
    return "\n".join(line for line in lines if line)


def _read_beside(raw: Any) -> Any:
    if isinstance(raw, str):
        return TAG.findall(EDITOR_KEY.sub("", raw))
    if isinstance(raw, Mapping):
        return {name: _read_beside(value) for name, value in raw.items() if name != "id"}
    if isinstance(raw, Sequence):
        return [_read_beside(value) for value in raw]
    return raw


# --- Comparing ----------------------------------------------------------------------------------------


def compare(before: Sequence[Part], after: Sequence[Part]) -> list[Change]:
    """The parts as they are now, each with what changed; those that went stand where they stood."""
    known = {part.key: part for part in before}
    keys = {part.key for part in after}
    changes = [_compare_part(known.get(part.key), part) for part in after]
    stayed = [part.key for part in before if part.key in keys]
    moved = _find_moved(stayed, [part.key for part in after if part.key in known])
    changes = [replace(each, is_moved=True) if each.part.key in moved else each for each in changes]
    for place, part in enumerate(before):
        if part.key not in keys:
            at = _find_place(before[:place], changes)
            changes.insert(at, Change(part, GONE, [Run(GONE, part.words)] if part.words else []))
    return changes


def _find_place(above: Sequence[Part], changes: list[Change]) -> int:
    keys = [change.part.key for change in changes]
    return next((keys.index(part.key) + 1 for part in reversed(above) if part.key in keys), 0)


def _find_moved(before: list[str], after: list[str]) -> set[str]:
    """What stands in another order; of two that changed places one is said to have moved."""
    kept = {
        key
        for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
        for key in before[block.a : block.a + block.size]
    }
    return set(after) - kept


def _compare_part(before: Part | None, after: Part) -> Change:
    if before is None:
        return Change(after, NEW, [Run(NEW, after.words)] if after.words else [])
    is_beside = before.beside != after.beside
    if before.words == after.words and not is_beside:
        return Change(after, SAME)
    return Change(after, "changed", compare_words(before.words, after.words), before.words, is_beside)


def compare_words(before: str, after: str) -> list[Run]:
    """Word by word; what stands between two changes and is no word belongs to both."""
    old, new = TOKENS.findall(before), TOKENS.findall(after)
    runs: list[Run] = []
    gone = came = ""
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for place, (tag, a, b, c, d) in enumerate(codes):
        same = "".join(old[a:b])
        is_between = 0 < place < len(codes) - 1 and same.isspace() and "\n" not in same
        if tag != "equal" or is_between:
            gone, came = gone + same, came + "".join(new[c:d])
            continue
        runs += [*_change(gone, came), Run(SAME, same)]
        gone = came = ""
    return [*runs, *_change(gone, came)]


def _change(gone: str, came: str) -> list[Run]:
    return [Run(kind, text) for kind, text in ((GONE, gone), (NEW, came)) if text]


def summarize(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """To be kept as JSON: of each place what went and what came, without what stayed."""
    return [
        {
            "place": str(change.part.label),
            "state": "moved" if change.state == SAME else change.state,
            "gone": [run.text for run in change.runs if run.kind == GONE],
            "new": [run.text for run in change.runs if run.kind == NEW],
            "beside": change.is_beside,
        }
        for change in changes
        if change.is_changed
    ]
