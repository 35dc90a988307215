"""How far learners have come is kept for those who were there before, without a question for each of them."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from courses.models import Course, Enrolment, Lesson, LessonProgress
from tests.conftest import make_user

migration = import_module("courses.migrations.0017_keep_percent_reached")

pytestmark = pytest.mark.django_db


def enrol(course: Course, number: int, *, completed: int, reached: int = 0) -> Enrolment:
    person = make_user(f"reader-{number}@example.org")
    lessons = Lesson.objects.filter(module__course=course, live=True).order_by("pk")
    for lesson in lessons[:completed]:
        row = {"revision": lesson.live_revision, "completed_at": timezone.now()}
        LessonProgress.objects.create(user=person, lesson=lesson, **row)
    return Enrolment.objects.create(user=person, course=course, percent_reached=reached)


def keep() -> dict[int, int]:
    migration.keep_what_is_shown(apps, connection.schema_editor())
    return dict(Enrolment.objects.values_list("pk", "percent_reached"))


def test_what_is_shown_is_kept_and_never_less_than_what_is_kept_already(course, write_course):
    other = write_course("without-lessons", [])
    started = enrol(course, 1, completed=0)
    halfway = enrol(course, 2, completed=1)
    through = enrol(course, 3, completed=2)
    further = enrol(course, 4, completed=1, reached=80)
    elsewhere = Enrolment.objects.create(user=halfway.user, course=other)
    expected = {started.pk: 0, halfway.pk: 50, through.pk: 100, further.pk: 80, elsewhere.pk: 0}
    assert keep() == expected
    assert keep() == expected


def test_lessons_that_do_not_count_do_not(course):
    enrolment = enrol(course, 1, completed=2)
    last = Lesson.objects.filter(module__course=course, live=True).latest("pk")
    last.is_required = False
    last.save()
    assert keep() == {enrolment.pk: 100}
    LessonProgress.objects.exclude(lesson=last).delete()
    Enrolment.objects.update(percent_reached=0)
    assert keep() == {enrolment.pk: 0}


@pytest.mark.parametrize(("batch", "queries"), [(1000, 3), (2, 5)])
def test_learners_are_written_in_batches(course, django_assert_num_queries, monkeypatch, batch, queries):
    monkeypatch.setattr(migration, "BATCH", batch)
    for number in range(4):
        enrol(course, number, completed=1)
    with django_assert_num_queries(queries + 1):
        assert set(keep().values()) == {50}


def test_no_batch_waits_for_the_next():
    """One transaction around all of it would hold every row until the last learner was counted."""
    assert migration.Migration.atomic is False
