import pytest
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Course


@pytest.fixture(autouse=True)
def empty_cache(settings):
    settings.PAGE_CACHE_SECONDS = 10
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def pages(course, preview_lesson):
    return [reverse("home"), reverse("catalogue"), course.get_absolute_url(), preview_lesson.get_absolute_url()]


def queries_of(client, path):
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    return response, len(queries)


def test_a_page_is_made_once_for_all_strangers(pages):
    for path in pages:
        first, some = queries_of(Client(), path)
        second, none = queries_of(Client(), path)
        assert (some > 0, none) == (True, 0), path
        assert second.content == first.content
        assert second.headers["Vary"] == "Cookie"
        assert second.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]


def test_whoever_brings_a_cookie_or_a_question_gets_the_page_itself(pages, client_for, learner):
    for path in pages:
        Client().get(path)
        assert queries_of(client_for(learner), path)[1] > 0
        assert queries_of(Client(), f"{path}?a=b")[1] > 0
        known = Client()
        known.cookies["csrftoken"] = "c" * 32
        assert queries_of(known, path)[1] > 0


def test_what_a_member_sees_is_not_kept_for_strangers(pages, client_for, learner):
    for path in pages:
        client_for(learner).get(path)
        assert "Sign in" in Client().get(path).content.decode()
        assert "Sign in" not in client_for(learner).get(path).content.decode()


def test_a_missing_page_is_not_kept(course):
    path = "/courses/not-yet/"
    assert Client().get(path).status_code == 404
    Course.objects.update(slug="not-yet")
    assert Client().get(path).status_code == 200


def test_nothing_is_kept_in_development(pages, settings):
    settings.PAGE_CACHE_SECONDS = 0
    for path in pages:
        Client().get(path)
        assert queries_of(Client(), path)[1] > 0


def test_strangers_read_on_while_redis_is_away(pages, monkeypatch):
    away = RedisCache("redis://127.0.0.1:1/0", {})
    monkeypatch.setattr("escan.caching.cache", away)
    for path in pages:
        assert Client().get(path).status_code == 200
