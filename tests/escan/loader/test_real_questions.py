"""How questions are written, in all courses: what a choice may not give away, and what each item has."""

import re
from collections import Counter
from typing import Any

import pytest
import yaml

from tests.content.references import BODY, find_mark
from tests.escan.loader.test_content import REAL

ENTRIES: dict[str, list[dict[str, Any]]] = {
    path.parent.name: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted(REAL.glob("courses/*/questions.yaml"))
}
REASON = re.compile(r"[,;] (?:since|because|as|so|for)\b", re.IGNORECASE)
ABSOLUTE = re.compile(r"\b(?:never|always|all|only|certain|certainly|none|any|every|must|nothing|impossible)\b", re.I)
AUTHOR_AND_YEAR = re.compile(r"^[^\W\d_][\w' -]* [A-Z]{1,3}\b.*\b(?:19|20)\d\d\b")
BODY_AND_YEAR = re.compile(rf"^[^.]*{BODY.pattern}.*\b(?:19|20)\d\d\b")


@pytest.fixture(params=ENTRIES)
def entries(request) -> list[dict[str, Any]]:
    """Of each course."""
    return ENTRIES[request.param]


@pytest.fixture
def single(entries) -> list[dict[str, Any]]:
    return [entry for entry in entries if entry.get("kind", "single") == "single"]


def texts(entry: dict[str, Any], *, correct: bool) -> list[str]:
    return [choice["text"] for choice in entry["choices"] if choice.get("correct", False) is correct]


def is_named(row: str) -> bool:
    return bool(AUTHOR_AND_YEAR.search(row) or BODY_AND_YEAR.search(row) or find_mark(row))


def test_choices_leave_their_reasons_to_the_rationale(single):
    assert [e["key"] for e in single if all(REASON.search(choice["text"]) for choice in e["choices"])] == []


def test_no_absolute_word_points_to_a_wrong_choice(single):
    assert [(e["key"], text) for e in single for text in texts(e, correct=False) if ABSOLUTE.search(text)] == []


def test_length_and_place_give_no_key_away(single):
    keys = [texts(entry, correct=True)[0] for entry in single]
    longest = [len(key) > max(map(len, texts(e, correct=False))) for key, e in zip(keys, single, strict=True)]
    places = Counter(
        [bool(choice.get("correct")) for choice in entry["choices"]].index(True)
        for entry in single
        if entry.get("use") != "check"
    )
    assert sum(longest) <= len(single) / 4
    assert max(places.values()) - min(places.values()) <= 3


def test_every_question_cites_an_author_or_a_body_and_a_year(entries):
    cited = {entry["key"]: entry.get("references", []) for entry in entries}
    assert [key for key, rows in cited.items() if not any(map(is_named, rows))] == []
