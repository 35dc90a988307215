"""A new course begins with its parts in place, or empty."""

from typing import Any

import pytest
from bs4 import BeautifulSoup

from core.faults import check
from courses.models import Course, Lesson, Module, PublishedSlug
from courses.writing.beginning import MARK, AlreadyBegun, begin_course
from courses.writing.naming import find_free_name
from tests.courses.studio.test_across import COURSES, course_form, told
from tests.faults import codes_of

PARTS = {"begin_with": "parts"}
BY_ITSELF = {"Accept": "application/json"}


@pytest.fixture
def studio(client_for, author):
    return client_for(author)


def draft_of(lesson: Lesson) -> Any:
    return lesson.get_latest_revision_as_object()


def test_new_course_begins_with_a_module_and_a_lesson_with_its_parts(studio, db, author):
    page = studio.get(f"{COURSES}add/").content.decode()
    [chosen] = BeautifulSoup(page, "html.parser").select("input[name=begin_with][checked]")
    assert chosen["value"] == "parts"
    assert studio.post(f"{COURSES}add/", course_form(objectives="", **PARTS)).status_code == 302
    course = Course.objects.get()
    assert [line.startswith(MARK) for line in course.objective_list] == [True, True]
    [module] = course.modules.all()
    [lesson] = module.lessons.all()
    assert (module.title, lesson.title, lesson.slug) == ("First module", "First lesson", "new-course-first-lesson")
    assert (lesson.live, lesson.is_announced, lesson.latest_revision.user) == (False, False, author)
    assert [block.block_type for block in draft_of(lesson).body] == ["text", "text", "text", "text", "references"]
    codes = codes_of(draft_of(lesson))
    assert codes.count("lesson-to-be-written") == 5
    assert "lesson-no-objectives" not in codes
    assert codes_of(course.get_latest_revision_as_object()).count("course-to-be-written") == 2
    # What is there is not begun again.
    assert studio.post(f"{COURSES}edit/{course.pk}/", course_form(**PARTS)).status_code == 302
    with pytest.raises(AlreadyBegun):
        begin_course(course_id=course.pk, by=author)
    assert Lesson.objects.count() == 1
    assert "begin_with" not in studio.get(f"{COURSES}edit/{course.pk}/").content.decode()


def test_new_course_begins_empty(studio, db):
    assert studio.post(f"{COURSES}add/", course_form(begin_with="nothing")).status_code == 302
    assert Course.objects.get().objective_list == ["Find it", "Name it"]
    assert not Module.objects.exists()


def test_draft_that_keeps_itself_begins_nothing_before_its_author_has_chosen(studio, db):
    assert studio.post(f"{COURSES}add/", course_form(**PARTS), headers=BY_ITSELF).status_code == 200
    assert not Module.objects.exists()
    # The page is still that of a new course, and sends what was chosen there.
    course = Course.objects.get()
    assert studio.post(f"{COURSES}edit/{course.pk}/", course_form(**PARTS)).status_code == 302
    assert [module.title for module in course.modules.all()] == ["First module"]


def test_outline_of_an_empty_course_offers_to_begin(studio, db):
    studio.post(f"{COURSES}add/", course_form(begin_with="nothing"))
    address = f"/studio/courses/{Course.objects.get().pk}/outline/"
    assert "Begin with a first module" in told(studio.get(address))
    assert studio.post(f"{address}begin/")["Location"] == f"{address}#lesson-{Lesson.objects.get().pk}"
    assert "Begin with a first module" not in told(studio.get(address))
    assert "The course has modules already." in told(studio.post(f"{address}begin/", follow=True))
    assert Lesson.objects.count() == 1


def test_mark_stops_publishing_wherever_it_stands(course):
    course.objectives = f"Find it\n{MARK} Name it"
    [fault] = [each for each in check(course) if each.code == "course-to-be-written"]
    assert (fault.told, fault.field, fault.stops) == ("Still to be written: “Name it”", "objectives", True)


def test_free_name_is_neither_a_row_nor_an_address_that_leads_to_one(course):
    assert find_free_name(Lesson, "slug", "second-look") == "second-look-2"
    lesson = Lesson.objects.get(slug="second-look")
    PublishedSlug.objects.create(slug="second-look-2", lesson=lesson)
    assert find_free_name(Lesson, "slug", "second-look") == "second-look-3"
    assert find_free_name(Course, "slug", "second-look-2") == "second-look-2"
    assert len(find_free_name(Lesson, "slug", "x" * 80)) == 50
