"""Who asks too often waits, and is told for how long; everybody else is served."""

import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.cache.backends.redis import RedisCache
from django.test import Client, RequestFactory
from django.urls import resolve

import escan.settings
from core import limits

LIMITS = {
    "payments:pricing": ("POST", 2, 600),
    "verify:form": ("GET", 2, 60),
    "verify:certificate": ("GET", 2, 60),
    "cme:claim": ("POST", 2, 600),
}
REDIS = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": os.environ.get("REDIS_URL", "")}
CACHES = ["files", pytest.param("redis", marks=pytest.mark.services)]


@pytest.fixture(params=CACHES, autouse=True)
def counters(request: pytest.FixtureRequest, settings: Any, tmp_path: Any, monkeypatch: Any) -> str:
    """Counted in files as in development, and in Redis as in production."""
    files = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tmp_path}
    # A prefix of its own: tests in other processes count in the same Redis, and so did this test in the last run.
    redis = REDIS | {"KEY_PREFIX": f"{os.getpid()}-{time.time_ns()}"}
    settings.CACHES = {**settings.CACHES, "default": redis if request.param == "redis" else files}
    settings.ACCOUNT_RATE_LIMITS = False
    settings.RATE_LIMITS = LIMITS
    # The middle of a window, so that none ends while a test runs.
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000 + 20.5)
    return str(request.param)


def test_verification_waits_after_its_limit_and_says_how_long(client, db):
    addresses = ["/verify/AAAA-BBBB-CCCC/", "/verify/AAAA-BBBB-CCCD/", "/verify/AAAA-BBBB-CCCF/"]
    assert [client.get(address).status_code for address in addresses] == [404, 404, 429]
    refused = client.get("/verify/AAAA-BBBB-CCCC/")
    assert refused.headers["Retry-After"] == "40"
    assert "Wait 40 seconds, then try again." in refused.content.decode()
    # Each view counts by itself, and whoever is elsewhere is served.
    assert client.get("/verify/").status_code == 200
    assert client.get("/verify/AAAA-BBBB-CCCC/", REMOTE_ADDR="198.51.100.7").status_code == 404


def test_next_window_begins_at_nought(client, db, monkeypatch):
    assert [client.get("/verify/").status_code for _ in range(3)] == [200, 200, 429]
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000 + 60)
    assert client.get("/verify/").status_code == 200


def test_checkout_is_counted_by_person_and_reading_is_not(client_for, learner, other_learner, monkeypatch):
    asked = []

    def start_checkout(*, user):
        asked.append(user)
        return "https://pay"

    monkeypatch.setattr("payments.views.pricing.start_checkout", start_checkout)
    client = client_for(learner)
    assert [client.post("/pricing/").status_code for _ in range(3)] == [303, 303, 429]
    assert asked == [learner, learner]
    assert "Wait 10 minutes, then" in client.post("/pricing/").content.decode()
    assert client.get("/pricing/").status_code == 200
    # Another browser of the same person waits, too; another person at the same address does not.
    assert client_for(learner).post("/pricing/").status_code == 429
    assert client_for(other_learner).post("/pricing/").status_code == 303


def test_claim_that_waits_records_nothing(client_for, learner, course):
    client = client_for(learner)
    seen = [client.post(f"/cme/{course.slug}/").status_code for _ in range(3)]
    assert seen == [409, 409, 429]


def test_probes_and_webhooks_have_no_limit():
    addresses = ("/healthz", "/readyz", "/metrics", "/webhooks/stripe/")
    assert {resolve(address).view_name for address in addresses} & set(escan.settings.RATE_LIMITS) == set()


def test_limits_name_views_that_exist():
    names = {
        resolve(address).view_name for address in ("/pricing/", "/verify/", "/verify/A/", "/cme/a/", "/cme/a/retry/")
    }
    assert names <= set(escan.settings.RATE_LIMITS)


def test_without_its_cache_verification_goes_on(client, db, monkeypatch, caplog):
    monkeypatch.setattr(limits, "cache", RedisCache("redis://127.0.0.1:1/0", {}))
    assert [client.get("/verify/").status_code for _ in range(4)] == [200] * 4
    assert caplog.messages.count("A request was not counted") == 4


@pytest.mark.services
def test_processes_that_count_at_once_lose_none(counters, db):
    def ask(_: int) -> bool:
        request = RequestFactory().get("/verify/", REMOTE_ADDR="192.0.2.1")
        request.user = AnonymousUser()
        return limits.seconds_to_wait(request, "verify:form") == 0

    if counters == "redis":
        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(ask, range(64))) == LIMITS["verify:form"][1]


# --- Who it is that asks ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counted"),
    [
        # Nobody's word is taken where no proxy of ours stands.
        (0, "198.51.100.7", "192.0.2.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        # What a visitor writes into the header stands left of what our proxy adds.
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.9, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        # Version 6: a line has so much of its own to choose from.
        (1, "2001:db8:1:2:aaaa::1", "2001:db8:1::/56"),
        (1, "2001:db8:1:2:bbbb::9", "2001:db8:1::/56"),
        # Version 4, as a server on both versions writes it.
        (1, "::ffff:198.51.100.7", "198.51.100.7"),
    ],
)
def test_stranger_is_known_by_what_the_trusted_proxies_say(settings, proxies, forwarded, counted):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    request.user = AnonymousUser()
    assert limits.asked_by(request) == counted


# --- allauth's own limits, in the same cache and behind the same proxies ----------------------------


def ask_for_code(client: Client, email: str, address: str) -> int:
    headers = {"X-Forwarded-For": f"203.0.113.66, {address}"}
    return int(client.post("/accounts/login/code/", {"email": email}, headers=headers).status_code)


def test_codes_are_limited_by_visitor_behind_the_proxy(client, db, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {"request_login_code": "2/m/ip"}
    seen = [ask_for_code(Client(), f"nobody{number}@example.org", "198.51.100.7") for number in range(3)]
    # The third is told on the form to wait.
    assert seen == [302, 302, 200]
    assert len(mail.outbox) == 2
    assert ask_for_code(Client(), "nobody@example.org", "198.51.100.8") == 302


def test_codes_to_one_address_are_limited_wherever_they_are_asked_for(client, learner, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    seen = [ask_for_code(Client(), learner.email, f"198.51.100.{number}") for number in range(4)]
    assert seen[:3] == [302, 302, 302]
    assert len(mail.outbox) == 3
    ask_for_code(Client(), learner.email, "198.51.100.99")
    assert len(mail.outbox) == 3


def test_passwords_cannot_be_tried_on(client, learner, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    form = {"login": learner.email, "password": "wrong"}
    for _ in range(5):
        assert "is not right" in client.post("/accounts/login/", form).content.decode()
    assert (
        "That was tried too often. Try again in 5 minutes." in Client().post("/accounts/login/", form).content.decode()
    )
    right = Client().post("/accounts/login/", form | {"password": "correct horse battery"})
    assert "That was tried too often. Try again in 5 minutes." in right.content.decode()


def test_page_of_allauths_limit_says_when_to_come_back(client, db, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    form = {"login": "nobody@example.org", "password": "wrong"}
    client.post("/accounts/login/", form)
    refused = client.post("/accounts/login/", form)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert re.search(r"Wait 1 minute, then try", refused.content.decode())
