"""How a reading is rated, and when its skill comes back. Pure: no rows."""

from datetime import date, timedelta

import pytest

from imaging.practice.skills import LONGEST, NORMAL, Memory, Outcome, Skill, Word, find_skill, is_seen, judge, remember
from imaging.scoring.cases import score_reading
from imaging.scoring.records import Finding, Mark, Reading, Region, View

SQUARE = ((150.0, 180.0), (170.0, 180.0), (170.0, 200.0), (150.0, 200.0))
LINES = Skill("fine-linear", "segmental")
DAY = date(2026, 3, 1)


def mark(x: float = 160, *, confidence: float = 80, words: tuple[str, str] = ("", "")) -> Mark:
    return Mark("m", "lcc", x, 190, confidence, *words)


def read(*marks: Mark, skill: Skill = LINES, warrants: bool = True, recall: bool = True, seen: bool = True) -> Outcome:
    regions = (Region("lcc", SQUARE, seen),)
    findings = (Finding("1", warrants, regions, skill.morphology, skill.distribution),) if skill != NORMAL else ()
    reading = Reading("case", (View("lcc", 0.5),), findings, marks, recall)
    return judge(score_reading(reading), skill, is_recall_right=recall == (warrants and skill != NORMAL))


@pytest.mark.parametrize(
    ("marks", "recall", "rating"),
    [
        ([mark(words=("fine-linear", "segmental"))], True, 3),
        ([mark(words=("fine-linear", "linear"))], True, 2),
        ([mark(words=("amorphous", "segmental"))], True, 2),
        ([mark()], True, 2),
        ([mark(words=("fine-linear", "segmental"))], False, 1),
        # Recalled for something that is not there.
        ([mark(20, words=("fine-linear", "segmental"))], True, 1),
        ([], True, 1),
    ],
)
def test_what_warrants_recall_is_right_when_it_is_recalled_and_marked(marks, recall, rating):
    assert read(*marks, recall=recall) == Outcome(LINES, rating > 1, rating)


@pytest.mark.parametrize(
    ("marks", "recall", "rating"),
    [
        ([mark(words=("rod-like", "diffuse"))], False, 3),
        ([mark(words=("fine-linear", "diffuse"))], False, 2),
        ([], False, 2),
        ([mark(words=("rod-like", "diffuse"))], True, 1),
    ],
)
def test_what_is_benign_is_right_when_it_is_left_alone(marks, recall, rating):
    rods = Skill("rod-like", "diffuse")
    assert read(*marks, skill=rods, warrants=False, recall=recall) == Outcome(rods, rating > 1, rating)


@pytest.mark.parametrize(
    ("marks", "recall", "rating"),
    [([], False, 3), ([mark(confidence=49)], False, 3), ([mark(confidence=50)], False, 2), ([], True, 1)],
)
def test_normal_study_is_right_when_it_is_left_alone(marks, recall, rating):
    assert read(*marks, skill=NORMAL, recall=recall) == Outcome(NORMAL, rating > 1, rating)


def test_what_no_view_shows_teaches_nothing():
    assert read(seen=False) is None
    assert read(mark(), seen=False, recall=False) is None


def test_skill_of_a_study_is_that_of_the_finding_that_decides():
    company = Word(Skill("vascular", "linear"), warrants_recall=False, is_visible=True)
    lines = Word(LINES, warrants_recall=True, is_visible=True)
    assert find_skill(is_normal=False, warrants_recall=True, words=[company, lines]) == LINES
    assert find_skill(is_normal=False, warrants_recall=False, words=[company]) == company.skill
    assert find_skill(is_normal=True, warrants_recall=False, words=[company]) == NORMAL
    assert find_skill(is_normal=False, warrants_recall=True, words=[company]) is None


def test_study_whose_finding_no_view_shows_is_not_seen():
    hidden = Word(LINES, warrants_recall=True, is_visible=False)
    shown = Word(LINES, warrants_recall=True, is_visible=True)
    assert [is_seen(warrants_recall=True, words=words) for words in ([hidden], [hidden, shown], [])] == [
        False,
        True,
        True,
    ]
    assert is_seen(warrants_recall=False, words=[])


def rate(memory: Memory | None, *ratings: int, wait: bool = True) -> list[int]:
    """Days until the skill is due after each rating, each given on the day it was due, or on one day."""
    day, waits = DAY, []
    for rating in ratings:
        memory = remember(memory, rating=rating, day=day)
        waits.append((memory.due_on - day).days)
        day = memory.due_on if wait else day
    return waits


def test_what_is_read_well_stays_away_longer_and_never_longer_than_ninety_days():
    waits = rate(None, *[3] * 8)
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (2, LONGEST)


def test_what_was_missed_comes_back_the_next_day_and_sooner_than_before():
    assert rate(None, 1)[0] == 1
    good = rate(None, 3, 3, 3)
    assert rate(None, 3, 3, 1)[-1] < good[-1]


def test_several_of_one_day_are_due_another_day():
    assert min(rate(None, 1, 1, 3, 2, 3, wait=False)) >= 1


def test_due_is_later_than_rated_always():
    memory = remember(None, rating=1, day=DAY)
    for late in (0, 1, 400):
        again = remember(memory, rating=1, day=DAY + timedelta(days=late))
        assert again.due_on > again.rated_on
