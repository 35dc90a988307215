"""Nobody is locked out by a stranger, many clients together are stopped, and a limit leads on; equal work for all."""

import time
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import escan.settings_people
from accounts.known import COOKIE
from accounts.models import User
from tests.accounts.test_signing_in import newest_code
from tests.escan.people import prove

pytestmark = pytest.mark.django_db

SIGN_IN, SIGN_UP, CODE, RESET = (
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/login/code/",
    "/accounts/password/reset/",
)
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def limits(settings: Any, tmp_path: Any) -> None:
    """As in production, counted anew."""
    files = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tmp_path / "cache"}
    settings.CACHES = dict.fromkeys(("default", "pages", "sessions"), files)
    settings.ACCOUNT_RATE_LIMITS = escan.settings_people.ACCOUNT_RATE_LIMITS
    cache.clear()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    now = time.time()

    def go_on(seconds: float) -> None:
        monkeypatch.setattr(time, "time", lambda: now + seconds)

    return go_on


def at(address: str) -> Client:
    return Client(REMOTE_ADDR=address)


def try_password(client: Client, password: str = "wrong", email: str = "learner@example.org") -> str:
    answer = client.post(SIGN_IN, {"login": email, "password": password})
    return "in" if answer.status_code == 302 else answer.content.decode()


# --- Lockout ----------------------------------------------------------------------------------------


def test_stranger_who_fails_a_hundred_times_locks_out_nobody_but_themselves(learner):
    stranger = at("203.0.113.7")
    told = [try_password(stranger) for _ in range(100)]

    assert "is not right" in told[4]
    assert "That was tried too often. Try again in 5 minutes." in told[5]
    assert "Too many tries" in told[-1]
    assert try_password(at("198.51.100.7"), PASSWORD) == "in"
    assert try_password(stranger, PASSWORD) != "in"


def test_one_client_tries_fifty_times_a_day_at_most(learner, clock):
    stranger = at("203.0.113.7")
    tried = 0
    for period in range(30):
        clock(seconds=310 * period)
        tried += sum("is not right" in try_password(stranger) for _ in range(5))
    assert tried == 50


def test_many_clients_together_are_stopped_and_the_owner_comes_in_by_a_code(learner, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "password_anywhere": "8/d/key"}
    for number in range(8):
        assert "is not right" in try_password(at(f"203.0.113.{number}"))

    owner = at("198.51.100.7")
    assert "Leave the password empty, and we mail you a code." in try_password(owner, PASSWORD)
    owner.post(SIGN_IN, {"login": learner.email, "password": ""})
    owner.post("/accounts/login/code/confirm/", {"code": newest_code()})
    assert get_user(owner) == learner


def test_what_was_right_does_not_count(learner, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "password_anywhere": "2/d/key"}
    for number in range(4):
        assert try_password(at(f"203.0.113.{number}"), PASSWORD) == "in"


@pytest.mark.parametrize(("address", "field"), [(SIGN_IN, "login"), (CODE, "email"), (RESET, "email")])
def test_stranger_who_asks_for_codes_keeps_nobody_from_theirs(learner, address, field):
    stranger, owner = at("203.0.113.7"), at("198.51.100.7")
    for _ in range(5):
        told = stranger.post(address, {field: learner.email})
        stranger.cookies.clear()
    assert told.status_code == 200
    assert "several times just now" in told.content.decode()
    assert len(mail.outbox) == 3

    assert owner.post(address, {field: learner.email}).status_code == 302
    assert len(mail.outbox) == 4


@pytest.mark.parametrize("household", ["2001:db8:7:{:x}00::1", "2001:db8:7:7:{:x}::1"])
def test_one_line_with_many_newer_addresses_is_one_client(learner, household):
    """A line holds 256 or 65 536 networks: they use up together what one client may, and not what all may."""
    for number in range(12):
        stranger = at(household.format(number))
        for address in (SIGN_IN, CODE):
            stranger.post(address, {"login": learner.email, "email": learner.email, "password": ""})
            stranger.cookies.clear()
    assert len(mail.outbox) == 3
    assert at("2001:db8:8::1").post(CODE, {"email": learner.email}).status_code == 302


def test_owner_gets_in_where_they_signed_in_before_whatever_many_clients_do(learner, settings):
    owner = at("198.51.100.7")
    assert try_password(owner, PASSWORD) == "in"
    owner.post("/accounts/logout/")
    settings.ACCOUNT_RATE_LIMITS = {
        **settings.ACCOUNT_RATE_LIMITS,
        "password_anywhere": "3/d/key",
        "mail_code_anywhere": "3/d/key",
    }
    for number in range(4):
        try_password(at(f"203.0.113.{number}"))
        told = at(f"203.0.113.{number}").post(CODE, {"email": learner.email}).content.decode()
    assert "from too many places today" in told and "press the button again in 24 hours." in told
    assert "Leave the password empty" in try_password(at("198.51.100.8"), PASSWORD)

    owner.post(CODE, {"email": learner.email})
    owner.post("/accounts/login/code/confirm/", {"code": newest_code()})
    assert get_user(owner) == learner
    owner.post("/accounts/logout/")
    assert try_password(owner, PASSWORD) == "in"


def test_browser_that_is_known_is_counted_by_itself_and_for_this_account_alone(learner, other_learner, settings):
    owner = at("198.51.100.7")
    assert try_password(owner, PASSWORD) == "in"
    owner.post("/accounts/logout/")
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "password_anywhere": "2/d/key"}
    for number in range(2):
        try_password(at(f"203.0.113.{number}"), email=other_learner.email)
    assert "from too many places" in try_password(owner, PASSWORD, email=other_learner.email)

    told = []
    for number in range(3):
        owner.defaults["REMOTE_ADDR"] = f"203.0.113.{number}"
        told.append(try_password(owner))
    assert "from too many places" in told[2]
    owner.cookies[COOKIE] = owner.cookies[COOKIE].value[:-1]
    assert "is not right" in try_password(owner)


# --- A limit leads on -------------------------------------------------------------------------------


def test_signing_up_twice_at_once_is_answered_on_the_form(client):
    """Started again with the same address, in the same browser or another."""
    for number in range(5):
        browser = Client()
        answer = browser.post(SIGN_UP, {"email": "ada@example.org", "password1": ""})
        assert answer.status_code == (302 if number < 3 else 200)
    page = answer.content.decode()
    assert "We have mailed to this address several times just now. Enter the code of the newest mail" in page
    assert 'value="ada@example.org"' in page


def test_change_of_address_is_answered_on_the_form(learner, client_for):
    client = client_for(learner)
    prove(client, learner)
    seen = [
        client.post("/accounts/email/", {"email": "new@example.org", "action_add": ""}).status_code for _ in range(4)
    ]
    assert seen == [302, 302, 302, 200]


def test_page_of_a_limit_leads_to_the_code_and_back_to_the_form(client, settings):
    client.post(SIGN_UP, {"email": "ada@example.org", "password1": ""})
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "1/m/ip"}
    client.post(SIGN_IN, {"login": "ada@example.org", "password": ""})

    answer = client.post(f"{SIGN_IN}?next=/pricing/", {"login": "ada@example.org", "password": ""})

    assert answer.status_code == 429
    page = answer.content.decode()
    assert "Enter the code from the mail" in page
    assert f'href="{SIGN_IN}?next=/pricing/"' in page


def test_page_of_a_limit_without_a_code_leads_back(client, settings):
    settings.RATE_LIMITS = {"search": ("GET", 1, 60)}
    client.get("/search/?q=a")
    page = client.get("/search/?q=b").content.decode()
    assert 'href="/search/?q=b">Try again' in page
    assert "Enter the code" not in page


def test_head_counts_as_get(client, settings):
    settings.RATE_LIMITS = {"search": ("GET", 2, 60)}
    assert [client.head("/search/?q=a").status_code for _ in range(3)] == [200, 200, 429]
    assert client.get("/search/?q=a").status_code == 429


# --- Equal work -------------------------------------------------------------------------------------


class Work:
    """What a request cost: queries, passwords hashed, mails sent."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hashed = 0
        encode = MD5PasswordHasher.encode

        def count(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
            self.hashed += 1
            return encode(hasher, password, salt)

        monkeypatch.setattr(MD5PasswordHasher, "encode", count)

    def of(self, address: str, form: dict[str, str]) -> tuple[list[str], int, int]:
        hashed, sent = self.hashed, len(mail.outbox)
        client = Client()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.post(address, form).status_code in (200, 302)
        kinds = sorted(query["sql"].split()[0] for query in queries.captured_queries)
        asked = [kind for kind in kinds if kind in ("SELECT", "INSERT", "UPDATE", "DELETE")]
        return asked, self.hashed - hashed, len(mail.outbox) - sent


@pytest.mark.parametrize(
    ("address", "form"),
    [
        (SIGN_UP, {"email": "{}", "password1": "a fine long sentence"}),
        (SIGN_UP, {"email": "{}", "password1": ""}),
        (SIGN_IN, {"login": "{}", "password": ""}),
        (CODE, {"email": "{}"}),
        (RESET, {"email": "{}"}),
        (SIGN_IN, {"login": "{}", "password": "not the password"}),
    ],
)
def test_known_and_unknown_addresses_cost_the_same(learner, monkeypatch, address, form):
    work = Work(monkeypatch)
    known, unknown = (
        work.of(address, {name: value.format(email) for name, value in form.items()})
        for email in (learner.email, "unknown@example.org")
    )
    assert known == unknown
    assert known[2] == (0 if form.get("password") else 1)
    assert User.objects.filter(email__contains="nobody.invalid").count() == 0
