"""What learners do: read, answer, complete."""

import random
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from courses.models import (
    Attempt,
    AttemptQuestion,
    Completion,
    Course,
    Enrolment,
    LessonProgress,
    LessonRendering,
    Question,
)
from courses.queries import Outline, get_open_attempt


class LearningError(Exception):
    """Base of what these services refuse; the text is meant for the learner."""


class NotReadyForPostTest(LearningError):
    def __init__(self) -> None:
        super().__init__("The post-test opens when every lesson is completed.")


class NoQuestions(LearningError):
    def __init__(self) -> None:
        super().__init__("This course has no post-test yet.")


class AttemptClosed(LearningError):
    def __init__(self) -> None:
        super().__init__("This attempt has been handed in; its answers stand.")


class NoSuchChoice(LearningError):
    def __init__(self) -> None:
        super().__init__("That answer does not belong to this question.")


class Unanswered(LearningError):
    def __init__(self, positions: list[int]) -> None:
        numbers = ", ".join(str(position) for position in positions)
        super().__init__(f"Not answered yet: question{'s' if len(positions) > 1 else ''} {numbers}.")
        self.positions = positions


class NoSuchPlace(LearningError):
    def __init__(self) -> None:
        super().__init__("That place is not in this lesson's text.")


# --- Reading ----------------------------------------------------------------------------------------


@transaction.atomic
def save_position(*, user: User, text: LessonRendering, block: str) -> None:
    """Remember where the learner is, on the server, for any device. Two statements.

    Raises NoSuchPlace for a block that is not in this text.
    """
    if block and f'id="b-{block}"' not in text.html:
        raise NoSuchPlace
    now = timezone.now()
    lesson = text.lesson
    Enrolment.objects.bulk_create(
        [
            Enrolment(
                user=user, course_id=lesson.module.course_id, last_lesson=lesson, enrolled_at=now, last_seen_at=now
            )
        ],
        update_conflicts=True,
        unique_fields=["user", "course"],
        update_fields=["last_lesson", "last_seen_at"],
    )
    LessonProgress.objects.bulk_create(
        [LessonProgress(user=user, lesson=lesson, revision_id=text.revision_id, block=block, started_at=now)],
        update_conflicts=True,
        unique_fields=["user", "lesson"],
        update_fields=["block"],
    )


@transaction.atomic
def complete_lesson(*, user: User, text: LessonRendering) -> None:
    """The lesson is read, on this revision of its text. It never goes back, and the first time stands."""
    save_position(user=user, text=text, block="")
    LessonProgress.objects.filter(user=user, lesson=text.lesson, completed_at=None).update(
        completed_at=timezone.now(), revision_id=text.revision_id
    )


# --- The post-test ----------------------------------------------------------------------------------


def _freeze(question: Question, rng: random.Random) -> dict[str, Any]:
    choices = [
        {"text": choice.text, "is_correct": choice.is_correct, "rationale": choice.rationale}
        for choice in question.choices.all()
    ]
    rng.shuffle(choices)
    return {
        "stem": question.stem,
        "references": [line.strip() for line in question.references.splitlines() if line.strip()],
        "choices": choices,
    }


def start_attempt(*, user: User, outline: Outline) -> Attempt:
    """Draw and shuffle the questions, or go on with the attempt that is open.

    Raises NotReadyForPostTest while lessons are left, and NoQuestions where there are none to draw.
    """
    course = outline.course
    if not (outline.is_ready_for_post_test or outline.completion):
        raise NotReadyForPostTest
    attempt = get_open_attempt(user=user, course=course)
    if attempt is not None:
        return attempt
    rng = random.SystemRandom()
    pool = list(Question.objects.filter(course=course, live=True).prefetch_related("choices"))
    if not pool:
        raise NoQuestions
    drawn = rng.sample(pool, min(course.post_test_questions, len(pool)))
    try:
        with transaction.atomic():
            attempt = Attempt.objects.create(user=user, course=course, passing_score=course.passing_score)
            AttemptQuestion.objects.bulk_create(
                AttemptQuestion(
                    attempt=attempt,
                    position=position,
                    question=question,
                    revision_id=question.live_revision_id,
                    content=_freeze(question, rng),
                )
                for position, question in enumerate(drawn, start=1)
            )
    except IntegrityError:
        # The learner opened it in two tabs at once: the constraint lets one through.
        return Attempt.objects.get(user=user, course=course, submitted_at=None)
    return attempt


@transaction.atomic
def save_answer(*, attempt: Attempt, position: int, choice: int) -> None:
    """Keep one answer. Raises AttemptClosed after handing in, NoSuchChoice for what was not offered."""
    locked = Attempt.objects.select_for_update().get(pk=attempt.pk)
    if not locked.is_open:
        raise AttemptClosed
    question = AttemptQuestion.objects.filter(attempt=locked, position=position).first()
    if question is None or not 0 <= choice < len(question.content["choices"]):
        raise NoSuchChoice
    question.answer = choice
    question.answered_at = timezone.now()
    question.save(update_fields=["answer", "answered_at"])


@transaction.atomic
def submit_attempt(*, attempt: Attempt) -> Attempt:
    """Score the attempt against its own frozen pass mark; passing completes the course.

    Raises AttemptClosed the second time, and Unanswered while answers are missing.
    """
    # Only the attempt: locking the course with it would make every learner of the course wait.
    locked = Attempt.objects.select_for_update(of=("self",)).select_related("course", "user").get(pk=attempt.pk)
    if not locked.is_open:
        raise AttemptClosed
    questions = list(locked.questions.all())
    missing = [question.position for question in questions if question.answer is None]
    if missing:
        raise Unanswered(missing)
    now = timezone.now()
    correct = sum(question.is_correct for question in questions)
    score = (Decimal(100 * correct) / len(questions)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    locked.score = score
    locked.submitted_at = now
    locked.save(update_fields=["score", "submitted_at"])
    if locked.is_passed:
        _complete_course(attempt=locked, score=score, now=now)
    return locked


def _complete_course(*, attempt: Attempt, score: Decimal, now: datetime) -> None:
    course: Course = attempt.course
    read = LessonProgress.objects.filter(
        user=attempt.user, lesson__module__course=course, completed_at__isnull=False
    ).select_related("lesson")
    Completion.objects.get_or_create(
        user=attempt.user,
        course=course,
        defaults={
            "attempt": attempt,
            "completed_at": now,
            "completed_on": now.astimezone(attempt.user.zone).date(),
            "score": score,
            "lessons": [
                {"lesson": row.lesson_id, "title": row.lesson.title, "revision": row.revision_id} for row in read
            ],
        },
    )
