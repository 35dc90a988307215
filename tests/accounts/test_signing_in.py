"""Signing up and in, through the pages and the mails that people get."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client, override_settings

from accounts.mail import services as mails
from accounts.models import User
from tests.escan.people import prove
from tests.html import flat
from tests.mails import html_of, text_of

SIGN_UP, SIGN_IN, SIGN_OUT = "/accounts/signup/", "/accounts/login/", "/accounts/logout/"
CONFIRM, SIGN_IN_CODE = "/accounts/confirm-email/", "/accounts/login/code/confirm/"
RESET, RESET_CODE, RESET_NEW = (
    "/accounts/password/reset/",
    "/accounts/password/reset/confirm/",
    "/accounts/password/reset/complete/",
)
PASSWORD = "correct horse battery"
CODE = re.compile(r"^ +([B-Z]{4}-[B-Z]{4})$", re.MULTILINE)


@pytest.fixture(autouse=True)
def worker(monkeypatch):
    """Notices wait for a commit, and no test here makes one."""
    monkeypatch.setattr(mails, "_enqueue", lambda row: mails.send_mail(mail_id=row.pk))


def newest_code() -> str:
    (code,) = CODE.findall(text_of(mail.outbox[-1]))
    return code


def who(client: Client) -> User | None:
    user = get_user(client)
    return user if user.is_authenticated else None


def subjects() -> list[tuple[str, str]]:
    return [(message.to[0], str(message.subject)) for message in mail.outbox]


# --- Signing up -----------------------------------------------------------------------------------


@pytest.mark.parametrize("password", ["", "a fine long sentence"])
def test_sign_up_confirms_the_address_and_asks_for_the_profile(db, client, password):
    response = client.post(SIGN_UP, {"email": "Ada@Example.org", "password1": password})
    assert response["Location"] == CONFIRM
    assert who(client) is None
    assert subjects() == [("ada@example.org", "Confirm your e-mail address")]

    response = client.post(CONFIRM, {"code": newest_code()})

    assert response["Location"] == "/accounts/profile/"
    user = who(client)
    assert user.email == "ada@example.org"
    assert user.has_usable_password() is bool(password)
    assert EmailAddress.objects.get(user=user).verified


def test_sign_up_keeps_next_through_code_and_profile(db, client):
    response = client.get(SIGN_UP, {"next": "/pricing/"})
    assert '<input type="hidden" name="next" value="/pricing/">' in response.content.decode()

    response = client.post(SIGN_UP, {"email": "ada@example.org", "password1": "", "next": "/pricing/"})
    assert response["Location"] == f"{CONFIRM}?next=%2Fpricing%2F"
    response = client.post(CONFIRM, {"code": newest_code(), "next": "/pricing/"})
    assert response["Location"] == "/accounts/profile/?next=%2Fpricing%2F"
    page = client.get(response["Location"]).content.decode()
    assert '<input type="hidden" name="next" value="/pricing/">' in page
    assert '<a class="tap" href="/pricing/">Not now</a>' in flat(page)

    profile = {"name": "Ada Lindqvist", "profession": "physician", "time_zone": "UTC", "next": "/pricing/"}
    assert client.post("/accounts/profile/", profile)["Location"] == "/pricing/"


def test_sign_up_sends_nobody_elsewhere(db, client):
    client.post(SIGN_UP, {"email": "ada@example.org", "password1": "", "next": "https://evil.example/"})

    assert client.post(CONFIRM, {"code": newest_code()})["Location"] == "/accounts/profile/"


def test_profile_is_asked_for_once(db, client):
    client.post(SIGN_UP, {"email": "ada@example.org", "password1": PASSWORD})
    client.post(CONFIRM, {"code": newest_code()})
    client.post(SIGN_OUT)

    response = client.post(SIGN_IN, {"login": "ada@example.org", "password": PASSWORD})

    assert response["Location"] == "/learn/"


def test_first_sign_in_after_an_abandoned_sign_up_asks_for_the_profile(db, client):
    client.post(SIGN_UP, {"email": "ada@example.org", "password1": PASSWORD})
    later = Client()

    response = later.post(SIGN_IN, {"login": "ada@example.org", "password": PASSWORD, "next": "/pricing/"})
    assert response["Location"].startswith(CONFIRM)
    response = later.post(CONFIRM, {"code": newest_code()})

    assert response["Location"] == "/accounts/profile/?next=%2Fpricing%2F"


def test_staff_are_not_asked_for_a_profile(admin, client):
    response = client.post(SIGN_IN, {"login": admin.email, "password": PASSWORD, "next": "/studio/"})

    assert response["Location"] == "/studio/"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"email": "", "password1": ""}, "This field is required."),
        ({"email": "no address", "password1": ""}, "Enter a valid email address."),
        ({"email": "ada@example.org", "password1": "short"}, "This password is too short."),
        ({"email": "ada@example.org", "password1": "password"}, "This password is too common."),
        ({"email": "adalindqvist@example.org", "password1": "adalindqvist"}, "too similar to the e-mail address"),
    ],
)
def test_sign_up_with_bad_input_makes_no_account(db, client, fields, error):
    response = client.post(SIGN_UP, fields)

    assert response.status_code == 200
    assert error in response.content.decode()
    assert not User.objects.exists()
    assert not mail.outbox


def test_sign_up_says_that_the_password_may_stay_empty(db, client):
    page = client.get(SIGN_UP).content.decode()

    assert "You may leave it empty: then we mail you a code each time you sign in." in page
    assert 'autocomplete="new-password"' in page
    assert 'autocomplete="username"' in page
    assert "placeholder" not in page


def test_wrong_code_says_so_and_three_end_it(db, client):
    client.post(SIGN_UP, {"email": "ada@example.org", "password1": ""})

    page = client.post(CONFIRM, {"code": "BBBB-BBBB"}).content.decode()
    assert "This is not the code that we mailed. Use the one in the newest mail." in page
    assert 'aria-describedby="id_code_helptext id_code_error"' in page
    assert "<title>Error: Confirm your address" in flat(page)
    client.post(CONFIRM, {"code": "BBBB-BBBB"})
    response = client.post(CONFIRM, {"code": "BBBB-BBBB"}, follow=True)

    assert response.redirect_chain[-1][0] == SIGN_IN
    assert "That was tried too often." in response.content.decode()
    client.post(CONFIRM, {"code": newest_code()})
    assert who(client) is None
    assert not EmailAddress.objects.get().verified


def test_code_of_another_browser_is_worth_nothing(db, client):
    client.post(SIGN_UP, {"email": "ada@example.org", "password1": ""})

    assert Client().post(CONFIRM, {"code": newest_code()})["Location"] == SIGN_IN
    assert not EmailAddress.objects.get().verified


def test_new_code_replaces_the_old_one(db, client):
    client.post(SIGN_UP, {"email": "ada@example.org", "password1": "", "next": "/pricing/"})
    old = newest_code()

    response = client.post(CONFIRM, {"action": "resend", "next": "/pricing/"}, follow=True)

    assert response.redirect_chain == [(f"{CONFIRM}?next=%2Fpricing%2F", 302)]
    assert "A new code is on its way. Only the newest one works." in response.content.decode()
    client.post(CONFIRM, {"code": old})
    assert who(client) is None
    client.post(CONFIRM, {"code": newest_code().lower().replace("-", " ")})
    assert who(client).email == "ada@example.org"


def test_using_another_address_starts_again_and_keeps_next(db, client):
    client.post(SIGN_UP, {"email": "typo@example.org", "password1": "", "next": "/pricing/"})
    page = client.get(f"{CONFIRM}?next=/pricing/").content.decode()
    assert f'<input type="hidden" name="next" value="{SIGN_UP}?next=%2Fpricing%2F">' in page

    response = client.post(SIGN_OUT, {"next": f"{SIGN_UP}?next=%2Fpricing%2F"}, follow=True)

    assert response.redirect_chain == [(f"{SIGN_UP}?next=%2Fpricing%2F", 302)]
    assert response.status_code == 200


# --- Nobody learns who has an account -----------------------------------------------------------------


def test_sign_up_with_a_taken_address_looks_the_same(learner):
    pages = {}
    for email in ("learner@example.org", "unknown@example.org"):
        client = Client()
        response = client.post(SIGN_UP, {"email": email, "password1": ""})
        assert response["Location"] == CONFIRM
        shown = client.get(CONFIRM).content.decode() + client.post(CONFIRM, {"code": "BBBB-BBBB"}).content.decode()
        shown += client.post(CONFIRM, {"action": "change", "email": "third@example.org"}).content.decode()
        pages[email] = re.sub(r'value="\w{64}"', "", shown).replace(email, "")

    assert pages["learner@example.org"] == pages["unknown@example.org"]
    assert User.objects.filter(email="learner@example.org").count() == 1
    assert subjects() == [
        ("learner@example.org", "You already have an account"),
        ("unknown@example.org", "Confirm your e-mail address"),
    ]


@pytest.mark.parametrize("address", [SIGN_IN, "/accounts/login/code/", RESET])
def test_asking_for_a_code_looks_the_same_for_an_unknown_address(learner, address):
    field = "login" if address == SIGN_IN else "email"
    pages = {}
    for email in ("learner@example.org", "unknown@example.org"):
        client = Client()
        response = client.post(address, {field: email}, follow=True)
        shown = response.content.decode() + client.post(response.request["PATH_INFO"], {"code": "B"}).content.decode()
        pages[email] = re.sub(r'value="\w{64}"', "", shown).replace(email, "")

    assert pages["learner@example.org"] == pages["unknown@example.org"]
    assert [to for to, _ in subjects()] == ["learner@example.org", "unknown@example.org"]
    assert subjects()[1][1] == "There is no account with this address"
    assert not CODE.findall(text_of(mail.outbox[1]))


def test_wrong_password_looks_the_same_for_an_unknown_address(learner):
    pages = set()
    for email in ("learner@example.org", "unknown@example.org"):
        page = Client().post(SIGN_IN, {"login": email, "password": "not the password"}).content.decode()
        assert "The e-mail address or the password is not right." in page
        pages.add(re.sub(r'value="\w{64}"', "", page).replace(email, ""))

    assert len(pages) == 1


# --- Signing in -------------------------------------------------------------------------------------


def test_sign_in_by_password(learner, client):
    response = client.post(SIGN_IN, {"login": "LEARNER@example.org", "password": PASSWORD, "next": "/pricing/"})

    assert response["Location"] == "/pricing/"
    assert who(client) == learner
    assert not mail.outbox


@pytest.mark.parametrize("password", ["wrong", PASSWORD.upper(), PASSWORD + " "])
def test_sign_in_by_wrong_password(learner, client, password):
    response = client.post(SIGN_IN, {"login": learner.email, "password": password})

    assert response.status_code == 200
    assert who(client) is None


@pytest.mark.parametrize(("address", "field"), [(SIGN_IN, "login"), ("/accounts/login/code/", "email")])
def test_sign_in_by_code(learner, client, address, field):
    response = client.post(address, {field: learner.email, "next": "/pricing/"})
    assert response["Location"] == f"{SIGN_IN_CODE}?next=%2Fpricing%2F"
    assert subjects() == [(learner.email, "Your sign-in code")]

    response = client.post(SIGN_IN_CODE, {"code": newest_code(), "next": "/pricing/"})

    assert response["Location"] == "/pricing/"
    assert who(client) == learner


def test_sign_in_code_works_once(learner, client):
    client.post(SIGN_IN, {"login": learner.email})
    code = newest_code()
    client.post(SIGN_IN_CODE, {"code": code})
    client.post(SIGN_OUT)

    response = client.post(SIGN_IN_CODE, {"code": code})

    assert response["Location"] == "/accounts/login/code/"
    assert who(client) is None


def test_sign_in_with_wrong_codes_ends(learner, client):
    client.post(SIGN_IN, {"login": learner.email})
    for _ in range(3):
        client.post(SIGN_IN_CODE, {"code": "BBBB-BBBB"})

    client.post(SIGN_IN_CODE, {"code": newest_code()})

    assert who(client) is None


def test_sign_in_to_a_closed_account(learner, client):
    learner.is_active = False
    learner.save()

    response = client.post(SIGN_IN, {"login": learner.email, "password": PASSWORD}, follow=True)

    assert who(client) is None
    assert response.redirect_chain == [("/accounts/inactive/", 302)]
    assert "This account is closed" in response.content.decode()
    client.post(SIGN_IN, {"login": learner.email})
    assert not CODE.findall(text_of(mail.outbox[-1]))


def test_password_of_a_stranger_does_not_outlive_the_owner_s_first_code(db, client):
    """Someone signs up with a doctor's address; the doctor comes in by a code; the someone comes back."""
    Client().post(SIGN_UP, {"email": "doctor@example.org", "password1": "chosen by a stranger"})
    client.post(SIGN_IN, {"login": "doctor@example.org"})
    client.post(SIGN_IN_CODE, {"code": newest_code()})
    assert who(client).email == "doctor@example.org"

    stranger = Client()
    stranger.post(SIGN_IN, {"login": "doctor@example.org", "password": "chosen by a stranger"})

    assert who(stranger) is None


def test_password_outlives_a_code_where_the_address_was_proven(learner, client):
    client.post(SIGN_IN, {"login": learner.email})
    client.post(SIGN_IN_CODE, {"code": newest_code()})

    learner.refresh_from_db()
    assert learner.check_password(PASSWORD)


def test_sign_out(learner, client_for):
    client = client_for(learner)
    assert "Your place in every lesson is kept." in client.get(SIGN_OUT).content.decode()
    assert who(client) == learner

    response = client.post(SIGN_OUT, follow=True)

    assert who(client) is None
    assert response.redirect_chain == [("/", 302)]


# --- Password ---------------------------------------------------------------------------------------


def test_reset_by_code(learner, client):
    assert client.post(RESET, {"email": learner.email})["Location"] == RESET_CODE
    assert subjects() == [(learner.email, "Your code for a new password")]
    assert client.post(RESET_CODE, {"code": newest_code()})["Location"] == RESET_NEW

    response = client.post(RESET_NEW, {"password1": "a fine long sentence"})

    assert response["Location"] == "/learn/"
    assert who(client) == learner
    learner.refresh_from_db()
    assert learner.check_password("a fine long sentence")
    assert subjects()[-1] == (learner.email, "Your password was changed")


def test_reset_without_the_code_changes_nothing(learner, client):
    client.post(RESET, {"email": learner.email})
    client.post(RESET_CODE, {"code": "BBBB-BBBB"})

    assert client.post(RESET_NEW, {"password1": "a fine long sentence"})["Location"] == RESET_CODE
    learner.refresh_from_db()
    assert learner.check_password(PASSWORD)


def test_reset_to_a_weak_password_changes_nothing(learner, client):
    client.post(RESET, {"email": learner.email})
    client.post(RESET_CODE, {"code": newest_code()})

    page = client.post(RESET_NEW, {"password1": "12345678"}).content.decode()

    assert "This password is too common." in page
    learner.refresh_from_db()
    assert learner.check_password(PASSWORD)


def test_change_password(learner, client_for):
    client, elsewhere = client_for(learner), client_for(learner)
    prove(client, learner)

    response = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "a fine long sentence"})

    assert response["Location"] == "/accounts/profile/"
    assert who(client) == learner
    assert who(elsewhere) is None
    assert subjects() == [(learner.email, "Your password was changed")]


def test_change_password_needs_the_current_one(learner, client_for):
    client = client_for(learner)
    prove(client, learner)

    response = client.post("/accounts/password/change/", {"oldpassword": "wrong", "password1": "a fine long sentence"})

    assert "This is not your current password." in response.content.decode()
    learner.refresh_from_db()
    assert learner.check_password(PASSWORD)
    assert not mail.outbox


def test_set_password(learner, client_for):
    learner.set_unusable_password()
    learner.save()
    client = client_for(learner)
    prove(client, learner)
    assert client.get("/accounts/password/change/")["Location"] == "/accounts/password/set/"

    response = client.post("/accounts/password/set/", {"password1": "a fine long sentence"})

    assert response["Location"] == "/accounts/profile/"
    learner.refresh_from_db()
    assert learner.check_password("a fine long sentence")
    assert subjects() == [(learner.email, "A password was set")]


# --- Address ----------------------------------------------------------------------------------------


def test_change_address(learner, client_for):
    client = client_for(learner)
    prove(client, learner)
    response = client.post("/accounts/email/", {"email": "New@Example.org", "action_add": ""})
    assert response["Location"] == CONFIRM
    assert subjects() == [("new@example.org", "Confirm your new e-mail address")]
    learner.refresh_from_db()
    assert learner.email == "learner@example.org"

    response = client.post(CONFIRM, {"code": newest_code()}, follow=True)

    assert response.redirect_chain == [("/accounts/profile/", 302)]
    assert "Your e-mail address is now new@example.org." in response.content.decode()
    learner.refresh_from_db()
    assert learner.email == "new@example.org"
    assert list(EmailAddress.objects.values_list("email", "primary", "verified")) == [("new@example.org", True, True)]
    assert subjects()[-1] == ("learner@example.org", "Your e-mail address was changed")


def test_change_to_another_s_address_is_refused_after_the_code_only(learner, other_learner, client_for):
    client = client_for(learner)
    prove(client, learner)
    response = client.post("/accounts/email/", {"email": other_learner.email, "action_add": ""})
    assert response["Location"] == CONFIRM

    page = client.post(CONFIRM, {"code": newest_code()}).content.decode()

    assert "Another account uses this address." in page
    learner.refresh_from_db()
    assert learner.email == "learner@example.org"


def test_change_address_needs_the_code(learner, client_for):
    client = client_for(learner)
    prove(client, learner)
    client.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})

    client.post(CONFIRM, {"code": "BBBB-BBBB"})

    learner.refresh_from_db()
    assert learner.email == "learner@example.org"
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["learner@example.org"]


# --- Mails ------------------------------------------------------------------------------------------


def every_mail(learner: User) -> list[EmailMessage]:
    """One of each that our settings can send."""
    client = Client(HTTP_USER_AGENT="Netscape <4>")
    client.post(SIGN_UP, {"email": "ada@example.org", "password1": ""})
    Client().post(SIGN_UP, {"email": learner.email, "password1": ""})
    Client().post(SIGN_IN, {"login": "unknown@example.org"})
    Client().post(SIGN_IN, {"login": learner.email})
    client = Client(HTTP_USER_AGENT="Netscape <4>")
    client.post(RESET, {"email": learner.email})
    client.post(RESET_CODE, {"code": newest_code()})
    client.post(RESET_NEW, {"password1": "a fine long sentence"})
    client.post(
        "/accounts/password/change/", {"oldpassword": "a fine long sentence", "password1": "another fine sentence"}
    )
    User.objects.filter(pk=learner.pk).update(password="!")
    client.force_login(User.objects.get(pk=learner.pk), backend="allauth.account.auth_backends.AuthenticationBackend")
    prove(client, learner)
    client.post("/accounts/password/set/", {"password1": "a third fine sentence"})
    client.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})
    client.post(CONFIRM, {"code": newest_code()})
    return mail.outbox


def test_every_mail_has_text_and_html_that_say_the_same(learner):
    assert [message.subject for message in every_mail(learner)] == [
        "Confirm your e-mail address",
        "You already have an account",
        "There is no account with this address",
        "Your sign-in code",
        "Your code for a new password",
        "Your password was changed",
        "Your password was changed",
        "A password was set",
        "Confirm your new e-mail address",
        "Your e-mail address was changed",
    ]
    for message in mail.outbox:
        text, html = text_of(message), html_of(message)
        assert f"<title>{message.subject}</title>" in html
        codes = CODE.findall(text)
        assert all(code in html and code not in message.subject for code in codes)
        assert ("minutes from then" in text) is bool(codes) is ("minutes from then" in html)
        assert "you need do nothing" in text or "If it was not" in text or "Do not pass" in text
        assert text.endswith("--\neScan Academy\nhttp://testserver\n")
        assert "<script" not in html
        assert "Netscape <4>" not in html


@pytest.mark.parametrize(
    ("address", "fields", "minutes"),
    [
        (SIGN_IN, {"login": "learner@example.org"}, 10),
        (RESET, {"email": "learner@example.org"}, 10),
        (SIGN_UP, {"email": "ada@example.org", "password1": ""}, 15),
    ],
)
def test_mail_says_how_long_the_code_holds(learner, client, address, fields, minutes):
    client.post(address, fields)

    assert f"and for {minutes} minutes from then." in mail.outbox[0].body


@override_settings(SITE_URL="https://academy.example")
def test_links_in_mails_never_come_from_the_host_header(learner):
    """A stranger cannot have us mail a link to a host or port of theirs."""
    for host in ("localhost", "testserver:8443"):
        Client(HTTP_HOST=host).post(SIGN_UP, {"email": learner.email, "password1": ""})
        Client(HTTP_HOST=host).post(SIGN_IN, {"login": "unknown@example.org"})
    assert Client(HTTP_HOST="evil.example").post(SIGN_IN, {"login": learner.email}).status_code == 400

    assert len(mail.outbox) == 4
    for message in mail.outbox:
        links = re.findall(r"https?://[^\s\"<]+", text_of(message) + html_of(message))
        assert links
        assert all(link.startswith("https://academy.example") for link in links)


# --- Pages ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        (SIGN_UP, "Create an account"),
        (SIGN_IN, "Sign in"),
        ("/accounts/login/code/", "Sign in with a code"),
        (RESET, "Set a new password"),
        ("/accounts/password/reset/done/", "Your password is changed"),
        ("/accounts/inactive/", "This account is closed"),
    ],
)
def test_pages_for_everyone(db, client, path, heading):
    page = client.get(path).content.decode()

    assert f"<h1>{heading}</h1>" in page
    assert "placeholder" not in page
    assert " style=" not in page


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/accounts/password/change/", "Change your password"),
        ("/accounts/email/", "Change your address"),
        ("/accounts/reauthenticate/", "Confirm that it is you"),
        (SIGN_OUT, "Sign out?"),
    ],
)
def test_pages_of_the_account(learner, client, client_for, path, heading):
    own = client_for(learner)
    prove(own, learner)
    assert f"<h1>{heading}</h1>" in own.get(path).content.decode()
    stranger = client.get(path)
    assert stranger["Location"] == ("/" if path == SIGN_OUT else f"{SIGN_IN}?next={path}")


@override_settings(ACCOUNT_RATE_LIMITS={"login": "1/m/ip"})
def test_too_many_tries_are_told_so(learner, client):
    client.post(SIGN_IN, {"login": learner.email, "password": "wrong"})

    response = client.post(SIGN_IN, {"login": learner.email, "password": "wrong"})

    assert response.status_code == 429
    assert "Too many tries" in response.content.decode()


# --- The zone of the browser -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Pacific/Honolulu", "Pacific/Honolulu"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Etc/UTC", "UTC"),
        ("Mars/Olympus", ""),
        ("../../etc/passwd", ""),
        ("", ""),
    ],
)
def test_zone_of_the_browser_is_kept_from_the_first_visit(db, client, told, kept):
    assert "js/timezone.js" in client.get(SIGN_UP).content.decode()
    client.post(SIGN_UP, {"email": "ada@example.org", "password1": ""})
    client.post(CONFIRM, {"code": newest_code(), "time_zone": told})
    assert User.objects.get(email="ada@example.org").time_zone == kept


def test_zone_that_was_chosen_stays_when_its_owner_travels(client, learner):
    User.objects.update(time_zone="Europe/Stockholm")
    data = {"login": learner.email, "password": "correct horse battery", "time_zone": "Pacific/Honolulu"}
    assert client.post(SIGN_IN, data).status_code == 302
    assert User.objects.get().time_zone == "Europe/Stockholm"
