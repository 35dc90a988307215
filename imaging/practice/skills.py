"""What is practised, how well a study was read, and when a skill comes back. Pure; the one module here that knows FSRS.

A skill is a form in a distribution; leaving a normal study alone is one, too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from fsrs import Card, Rating, Scheduler, State

from imaging.scoring.cases import MISSED, Score

LONGEST = 90
"""Days. Coming back after 31 to 90 days helped trainees most (BREAST, SPIE 12929), so nothing stays away for longer."""
SURE = 50
"""Percent of confidence: a mark on nothing that is surer than not."""

# Every case is told at once and the next one is another, so there are no steps of minutes; and no chance, so that the
# same readings always come to the same schedule.
SCHEDULER = Scheduler(
    desired_retention=0.9, learning_steps=(), relearning_steps=(), maximum_interval=LONGEST, enable_fuzzing=False
)


@dataclass(frozen=True, order=True)
class Skill:
    """Words of the lexicon (imaging.evidence); without both it is the normal study."""

    morphology: str = ""
    distribution: str = ""


NORMAL = Skill()


@dataclass(frozen=True)
class Word:
    """Of a finding, as its study is told apart by it."""

    skill: Skill
    warrants_recall: bool
    is_visible: bool


def find_skill(*, is_normal: bool, warrants_recall: bool, words: Iterable[Word]) -> Skill | None:
    """The skill that a study asks for: of its first finding that decides; company of another finding is none.

    None where nothing in words decides, as in a mass without calcifications.
    """
    if is_normal:
        return NORMAL
    deciding = [word for word in words if word.warrants_recall == warrants_recall and word.skill.morphology]
    return deciding[0].skill if deciding else None


def is_seen(*, warrants_recall: bool, words: Iterable[Word]) -> bool:
    """Whether a view shows what would warrant recall; a study without that counts nowhere (decision 55)."""
    warranting = [word for word in words if word.warrants_recall]
    return not warrants_recall or not warranting or any(word.is_visible for word in warranting)


@dataclass(frozen=True)
class Outcome:
    """What a first reading comes to."""

    skill: Skill | None
    is_right: bool
    rating: int
    """Of FSRS."""


def judge(score: Score, skill: Skill | None, *, is_recall_right: bool) -> Outcome | None:
    """None where only what no view shows would have warranted recall.

    Right is a right recall with, where something warrants it, a mark on it: recalled for another thing is not right.
    Of what is right, what was said in the key's words is good, and the rest hard. "Easy" is never given.
    """
    if score.is_positive is None:
        return None
    is_right = is_recall_right and (not score.lesions or max(score.lesions) > MISSED)
    if not is_right:
        return Outcome(skill, False, Rating.Again)
    return Outcome(skill, True, Rating.Good if _is_good(score, skill) else Rating.Hard)


def _is_good(score: Score, skill: Skill | None) -> bool:
    if skill is None:
        return True
    if skill == NORMAL:
        return score.highest_non_lesion < SURE
    said = [
        (one.mark.morphology, one.mark.distribution)
        for one in score.described
        if (one.finding.morphology, one.finding.distribution) == (skill.morphology, skill.distribution)
    ]
    return (skill.morphology, skill.distribution) in said


@dataclass(frozen=True)
class Memory:
    """How well a skill is kept, as FSRS has it. Days are of UTC: an order of studies needs no calendar."""

    stability: float
    """Days until nine of ten such memories are still there."""
    difficulty: float
    """1 to 10."""
    rating: int
    rated_on: date
    due_on: date


def remember(memory: Memory | None, *, rating: int, day: date) -> Memory:
    """The memory after a rating on that day; due on a later day always."""
    card, _log = SCHEDULER.review_card(_as_card(memory), Rating(rating), _midnight(day))
    assert card.stability is not None and card.difficulty is not None  # noqa: S101 - a rated card has them
    return Memory(card.stability, card.difficulty, rating, day, card.due.date())


def _as_card(memory: Memory | None) -> Card:
    # With an id it does not wait for a clock to make one.
    if memory is None:
        return Card(card_id=0)
    return Card(
        card_id=0,
        state=State.Review,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=_midnight(memory.due_on),
        last_review=_midnight(memory.rated_on),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
