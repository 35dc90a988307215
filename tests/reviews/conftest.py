import json

import pytest

from courses.models import Lesson, Question
from courses.writing.services import draft_lesson
from tests.cme.conftest import make_activity as make_activity
from tests.cme.conftest import make_course as make_course
from tests.cme.conftest import today as today
from tests.reviewing import ask_for_review, make_office, make_reviewer


@pytest.fixture
def reviewer(db):
    return make_reviewer()


@pytest.fixture
def office(db):
    return make_office()


@pytest.fixture
def draft(course, author):
    """A lesson that is live, with a newer draft by the author; its course has both steps."""
    ask_for_review(course)
    lesson = Lesson.objects.get(slug="first-look")
    lesson.title = "First look, mended"
    lesson.save_revision(user=author)
    return Lesson.objects.get(pk=lesson.pk)


@pytest.fixture
def rewrite(author):
    """A newer draft of a lesson, with other words in its first text."""

    def write(lesson, old, new):
        body = json.loads(json.dumps(list(lesson.body.raw_data)).replace(old, new))
        revision = draft_lesson(slug=lesson.slug, fields={"body": json.dumps(body)})
        revision.user = author
        revision.save(update_fields=["user"])
        return Lesson.objects.get(pk=lesson.pk)

    return write


@pytest.fixture
def question_draft(course, author):
    ask_for_review(course)
    question = Question.objects.filter(course=course).order_by("key").first()
    question.stem = "<p>Which edge belongs to the first case?</p>"
    question.save_revision(user=author)
    return Question.objects.get(pk=question.pk)
