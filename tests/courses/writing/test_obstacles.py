"""The seam through which another app says that something comes before a lesson."""

import pytest
from django.contrib.auth.models import AnonymousUser

from courses.models import LessonProgress
from courses.writing.errors import LessonLocked
from courses.writing.obstacles import LESSON_OBSTACLES, Obstacle
from courses.writing.queries import get_figure_for, get_lesson_for

FIRST = Obstacle("Read the disclosures of this activity first.", "Read them", "/somewhere/")


@pytest.fixture
def obstacle(monkeypatch, locked_lesson):
    """As an app above would say it: of one lesson, until it is gone."""
    asked = []

    def ask(user, lesson):
        asked.append((user, lesson.pk))
        return FIRST if lesson.pk == locked_lesson.pk else None

    monkeypatch.setattr("courses.writing.obstacles.LESSON_OBSTACLES", [lambda user, lesson: None, ask])
    return asked


def test_nothing_stands_before_a_lesson_today():
    assert LESSON_OBSTACLES == []


def test_getter_names_what_comes_first(obstacle, course, locked_lesson, learner_with_access):
    with pytest.raises(LessonLocked) as locked:
        get_lesson_for(learner_with_access, course=course.slug, lesson=locked_lesson.slug)
    assert (locked.value.lesson, locked.value.obstacle) == (locked_lesson, FIRST)


def test_figure_waits_with_its_lesson(obstacle, locked_lesson, learner_with_access):
    with pytest.raises(LessonLocked):
        get_figure_for(learner_with_access, lesson_id=locked_lesson.pk, image_id=1)


def test_other_lessons_stay_open(obstacle, course, preview_lesson, learner_with_access):
    found = get_lesson_for(learner_with_access, course=course.slug, lesson=preview_lesson.slug)
    assert found.lesson == preview_lesson


def test_author_passes(obstacle, course, locked_lesson, author):
    assert get_lesson_for(author, course=course.slug, lesson=locked_lesson.slug).lesson == locked_lesson


def test_without_access_only_access_is_asked_for(obstacle, course, locked_lesson):
    with pytest.raises(LessonLocked) as locked:
        get_lesson_for(AnonymousUser(), course=course.slug, lesson=locked_lesson.slug)
    assert (locked.value.obstacle, obstacle) == (None, [])


def test_page_says_what_comes_first_and_shows_nothing_of_the_lesson(
    obstacle, client_for, locked_lesson, learner_with_access
):
    answer = client_for(learner_with_access).get(locked_lesson.get_absolute_url())
    page = answer.content.decode()
    assert answer.status_code == 403
    assert FIRST.reason in page
    assert f'href="{FIRST.url}">{FIRST.act}</a>' in page
    assert 'class="btn" href="/pricing/"' not in page
    assert "data-block" not in page


def test_nothing_is_written_while_something_comes_first(obstacle, client_for, locked_lesson, learner_with_access):
    visitor = client_for(learner_with_access)
    assert visitor.post(f"{locked_lesson.get_absolute_url()}complete/").status_code == 403
    assert not LessonProgress.objects.exists()
