"""How the flagship's questions are written: what a choice may not give away, and what each item and lesson has."""

import re
from collections import Counter
from typing import Any

import yaml

from tests.escan.loader.test_content import REAL

COURSE = REAL / "courses" / "breast-calcifications"
ENTRIES: list[dict[str, Any]] = yaml.safe_load((COURSE / "questions.yaml").read_text())
SINGLE = [entry for entry in ENTRIES if entry.get("kind", "single") == "single"]
REASON = re.compile(r"[,;] (?:since|because|as|so|for)\b")
ABSOLUTE = re.compile(r"\b(?:never|always|all|only|certain|certainly|none|any|every|must|nothing|impossible)\b", re.I)
AUTHOR_AND_YEAR = re.compile(r"^[^\W\d_][\w' -]* [A-Z]{1,3}\b.*\b(?:19|20)\d\d\b")


def texts(entry: dict[str, Any], *, correct: bool) -> list[str]:
    return [choice["text"] for choice in entry["choices"] if choice.get("correct", False) is correct]


def test_choices_leave_their_reasons_to_the_rationale():
    assert [e["key"] for e in SINGLE if all(REASON.search(choice["text"]) for choice in e["choices"])] == []


def test_no_absolute_word_points_to_a_wrong_choice():
    assert [(e["key"], text) for e in SINGLE for text in texts(e, correct=False) if ABSOLUTE.search(text)] == []


def test_length_and_place_give_no_key_away():
    keys = [texts(entry, correct=True)[0] for entry in SINGLE]
    longest = [len(key) > max(map(len, texts(e, correct=False))) for key, e in zip(keys, SINGLE, strict=True)]
    places = Counter(
        [bool(choice.get("correct")) for choice in entry["choices"]].index(True)
        for entry in SINGLE
        if entry.get("use") != "check"
    )
    assert sum(longest) <= len(SINGLE) / 4
    assert max(places.values()) - min(places.values()) <= 3


def test_every_question_cites_an_author_and_a_year():
    cited = {entry["key"]: entry.get("references", []) for entry in ENTRIES}
    assert [key for key, rows in cited.items() if not any(AUTHOR_AND_YEAR.search(row) for row in rows)] == []


def test_every_lesson_has_two_checks_of_its_own():
    checks = {entry["key"]: entry["lesson"] for entry in ENTRIES if entry.get("use") == "check"}
    for path in sorted(COURSE.glob("lessons/*.md")):
        placed = re.findall(r"^::: question\n(\S+)\n:::$", path.read_text(), re.MULTILINE)
        assert len(placed) >= 2, path.stem
        assert {checks[key] for key in placed} == {path.stem}
