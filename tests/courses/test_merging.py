"""Of what both accounts have of a course or lesson, nothing is forgotten, whatever fields it has."""

from datetime import timedelta

import pytest
from django.db.models import Model
from django.utils import timezone

from courses.merging import take_over
from courses.models import Enrolment, Lesson, LessonProgress


def facts(row: Model) -> dict:
    """All that is kept of it, so that a field which comes later must be thought of here."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name != "id"}


@pytest.mark.parametrize("is_later", [True, False], ids=["the other read last", "the one who stays read last"])
def test_merge_keeps_every_fact_of_either(learner, other_learner, course, is_later):
    first, second = Lesson.objects.filter(module__course=course, live=True).order_by("pk")
    now = timezone.now()
    days = [now - timedelta(days=each) for each in range(10)]
    mine, theirs = (8, 1) if is_later else (1, 8)
    Enrolment.objects.create(
        user=learner, course=course, last_lesson=first, enrolled_at=days[9], last_seen_at=days[mine], percent_reached=10
    )
    Enrolment.objects.create(
        user=other_learner,
        course=course,
        last_lesson=second,
        enrolled_at=days[8],
        last_seen_at=days[theirs],
        percent_reached=80,
        lessons_completed_at=days[5],
    )
    edited = second.save_revision()
    LessonProgress.objects.create(
        user=learner, lesson=second, revision=second.live_revision, block="mine", started_at=days[9]
    )
    LessonProgress.objects.create(
        user=other_learner,
        lesson=second,
        revision=edited,
        block="theirs",
        started_at=days[8],
        completed_at=days[6],
    )
    take_over(user=learner, other=other_learner, claimed=[])
    assert facts(Enrolment.objects.get(user=learner)) == {
        "user_id": learner.pk,
        "course_id": course.pk,
        "last_lesson_id": second.pk if is_later else first.pk,
        "enrolled_at": days[9],
        "last_seen_at": days[1],
        "lessons_completed_at": days[5],
        "percent_reached": 80,
    }
    assert facts(LessonProgress.objects.get(user=learner)) == {
        "user_id": learner.pk,
        "lesson_id": second.pk,
        "revision_id": edited.pk,
        "block": "theirs" if is_later else "mine",
        "started_at": days[9],
        "completed_at": days[6],
    }


def test_merge_never_takes_percent_away(learner, other_learner, course):
    for person, percent in ((learner, 80), (other_learner, 10)):
        Enrolment.objects.create(user=person, course=course, percent_reached=percent)
    take_over(user=learner, other=other_learner, claimed=[])
    assert Enrolment.objects.get(user=learner).percent_reached == 80
