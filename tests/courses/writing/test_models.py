from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.models import (
    Attempt,
    AttemptQuestion,
    Completion,
    Course,
    Enrolment,
    FacultyMember,
    Lesson,
    LessonProgress,
    Module,
    Question,
)
from tests.course_fixtures import text_of


def refused(constraint: str, write) -> None:
    """The database itself refuses, whichever way it names what it refused."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    told = str(error.value)
    assert constraint in told or "UNIQUE constraint failed" in told


# --- Constraints ------------------------------------------------------------------------------------


def test_attempt_open_is_the_only_one(learner, course):
    Attempt.objects.create(user=learner, course=course, passing_score=75)
    refused(
        "one_open_attempt_per_learner_and_course",
        lambda: Attempt.objects.create(user=learner, course=course, passing_score=75),
    )
    assert Attempt.objects.count() == 1


def test_attempt_after_a_submitted_one_is_allowed(learner, course):
    now = timezone.now()
    Attempt.objects.create(user=learner, course=course, passing_score=75, submitted_at=now, score=10)
    Attempt.objects.create(user=learner, course=course, passing_score=75, submitted_at=now, score=20)
    Attempt.objects.create(user=learner, course=course, passing_score=75)
    assert Attempt.objects.count() == 3


@pytest.mark.parametrize("fields", [{"score": 80}, {"submitted_at": timezone.now()}], ids=["score", "submitted"])
def test_attempt_is_scored_exactly_when_submitted(learner, course, fields):
    with pytest.raises(IntegrityError, match="attempt_is_scored_when_submitted"), transaction.atomic():
        Attempt.objects.create(user=learner, course=course, passing_score=75, **fields)
    assert not Attempt.objects.exists()


def test_attempt_holds_a_question_and_a_place_once(learner, course):
    attempt = Attempt.objects.create(user=learner, course=course, passing_score=75)
    first, second = Question.objects.filter(course=course)[:2]

    def draw(question: Question, position: int) -> None:
        AttemptQuestion.objects.create(
            attempt=attempt, question=question, position=position, revision=question.live_revision, content={}
        )

    draw(first, 1)
    refused("one_question_per_place_in_attempt", lambda: draw(second, 1))
    refused("a_question_once_per_attempt", lambda: draw(first, 2))
    assert attempt.questions.count() == 1


def test_enrolment_is_one_per_learner_and_course(learner, other_learner, course):
    Enrolment.objects.create(user=learner, course=course)
    refused("one_enrolment_per_learner_and_course", lambda: Enrolment.objects.create(user=learner, course=course))
    Enrolment.objects.create(user=other_learner, course=course)
    assert Enrolment.objects.count() == 2


def test_progress_is_one_per_learner_and_lesson(learner, preview_lesson):
    revision = preview_lesson.live_revision
    LessonProgress.objects.create(user=learner, lesson=preview_lesson, revision=revision)
    refused(
        "one_progress_per_learner_and_lesson",
        lambda: LessonProgress.objects.create(user=learner, lesson=preview_lesson, revision=revision),
    )
    assert LessonProgress.objects.count() == 1


def test_completion_is_one_per_learner_and_course(learner, course):
    now = timezone.now()

    def complete() -> None:
        attempt = Attempt.objects.create(user=learner, course=course, passing_score=75, submitted_at=now, score=80)
        Completion.objects.create(
            user=learner,
            course=course,
            attempt=attempt,
            completed_at=now,
            completed_on=date(2026, 1, 2),
            score=80,
            lessons=[],
        )

    complete()
    refused("one_completion_per_learner_and_course", complete)
    assert (Completion.objects.count(), Attempt.objects.count()) == (1, 1)


@pytest.mark.parametrize("score", [0, 101])
def test_passing_score_is_a_percentage(course, score):
    with pytest.raises(IntegrityError, match="passing_score_is_a_percentage"), transaction.atomic():
        Course.objects.filter(pk=course.pk).update(passing_score=score)
    course.refresh_from_db()
    assert course.passing_score == 75


@pytest.mark.parametrize("score", [1, 100])
def test_passing_score_reaches_both_ends(course, score):
    Course.objects.filter(pk=course.pk).update(passing_score=score)
    course.refresh_from_db()
    assert course.passing_score == score


def test_module_title_is_one_per_course(course):
    refused("one_module_of_a_title_per_course", lambda: Module.objects.create(course=course, title="Basics"))
    assert course.modules.count() == 2


def test_lesson_slug_of_the_post_test_is_reserved(course):
    lesson = Lesson(module=course.modules.first(), title="Post-test", slug="post-test")
    with pytest.raises(ValidationError) as error:
        lesson.full_clean()
    assert error.value.message_dict == {"slug": ["“post-test” is an address of the course itself. Choose another."]}


def test_lesson_slug_is_unique_across_courses(course, write_course):
    lesson = Lesson(module=course.modules.first(), title="Another", slug="first-look")
    with pytest.raises(ValidationError) as error:
        lesson.full_clean()
    assert error.value.message_dict == {"slug": ["Lesson with this Slug already exists."]}


def test_lesson_takes_at_least_a_minute(course):
    lesson = Lesson(module=course.modules.first(), title="Short", slug="short", minutes=0)
    with pytest.raises(ValidationError) as error:
        lesson.full_clean()
    assert list(error.value.message_dict) == ["minutes"]


# --- Properties -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("questions", "percent", "needed"),
    [(4, 75, 3), (10, 75, 8), (8, 75, 6), (3, 67, 3), (3, 66, 2), (10, 1, 1), (7, 100, 7), (1, 50, 1)],
)
def test_correct_to_pass_is_rounded_up(questions, percent, needed):
    assert Course(passing_score=percent).get_correct_to_pass(questions) == needed


@pytest.mark.parametrize(
    ("score", "passed"), [(None, False), (Decimal("74.99"), False), (Decimal("75.00"), True), (Decimal(100), True)]
)
def test_attempt_is_passed_at_its_own_mark(score, passed):
    assert Attempt(passing_score=75, score=score).is_passed is passed


def test_objectives_are_one_a_line(course):
    assert course.objective_list == ["Find the edge", "Name the edge"]


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Ada Example, MD", "AE"), ("Ada B. Example", "AE"), ("Ada", "A"), ("éva öz", "ÉÖ"), ("", "")],
)
def test_initials_are_of_the_first_and_last_name(name, initials):
    assert FacultyMember(name=name).initials == initials


def test_names_and_addresses(course, preview_lesson, learner):
    assert course.get_absolute_url() == "/courses/chest-film/"
    assert preview_lesson.get_absolute_url() == "/courses/chest-film/first-look/"
    assert str(course) == "Chest film"
    assert str(preview_lesson) == "First look"
    assert str(preview_lesson.module) == "Chest film: Basics"
    assert str(course.faculty.get()) == "Ada Example, MD"
    assert str(Question.objects.first()) == "chest-film-1"
    assert str(text_of("first-look")).startswith("First look (20")
    assert str(Enrolment(user=learner, course=course)) == "Ada Lindqvist, MD: Chest film"
