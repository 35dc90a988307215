"""Two authors arrange the same course at once: one after the other, and nothing is lost or numbered twice."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection
from wagtail.models import ModelLogEntry, ReferenceIndex

from courses.models import Lesson, Module
from courses.writing import arranging
from courses.writing.arranging import DOWN, UP, NotArranged, Target


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act returned or raised, begun at the same moment."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        gate.wait(10)
        try:
            return act()
        except NotArranged as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def long_course(write_course):
    lessons = [(f"long-{number}", f"Lesson {number}") for number in range(6)]
    return write_course("long", [("One", lessons[:3]), ("Two", lessons[3:])])


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_authors_who_arrange_at_once_leave_no_gap_and_lose_no_lesson(long_course, author, admin):
    lessons = list(Lesson.objects.filter(module__course=long_course).order_by("slug"))
    one, two = long_course.modules.order_by("position")
    places = [
        (lessons[0], Target(module_id=two.pk)),
        (lessons[5], Target(module_id=one.pk)),
        (lessons[1], Target(step=UP)),
        (lessons[3], Target(step=DOWN)),
    ]
    moves = [
        partial(arranging.move, course_id=long_course.pk, lesson_id=lesson.pk, target=target, by=by)
        for (lesson, target), by in zip(places, (author, admin) * 2, strict=True)
    ]
    add = partial(arranging.add_module, course_id=long_course.pk, title="Three", by=admin)
    outcomes = at_once(*moves, add)
    assert all(outcome is NotArranged or outcome for outcome in outcomes)
    assert [module.position for module in long_course.modules.order_by("position")] == [0, 1, 2]
    found = []
    for module in (one, two):
        own = list(module.lessons.order_by("position").values_list("slug", "position"))
        assert [position for _, position in own] == list(range(len(own)))
        found += [slug for slug, _ in own]
    assert sorted(found) == [f"long-{number}" for number in range(6)]
    assert (Lesson.objects.get(slug="long-0").module, Lesson.objects.get(slug="long-5").module) == (two, one)


def test_move_is_logged_and_the_module_knows_its_lessons(course, author):
    lesson, practice = Lesson.objects.get(slug="first-look"), Module.objects.get(title="Practice")
    arranging.move(course_id=course.pk, lesson_id=lesson.pk, target=Target(module_id=practice.pk), by=author)
    entry = ModelLogEntry.objects.get(action="courses.move")
    assert (entry.object_id, entry.user) == (str(lesson.pk), author)
    named = ReferenceIndex.objects.filter(object_id=str(lesson.pk), to_object_id=str(practice.pk))
    assert named.count() == 1


def test_course_that_is_deleted_meanwhile_is_told(course, author):
    with pytest.raises(NotArranged, match="does not exist any more"):
        arranging.add_module(course_id=999, title="Mine", by=author)
