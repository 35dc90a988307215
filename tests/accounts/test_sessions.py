"""Where somebody is signed in: seen by its owner, ended by its owner, and over after its time."""

import time
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.contrib.sessions.backends.cached_db import KEY_PREFIX
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.test import Client

from accounts.models import OpenSession, User
from accounts.sessions import current, services
from accounts.sessions.browsers import describe_browser
from escan.tasks import forget_what_is_over
from tests.accounts.test_second_factor import give_password

pytestmark = pytest.mark.django_db

SESSIONS = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E Safari/604.1"


def sign_in(user: User, browser: str = FIREFOX) -> Client:
    client = Client(HTTP_USER_AGENT=browser)
    give_password(client, user)
    return client


def is_in(client: Client) -> bool:
    return client.get("/learn/").status_code == 200


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Hours that pass for sessions."""
    now = time.time()

    def go_on(hours: float) -> None:
        monkeypatch.setattr(time, "time", lambda: now + hours * 3600)

    return go_on


# --- The page ---------------------------------------------------------------------------------------


def test_page_shows_each_browser_in_words_and_which_is_this_one(learner, other_learner):
    here, phone = sign_in(learner), sign_in(learner, PHONE)
    sign_in(other_learner, "Mozilla/5.0 (X11; Linux x86_64) Chrome/142.0 Safari/537.36")

    page = here.get(SESSIONS).content.decode()

    assert "Firefox on Windows" in page
    assert "Safari on iPhone" in page
    assert "Linux" not in page
    assert page.count("This browser") == 1
    assert page.index("This browser") < page.index("Safari on iPhone")
    phone.post("/accounts/logout/")
    assert "You are signed in here and nowhere else." in here.get(SESSIONS).content.decode()
    assert '"/accounts/sessions/"' in here.get("/accounts/profile/").content.decode()


def test_one_is_ended(learner, django_capture_on_commit_callbacks):
    here, phone = sign_in(learner), sign_in(learner, PHONE)
    row = OpenSession.objects.get(browser="Safari on iPhone")

    assert here.get(f"{SESSIONS}{row.pk}/end/")["Location"] == SESSIONS
    assert is_in(phone)
    with django_capture_on_commit_callbacks(execute=True):
        told = here.post(f"{SESSIONS}{row.pk}/end/", follow=True).content.decode()

    assert "That browser is signed out." in told
    assert (is_in(here), is_in(phone)) == (True, False)
    assert "That browser" not in here.post(f"{SESSIONS}{row.pk}/end/", follow=True).content.decode()


@pytest.mark.parametrize("everywhere", [False, True])
def test_a_request_while_it_is_ended_brings_no_copy_of_it_back(learner, everywhere, django_capture_on_commit_callbacks):
    """Until the end is committed others read the row, and lay it in the cache again."""
    phone = sign_in(learner, PHONE)
    row, session = OpenSession.objects.get(), phone.session
    cached, copy = f"{KEY_PREFIX}{session.session_key}", dict(session.items())

    with django_capture_on_commit_callbacks(execute=True):
        if everywhere:
            services.end_sessions(user=learner)
        else:
            services.end_session(user=learner, session_id=row.pk)
        caches["sessions"].set(cached, copy)

    assert caches["sessions"].get(cached) is None
    assert not is_in(phone)


def test_all_others_are_ended_also_those_that_nobody_noted(learner):
    here, phone, old = sign_in(learner), sign_in(learner, PHONE), sign_in(learner)
    OpenSession.objects.filter(key=old.session.session_key).delete()

    here.post(SESSIONS)

    assert (is_in(here), is_in(phone), is_in(old)) == (True, False, False)
    assert [row.browser for row in OpenSession.objects.all()] == ["Firefox on Windows"]
    assert is_in(sign_in(learner))


def test_nobody_ends_another_s(learner, other_learner):
    theirs, mine = sign_in(other_learner), sign_in(learner)
    row = OpenSession.objects.get(user=other_learner)

    mine.post(f"{SESSIONS}{row.pk}/end/")
    mine.post(SESSIONS)

    assert is_in(theirs)


def test_own_one_is_not_ended_by_its_number(learner):
    here = sign_in(learner)
    here.post(f"{SESSIONS}{OpenSession.objects.get().pk}/end/")
    assert is_in(here)


@pytest.mark.parametrize("count", [1, 3])
def test_page_makes_the_same_queries_for_one_and_for_many(learner, django_assert_num_queries, count):
    here = sign_in(learner)
    for _ in range(count):
        sign_in(learner)
    with django_assert_num_queries(2):
        here.get(SESSIONS)


def test_session_is_noted_when_it_begins_and_once_an_hour(learner, clock, django_assert_num_queries):
    here = sign_in(learner)
    began = OpenSession.objects.get()
    with django_assert_num_queries(1):
        here.get("/accounts/mails/off/x/")
    assert OpenSession.objects.get().seen_at == began.seen_at

    clock(hours=1.1)
    here.get("/help/")

    seen = OpenSession.objects.get()
    assert seen.seen_at > began.seen_at
    assert (seen.pk, seen.began_at) == (began.pk, began.began_at)


def test_session_from_before_is_noted_when_it_is_used(learner, client_for):
    client = client_for(learner)
    session = client.session
    del session[current.NOTED]
    session.save()
    OpenSession.objects.all().delete()

    client.get("/help/")

    assert OpenSession.objects.get().key == client.session.session_key


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (PHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/142.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge on Mac"),
        ("curl/8", ""),
        ("<script>Call 555</script>", ""),
        ("", ""),
    ],
)
def test_browser_is_told_in_words_of_ours(sent, words):
    assert describe_browser(sent) == words


# --- When it is over --------------------------------------------------------------------------------


def test_staff_are_signed_out_twelve_hours_after_signing_in_however_much_they_work(author, clock):
    client = sign_in(author)
    for hours in (2, 6, 10, 11.9):
        clock(hours=hours)
        assert client.get("/studio/").status_code == 200
    clock(hours=12.1)

    answer = client.get("/studio/images/")

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=%2Fstudio%2Fimages%2F")
    assert not get_user(client).is_authenticated
    assert "Your session is over." in client.get("/accounts/login/").content.decode()
    assert sign_in(author).get("/studio/").status_code == 200


def test_cookie_of_staff_ends_with_the_session(author, learner):
    assert 11.9 * 3600 < sign_in(author).cookies["sessionid"]["max-age"] <= 12 * 3600
    assert sign_in(learner).cookies["sessionid"]["max-age"] > 13 * 86400


def test_whoever_became_staff_signs_in_again(author, clock):
    groups = list(author.groups.all())
    author.groups.clear()
    client = sign_in(author)
    author.groups.set(groups)
    clock(hours=11)
    assert client.get("/studio/").status_code == 200
    clock(hours=13)
    assert client.get("/studio/")["Location"] == "/accounts/login/?next=%2Fstudio%2F"


def test_learners_stay_for_two_weeks_and_no_longer(learner, clock):
    client = sign_in(learner)
    for days in (1, 7, 13.9):
        clock(hours=24 * days)
        assert is_in(client)
    clock(hours=24 * 14.1)
    assert not is_in(client)


def test_old_rows_go_with_their_session(learner):
    sign_in(learner)
    sign_in(learner, PHONE)
    Session.objects.filter(session_key=OpenSession.objects.get(browser="Safari on iPhone").key).delete()

    forget_what_is_over()

    assert [row.browser for row in OpenSession.objects.all()] == ["Firefox on Windows"]


def test_ending_holds_where_the_session_lies_in_a_cache_still(learner, monkeypatch):
    """The number in the account decides, not that something was deleted."""
    client = sign_in(learner)
    monkeypatch.setattr(services, "_end", lambda session: None)
    services.end_sessions(user=learner)
    assert not is_in(client)
