import os
from uuid import uuid4

import pytest
import redis
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.caching import NEAR, ForgivingRedis, Page
from courses.models import Course


@pytest.fixture(autouse=True)
def cache(settings, monkeypatch):
    """One of its own: the tests that run beside this one keep pages, too."""
    settings.PAGE_CACHE_SECONDS = 10
    own = LocMemCache(uuid4().hex, {})
    monkeypatch.setattr("core.caching.pages", own)
    monkeypatch.setattr("courses.writing.published.pages", own)
    return own


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
        assert without_id(second) == without_id(first)


def without_id(response):
    return {name: value for name, value in response.headers.items() if name != "X-Request-ID"}


def test_a_process_keeps_a_page_for_a_moment_of_its_own(pages, cache, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("core.caching.time.monotonic", lambda: now[0])
    visitor = Client()
    first = visitor.get("/")
    assert visitor.get("/").content == first.content
    cache.set("page-of-strangers:/", Page(b"made anew", {}), 10)
    assert visitor.get("/").content == first.content
    now[0] += NEAR
    assert visitor.get("/").content == b"made anew"


def test_a_kept_page_is_for_the_academys_own_name_alone(pages, settings):
    settings.ALLOWED_HOSTS = ["academy.example"]
    assert Client(headers={"host": "academy.example"}).get("/").status_code == 200
    stranger = Client(headers={"host": "another.example"})
    assert stranger.get("/").status_code == 400
    assert stranger.get("/healthz").status_code == 200  # probes come by the address of a container


def test_a_kept_page_is_counted_by_its_view(pages, monkeypatch):
    counted = []
    monkeypatch.setattr("escan.middleware.metrics.count_request", lambda *, view, **_: counted.append(view))
    for _ in range(2):
        Client().get("/")
    assert counted == ["home", "home"]


def test_whoever_brings_a_cookie_or_a_question_gets_the_page_itself(pages, client_for, learner, cache):
    for path in pages:
        cache.set(f"page-of-strangers:{path}", Page(b"kept", {}), 10)
        assert Client().get(path).content == b"kept"
        assert client_for(learner).get(path).content != b"kept"
        assert Client().get(f"{path}?a=b").content != b"kept"
        known = Client()
        known.cookies["csrftoken"] = "c" * 32
        assert known.get(path).content != b"kept"


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


@pytest.fixture
def no_redis(settings):
    away = {"BACKEND": "core.caching.ForgivingRedis", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": {**away, "BACKEND": "core.caching.Redis"}, "pages": away, "sessions": away}
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"


def test_strangers_read_on_while_redis_is_away(pages, monkeypatch, no_redis):
    monkeypatch.setattr("core.caching.pages", caches["pages"])
    monkeypatch.setattr("courses.writing.published.pages", caches["pages"])
    for path in pages:
        assert Client().get(path).status_code == 200


def test_who_is_signed_in_reads_on_while_redis_is_away_and_signs_out(pages, monkeypatch, client_for, learner, no_redis):
    monkeypatch.setattr("core.caching.pages", caches["pages"])
    monkeypatch.setattr("courses.writing.published.pages", caches["pages"])
    browser = client_for(learner)
    for path in [*pages, "/learn/"]:
        assert browser.get(path).status_code == 200
    assert "Sign in" not in browser.get("/courses/").content.decode()
    browser.logout()
    assert "Sign in" in browser.get("/courses/").content.decode()


def test_a_forgiving_cache_knows_and_keeps_nothing_while_redis_is_away(no_redis):
    away = caches["pages"]
    away.set("a", 1)
    assert (away.get("a", "none"), away.add("a", 1), away.delete("a"), "a" in away) == ("none", False, False, False)


@pytest.mark.services
def test_a_forgiving_cache_keeps_nothing_beyond_its_time():
    kept = ForgivingRedis(os.environ["REDIS_URL"], {"TIMEOUT": 300})
    name = uuid4().hex
    for timeout, seconds in [(None, 300), (1_000, 300), (20, 20)]:
        kept.set(name, 1, timeout)
        left = redis.Redis.from_url(os.environ["REDIS_URL"]).ttl(kept.make_key(name))
        assert seconds - 5 < left <= seconds
