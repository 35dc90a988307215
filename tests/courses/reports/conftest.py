"""Learners by the dozen, written as rows: what they did, and on which day."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from courses.assessment.asking import freeze
from courses.assessment.scoring import get_right_answer
from courses.models import Attempt, AttemptQuestion, Completion, Enrolment, Lesson, LessonProgress, Question
from tests.course_fixtures import get_wrong_answer

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def make_learners(count: int, first: int = 0) -> list[User]:
    rows = [User(email=f"many-{n}@example.org", name=f"Learner {n}", password="!") for n in range(first, first + count)]
    return User.objects.bulk_create(rows)


def enrol(users, course, *, at=NOON, seen=NOON, lesson: Lesson | None = None, **fields) -> None:
    Enrolment.objects.bulk_create(
        Enrolment(user=user, course=course, enrolled_at=at, last_seen_at=seen, last_lesson=lesson, **fields)
        for user in users
    )


def read(users, lesson, *, at=NOON, took: timedelta | None = None) -> None:
    LessonProgress.objects.bulk_create(
        LessonProgress(
            user=user,
            lesson=lesson,
            revision=lesson.live_revision,
            started_at=at,
            completed_at=None if took is None else at + took,
        )
        for user in users
    )


def hand_in(user, course, marks: list[bool | None], *, at=NOON, took=timedelta(minutes=12), purpose="post", wrong=None):
    """An attempt at the questions of the course in their order, each right, wrong or left open."""
    right = sum(mark is True for mark in marks)
    attempt = Attempt.objects.create(
        user=user,
        course=course,
        purpose=purpose,
        passing_score=course.passing_score,
        started_at=at - took,
        submitted_at=at,
        score=round(Decimal(100 * right) / len(marks), 2),
    )
    questions = Question.objects.filter(course=course).order_by("key")
    rows = []
    for position, (question, mark) in enumerate(zip(questions, marks, strict=True), 1):
        content = freeze(question, None)
        answer = None if mark is None else (get_right_answer if mark else wrong or get_wrong_answer)(content)
        rows.append(
            AttemptQuestion(
                attempt=attempt,
                position=position,
                question=question,
                revision=question.live_revision,
                content=content,
                answer=answer,
                is_right=bool(mark),
            )
        )
    AttemptQuestion.objects.bulk_create(rows)
    return attempt


def complete(attempt: Attempt, *, at=NOON) -> Completion:
    return Completion.objects.create(
        user=attempt.user,
        course=attempt.course,
        attempt=attempt,
        completed_at=at,
        completed_on=at.date(),
        score=attempt.score,
        lessons=[],
    )


@pytest.fixture
def lessons(course) -> list[Lesson]:
    """First look, second look."""
    return list(Lesson.objects.filter(live=True).order_by("pk").select_related("live_revision"))
