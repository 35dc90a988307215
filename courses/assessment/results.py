"""What a test says afterwards. Pure: from questions of an attempt that was handed in."""

from collections.abc import Iterable
from dataclasses import dataclass

from courses.assessment.models.attempts import AttemptQuestion
from courses.writing.models import Lesson


@dataclass
class ObjectiveScore:
    text: str
    right: int = 0
    total: int = 0

    @property
    def is_missed(self) -> bool:
        return self.right < self.total


def score_by_objective(questions: Iterable[AttemptQuestion]) -> list[ObjectiveScore]:
    """In the order of the objectives; questions without one are left out."""
    scores: dict[tuple[int, str], ObjectiveScore] = {}
    for question in questions:
        if objective := question.content.get("objective"):
            key = (objective["position"], objective["text"])
            score = scores.setdefault(key, ObjectiveScore(objective["text"]))
            score.total += 1
            score.right += question.is_right is True
    return [scores[key] for key in sorted(scores)]


def get_lessons_to_read_again(questions: Iterable[AttemptQuestion]) -> list[tuple[Lesson, list[int]]]:
    """The published lessons of what was not right, as the course is read, each with the numbers of its questions."""
    numbers: dict[Lesson, list[int]] = {}
    for question in questions:
        lesson = question.question.lesson
        if lesson is not None and lesson.live and not question.is_right:
            numbers.setdefault(lesson, []).append(question.position)
    return sorted(numbers.items(), key=lambda item: (item[0].module.position, item[0].position, item[0].pk))
