"""Every lesson asks, and every question stands on a source that is not our own lesson."""

import re
from typing import Any

import pytest
import yaml

from tests.escan.loader.test_content import REAL

COURSES = sorted(folder for folder in (REAL / "courses").iterdir() if (folder / "questions.yaml").is_file())
QUESTIONS: list[dict[str, Any]] = [
    entry for folder in COURSES for entry in yaml.safe_load((folder / "questions.yaml").read_text(encoding="utf-8"))
]
LESSONS = sorted(REAL.glob("courses/*/lessons/*.md"))
CHECK = re.compile(r"^::: *question\n(\S+)\n:::$", re.MULTILINE)
# Where to read it again, how we calculated it, and what nobody has measured are no sources.
OUR_OWN = re.compile(r"^Lesson:|eScan Academy|general teaching", re.IGNORECASE)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_lesson_has_two_checks_or_more_of_its_own(path):
    lesson_of = {entry["key"]: entry["lesson"] for entry in QUESTIONS}
    placed = CHECK.findall(path.read_text(encoding="utf-8"))
    assert len(set(placed)) >= 2
    assert {lesson_of[key] for key in placed} == {path.stem}


def test_checks_of_lessons_are_checks_and_stand_in_one_lesson():
    use = {entry["key"]: entry.get("use") for entry in QUESTIONS}
    placed = [key for path in LESSONS for key in CHECK.findall(path.read_text(encoding="utf-8"))]
    assert {use[key] for key in placed} == {"check"}
    assert len(placed) == len(set(placed))
    assert {key for key, of in use.items() if of == "check"} == set(placed)


def test_every_question_cites_a_source_beyond_our_own_lesson():
    cited = {entry["key"]: entry.get("references", []) for entry in QUESTIONS}
    assert [key for key, rows in cited.items() if all(OUR_OWN.search(row) for row in rows)] == []
