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


# --- What must be read from an image ------------------------------------------------------------------

SHARES = {"breast-calcifications": 60, "breast-density": 40, "assessment-categories": 40}
"""Percent of a course's questions that show an image, drawings of ours among them."""


def read(course: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = yaml.safe_load(
        (REAL / "courses" / course / "questions.yaml").read_text(encoding="utf-8")
    )
    return entries


def has_image(entry: dict[str, Any]) -> bool:
    return "picture" in entry or "image" in entry


VIEW_AND_QUESTION = re.compile(r"^::: view\n((?:(?!:::).*\n)+):::\n\n::: question\n(\S+)\n:::$", re.MULTILINE)


def asked_under_a_view(course: str) -> set[str]:
    """Of the worked cases: the checks right below a view of the same step that is not read yet.

    A view with an outline or with the name of its finding has been read for the learner, and does not count.
    """
    cases = (REAL / "courses" / course / "lessons").glob("worked-case-*.md")
    pairs = [pair for path in cases for pair in VIEW_AND_QUESTION.findall(path.read_text(encoding="utf-8"))]
    return {
        key for view, key in pairs if "label:" not in view and view.count("- view:") == view.count("outline: false")
    }


@pytest.mark.parametrize("course", SHARES)
def test_so_many_questions_show_an_image(course):
    """Of the tests and the checks together: an image of its own, or the unread view of a worked case above it."""
    asked = [entry for entry in read(course) if entry.get("use") != "words"]
    below = asked_under_a_view(course)
    shown = [entry["key"] for entry in asked if has_image(entry) or entry["key"] in below]
    assert 100 * len(shown) >= SHARES[course] * len(asked)


@pytest.mark.parametrize("course", SHARES)
def test_so_many_questions_of_the_test_show_an_image_of_their_own(course):
    """Nothing stands above a question of a pre-test or a post-test."""
    tests = [entry for entry in read(course) if entry.get("use", "test") == "test"]
    assert 100 * sum(map(has_image, tests)) >= SHARES[course] * len(tests)


@pytest.mark.parametrize("course", SHARES)
def test_who_cannot_read_images_has_as_much_to_answer(course):
    entries = read(course)
    by_key = {entry["key"]: entry for entry in entries}
    in_words = {entry["stands_for"]: entry for entry in entries if entry.get("use") == "words"}
    assert [key for key, entry in in_words.items() if has_image(entry) or not has_image(by_key[key])] == []
    assert [
        key
        for key, entry in in_words.items()
        if (entry["lesson"], entry["objective"]) != (by_key[key]["lesson"], by_key[key]["objective"])
    ] == []
    # Every check, so that each lesson can be completed; of the test a pool as deep as its own rule asks for.
    checks = {entry["key"] for entry in entries if entry.get("use") == "check" and has_image(entry)}
    assert checks - in_words.keys() == set()
    tests = [entry for entry in entries if entry.get("use", "test") == "test"]
    pool = [entry for entry in tests if not has_image(entry) or entry["key"] in in_words]
    drawn = yaml.safe_load((REAL / "courses" / course / "course.yaml").read_text(encoding="utf-8"))["post_test"]
    assert len(pool) >= 2 * drawn["questions"]
    assert {entry["objective"] for entry in pool} == {entry["objective"] for entry in tests}


@pytest.mark.parametrize("course", SHARES)
def test_no_picture_of_a_question_is_heavy(course):
    """At 1.6 Mbit/s 60 kB take a third of a second; content/README.md says how a picture gets lighter."""
    folder = REAL / "courses" / course / "pictures"
    weights = {e["picture"]: (folder / f"{e['picture']}.webp").stat().st_size for e in read(course) if "picture" in e}
    assert {name: weight for name, weight in weights.items() if weight > 60_000} == {}


@pytest.mark.parametrize("course", SHARES)
def test_alternative_text_of_a_picture_gives_no_answer(course):
    words = re.compile(
        r"amorphous|pleomorphic|heterogeneous|linear|branching|round|rod|rim|popcorn|vascular|segment|wedge|dense|skin"
        r"|benign|suspicious|crescent",
        re.IGNORECASE,
    )
    assert [
        (entry["key"], entry["alt"]) for entry in read(course) if "picture" in entry and words.search(entry["alt"])
    ] == []
