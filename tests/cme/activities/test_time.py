from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup

from cme.activities.time import ActivityTime, credit_for
from courses.models import Course, Lesson, Module
from courses.timing.method import Load, get_method
from courses.timing.queries import CourseTime, LessonTime
from tests.course_fixtures import write_chest_film

FLAGSHIP = Load(words=22_246, items=25, video_seconds=272)


@pytest.fixture
def course_to_read(write_course, keep_image) -> Course:
    write_chest_film(write_course, keep_image)
    return Course.objects.get(slug="chest-film")


@pytest.mark.parametrize(
    ("minutes", "credit"),
    [("0", "0"), ("7.4", "0"), ("7.5", "0.25"), ("42", "0.75"), ("52.4", "0.75"), ("52.5", "1"), ("105", "1.75")],
)
def test_an_hour_is_a_credit_to_the_nearest_quarter(minutes, credit):
    assert credit_for(Decimal(minutes)) == Decimal(credit)


def measured(designated: str, load: Load = FLAGSHIP, drawn: int = 12) -> ActivityTime:
    lesson: Any = Lesson(minutes=122)
    return ActivityTime(Decimal(designated), 135, CourseTime(get_method(), (LessonTime(lesson, load, 123),), drawn))


def test_the_smaller_of_the_two_opinions_is_what_follows():
    # 22,246 / 238 + 37 + 272 / 60 = 135.0 minutes. 0.9 * (-22.3 + 46.49414 + 33.36 + 46.5) + 4.53 = 98.2 minutes.
    found = measured("1.75")
    assert (found.by_method, found.by_mergener, found.follows) == (Decimal("2.25"), Decimal("1.75"), Decimal("1.75"))
    assert (found.by_course, found.by_lessons) == (Decimal("2.25"), Decimal("2.25"))
    assert (found.is_above, found.is_below) == (False, False)
    # The other way around: 2,380 words and 6 questions are 16 minutes, and 0.9 * (-22.3 + 4.97 + 16.68 + 46.5) = 41.3.
    assert measured("1", Load(words=2380), 6).follows == Decimal("0.25")


@pytest.mark.parametrize(("designated", "is_above", "is_below"), [("2.5", True, False), ("1.5", False, True)])
def test_more_and_less_than_follows(designated, is_above, is_below):
    found = measured(designated)
    assert (found.is_above, found.is_below) == (is_above, is_below)


def said(page: Any) -> str:
    return " ".join(BeautifulSoup(page.content, "html.parser").get_text(" ").split())


def test_the_screen_of_an_activity_says_what_follows_from_the_time(client_for, admin, make_activity, course_to_read):
    activity = make_activity(course_to_read)
    page = client_for(admin).get(f"/studio/snippets/cme/activity/edit/{activity.pk}/")
    assert "Designated: 1.25. What follows from the time: 0.0, the smaller of 0.0 by the method and 0.5" in said(page)
    assert "More is designated than follows" in said(page)
    assert "The method: 95 words, 4 questions, 0 seconds of video" in said(page)
    # 31.97 minutes, as in tests/courses/timing/test_queries.py; this course has no checks.
    assert "3, moderate 32 0.5 32 0.5" in said(page)
    assert "doi:10.1016/j.jml.2019.104047" in said(page)


def test_where_nothing_is_published_there_is_nothing_to_count(client_for, admin, activity):
    assert not Module.objects.exists()
    page = client_for(admin).get(f"/studio/snippets/cme/activity/edit/{activity.pk}/")
    assert "there is nothing to count" in said(page)
    assert "What follows from the time" not in said(page)
