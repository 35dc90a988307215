"""What is published is kept by each process, and never shown once something else was published."""

import threading
import time
from uuid import uuid4

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.http import Http404

from accounts.services import grant_access, revoke_access
from core.caching import ForgivingRedis
from courses.learning.queries.outlines import get_outline
from courses.models import Course, Lesson, LessonRendering, Module
from courses.writing import published
from courses.writing import services as authoring
from courses.writing.queries import get_lesson_for
from tests.course_fixtures import blocks, write_lesson


@pytest.fixture(autouse=True)
def own_cache(settings, monkeypatch):
    """The tests that run beside this one publish, too."""
    settings.PAGE_CACHE_SECONDS = 10
    monkeypatch.setattr(published, "pages", LocMemCache(uuid4().hex, {}))
    published._ask_word.cache_clear()


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks(execute=True)


def text():
    return published.get_text("chest-film", "first-look")


def test_is_read_once(course, preview_lesson, django_assert_num_queries):
    first, modules = text(), published.get_contents(course.pk).modules
    with django_assert_num_queries(0):
        assert text() is first
        assert published.get_contents(course.pk).modules is modules


def test_a_kept_lesson_and_outline_cost_a_learner_two_queries(
    learner_with_access, course, locked_lesson, django_assert_num_queries
):
    get_outline(course, learner_with_access)
    get_lesson_for(learner_with_access, course=course.slug, lesson=locked_lesson.slug)
    learner_with_access.__dict__.pop("_may_open_everything", None)
    with django_assert_num_queries(2):
        get_lesson_for(learner_with_access, course=course.slug, lesson=locked_lesson.slug)
        get_outline(course, learner_with_access)


@pytest.mark.parametrize(
    "change",
    [
        lambda: write_lesson("first-look", blocks("first-look", ("text", "<p>Anew.</p>")), is_preview=True),
        lambda: Lesson.objects.get(slug="first-look").unpublish(),
        lambda: Course.objects.get().save(),
        lambda: Module.objects.first().save(),
        lambda: LessonRendering.objects.first().save(),
        lambda: authoring.place_lessons(course=Course.objects.get(), modules=[("Basics", [])]),
    ],
    ids=["publish", "unpublish", "course", "module", "render again", "place"],
)
def test_every_change_that_is_committed_ends_it(preview_lesson, commit, change):
    kept = text()
    with commit:
        change()
        assert text() is kept
    if Lesson.objects.get(slug="first-look").live:
        assert text() is not kept
    else:
        with pytest.raises(Http404):
            text()


def test_what_was_taken_off_is_gone_at_once(course, preview_lesson, commit, client_for, learner):
    address = preview_lesson.get_absolute_url()
    assert client_for(learner).get(address).status_code == 200
    with commit:
        Lesson.objects.get(slug="first-look").unpublish()
    assert client_for(learner).get(address).status_code == 404


def test_a_change_that_is_rolled_back_ends_nothing(preview_lesson, django_capture_on_commit_callbacks):
    kept = text()
    with django_capture_on_commit_callbacks(execute=False):
        Course.objects.get().save()
    assert text() is kept


def test_a_missing_lesson_is_not_kept(course, preview_lesson):
    Lesson.objects.filter(slug="first-look").update(live=False)
    with pytest.raises(Http404):
        text()
    Lesson.objects.filter(slug="first-look").update(live=True)
    assert text().lesson == preview_lesson


def test_nothing_is_kept_in_development_or_without_redis(preview_lesson, settings, monkeypatch):
    assert text() is text()
    settings.PAGE_CACHE_SECONDS = 0
    assert text() is not text()
    settings.PAGE_CACHE_SECONDS = 10
    monkeypatch.setattr(published, "pages", ForgivingRedis("redis://127.0.0.1:1/0", {}))
    published._ask_word.cache_clear()
    assert text() is not text()


def test_the_word_is_asked_once_a_page_and_soon_again(course, preview_lesson, monkeypatch):
    """What another process publishes shows a moment later; what this one does, at once."""
    moments = iter([1.0, 1.001, 1.5, 1.501])
    monkeypatch.setattr(time, "monotonic", lambda: next(moments))
    asked = []

    def get(key):
        asked.append(key)
        return "word"

    monkeypatch.setattr(published.pages, "get", get)
    assert text() is text() is text() is text()
    assert len(asked) == 2
    monkeypatch.setattr(time, "monotonic", lambda: 1.502)
    published._change_word()
    text()
    assert len(asked) == 3


def test_access_is_asked_each_time(course, locked_lesson, learner, client_for):
    client = client_for(learner)
    address = locked_lesson.get_absolute_url()
    assert client.get(address).status_code == 403
    grant_access(user=learner, source="test", reference="now")
    assert client.get(address).status_code == 200
    revoke_access(source="test", reference="now", reason="over")
    assert client.get(address).status_code == 403


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_an_old_text_is_never_kept_under_a_new_word(course, preview_lesson, monkeypatch):
    """A reader has read the database and is slow; meanwhile an author publishes; the next reader sees the new text."""
    has_read, may_go_on = threading.Event(), threading.Event()
    load = published._get

    def slow(lesson):
        found = load(lesson)
        has_read.set()
        assert may_go_on.wait(10)
        return found

    monkeypatch.setattr(published, "_get", slow)
    seen = []

    def read():
        seen.append(text().html)
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    assert has_read.wait(10)
    write_lesson("first-look", blocks("first-look", ("text", "<p>Anew.</p>")), is_preview=True)
    may_go_on.set()
    reader.join()
    assert "Anew" not in seen[0]
    assert "Anew" in text().html
