"""What a test says afterwards. Pure: from questions of an attempt that was handed in."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from courses.assessment.models.attempts import AttemptQuestion
from courses.writing.models import Lesson


@dataclass
class ObjectiveScore:
    text: str
    right: int = 0
    total: int = 0


def get_to_go_over(questions: Sequence[AttemptQuestion]) -> list[AttemptQuestion]:
    """Before the key is told: all questions of each objective of which something was missed, or none at all.

    None if an objective stands for a single question: named or not, it would be a verdict on that one. And none if
    everything in the objectives was missed: with the score, their names would say so.
    """
    groups: dict[tuple[int, str] | None, list[AttemptQuestion]] = defaultdict(list)
    for question in questions:
        groups[get_key(question)].append(question)
    if any(len(group) == 1 for group in groups.values()):
        return []
    found = [each for group in groups.values() if not all(each.is_right for each in group) for each in group]
    return found if any(each.is_right for each in found) else []


def get_key(question: AttemptQuestion) -> tuple[int, str] | None:
    """The place of its objective and the words."""
    objective = question.content.get("objective")
    return (objective["position"], objective["text"]) if objective else None


def score_by_objective(questions: Iterable[AttemptQuestion]) -> list[ObjectiveScore]:
    """In the order of the objectives; questions without one are left out."""
    scores: dict[tuple[int, str], ObjectiveScore] = {}
    for question in questions:
        if key := get_key(question):
            score = scores.setdefault(key, ObjectiveScore(key[1]))
            score.total += 1
            score.right += question.is_right is True
    return [scores[key] for key in sorted(scores)]


def get_lessons_of(questions: Iterable[AttemptQuestion]) -> list[tuple[Lesson, list[int]]]:
    """Their published lessons, as the course is read, each with the numbers of its questions."""
    numbers: dict[Lesson, list[int]] = {}
    for question in questions:
        lesson = question.question.lesson
        if lesson is not None and lesson.live:
            numbers.setdefault(lesson, []).append(question.position)
    return sorted(numbers.items(), key=lambda item: (item[0].module.position, item[0].position, item[0].pk))
