"""The second factor: setting it up, being asked for it, the studio that insists on it, and losing it."""

import time
from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import ModelLogEntry

from accounts import services
from accounts.models import Mail, User
from tests.accounts.test_signing_in import newest_code
from tests.escan.people import prove
from tests.html import flat

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def insists(settings: Any, tmp_path: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    files = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tmp_path / "cache"}
    settings.CACHES = dict.fromkeys(("default", "pages", "sessions"), files)


def code_now(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def wrong_code() -> str:
    return f"{(int(code_now()) + 1) % 10**6:06}"


def enroll(user: User) -> list[str]:
    """An app and recovery codes; returns the codes."""
    TOTP.activate(user, SECRET)
    return RecoveryCodes.activate(user).get_unused_codes()


def give_password(client: Client, user: User) -> Any:
    return client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})


def forget_proof(client: Client) -> None:
    """As if the person had signed in a while ago."""
    session = client.session
    records = session[AUTHENTICATION_METHODS_SESSION_KEY]
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{**record, "at": record["at"] - 660} for record in records]
    session.save()


def is_signed_in(client: Client) -> bool:
    return client.get("/learn/").status_code == 200


# --- Setting it up ----------------------------------------------------------------------------------


def test_staff_set_up_an_app_and_the_studio_opens(transactional_db, client, author):
    give_password(client, author)
    refused = client.get("/studio/", follow=True)
    assert refused.redirect_chain == [("/accounts/2fa/", 302)]
    assert "The studio asks its staff for a second factor. Set one up here, then it opens." in refused.content.decode()

    forget_proof(client)
    asked = client.get("/accounts/2fa/totp/activate/", follow=True)
    assert asked.redirect_chain == [("/accounts/reauthenticate/?next=%2Faccounts%2F2fa%2Ftotp%2Factivate%2F", 302)]
    page = client.post(
        "/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/2fa/totp/activate/"}, follow=True
    )
    secret = BeautifulSoup(page.content, "html.parser").select_one(".key").text
    done = client.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)}, follow=True)
    assert done.redirect_chain == [("/accounts/2fa/recovery-codes/", 302)]
    assert len(BeautifulSoup(done.content, "html.parser").select(".recovery li")) == 10
    assert client.get("/studio/").status_code == 200
    assert {notice.subject for notice in Mail.objects.all()} == {
        "An app was added as second factor",
        "Your recovery codes were shown",
    }


def test_wrong_code_sets_up_nothing(client, learner):
    give_password(client, learner)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    secret = BeautifulSoup(page.content, "html.parser").select_one(".key").text
    wrong = f"{(int(code_now(secret)) + 1) % 10**6:06}"
    again = client.post("/accounts/2fa/totp/activate/", {"code": wrong})
    assert "This is not right, or was used before." in again.content.decode()
    assert BeautifulSoup(again.content, "html.parser").select_one(".key").text == secret
    assert not Authenticator.objects.exists()


def test_profile_leads_to_it_and_nobody_is_made_to(client_for, learner):
    client = client_for(learner)
    assert "Second factor</dt><dd>Off" in flat(client.get("/accounts/profile/").content.decode())
    assert "It is up to you." in client.get("/accounts/2fa/").content.decode()
    enroll(learner)
    assert "Second factor</dt><dd>On" in flat(client.get("/accounts/profile/").content.decode())
    assert is_signed_in(client)


# --- Being asked for it -----------------------------------------------------------------------------


def test_password_alone_no_longer_signs_in(client, learner):
    enroll(learner)
    assert give_password(client, learner).url == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)
    assert "This is not right" in client.post("/accounts/2fa/authenticate/", {"code": wrong_code()}).content.decode()
    assert not is_signed_in(client)
    assert client.post("/accounts/2fa/authenticate/", {"code": code_now()}).url == "/learn/"
    assert is_signed_in(client)


def test_mailed_code_alone_does_not_either(client, learner):
    enroll(learner)
    client.post("/accounts/login/code/", {"email": learner.email})
    answered = client.post("/accounts/login/code/confirm/", {"code": newest_code()})
    assert answered.url == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    assert is_signed_in(client)


def test_neither_does_a_new_password(client, learner):
    enroll(learner)
    client.post("/accounts/password/reset/", {"email": learner.email})
    page = client.post("/accounts/password/reset/confirm/", {"code": newest_code()}, follow=True)
    (form,) = [
        form for form in BeautifulSoup(page.content, "html.parser").select("form") if form.select("[name=password1]")
    ]
    answered = client.post(form["action"], {"password1": "another horse battery"}, follow=True)
    assert answered.redirect_chain[-1][0] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)


def test_code_is_good_once(client, learner):
    enroll(learner)
    code = code_now()
    give_password(client, learner)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    again = Client()
    give_password(again, learner)
    assert "was used before" in again.post("/accounts/2fa/authenticate/", {"code": code}).content.decode()
    assert not is_signed_in(again)


def test_recovery_code_signs_in_once(client, learner):
    codes = enroll(learner)
    for expected in (True, False):
        browser = Client()
        give_password(browser, learner)
        browser.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert is_signed_in(browser) is expected


def test_codes_cannot_be_tried_on(client, learner, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    cache.clear()
    enroll(learner)
    give_password(client, learner)
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": wrong_code()})
    answer = client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    assert "Wait a few minutes" in answer.content.decode()
    assert not is_signed_in(client)


# --- The studio -------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/studio/", "/studio/images/", "/studio/users/", "/studio/media/images/one.png"])
@pytest.mark.parametrize("who", ["author", "admin"])
def test_studio_is_closed_without_it(client_for, request, who, address):
    client = client_for(request.getfixturevalue(who))
    for answer in (client.get(address), client.post(address)):
        assert (answer.status_code, answer.url) == (302, "/accounts/2fa/")


def test_session_from_before_has_to_prove_it(client_for, author):
    """Whoever got in by a mailed code earlier, and is still in, is not let in by what the owner set up since."""
    client = client_for(author)
    enroll(author)
    answer = client.get("/studio/images/?q=a")
    assert (answer.status_code, answer.url) == (302, "/accounts/2fa/reauthenticate/?next=%2Fstudio%2Fimages%2F%3Fq%3Da")
    assert client.post("/studio/").url == "/accounts/2fa/reauthenticate/?next=%2Fstudio%2F"
    proved = client.post("/accounts/2fa/reauthenticate/", {"code": code_now(), "next": "/studio/images/?q=a"})
    assert proved.url == "/studio/images/?q=a"
    assert client.get("/studio/images/?q=a").status_code == 200


@pytest.mark.parametrize("how", ["set up here", "proved here"])
def test_the_lost_device_does_not_get_back_in(transactional_db, client, author, how):
    """Its session goes on, and the owner has set up a new factor elsewhere: the studio asks it for that one."""
    if how == "proved here":
        enroll(author)
        give_password(client, author)
        client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    else:
        give_password(client, author)
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        page = client.get("/accounts/2fa/totp/activate/")
        secret = BeautifulSoup(page.content, "html.parser").select_one(".key").text
        client.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)})
    assert client.get("/studio/").status_code == 200

    # As it was done before removing one ended sessions, too.
    Authenticator.objects.filter(user=author).delete()
    enroll(author)

    answer = client.get("/studio/")
    assert (answer.status_code, answer.url) == (302, "/accounts/2fa/reauthenticate/?next=%2Fstudio%2F")


def test_the_lost_device_is_signed_out(client, author):
    enroll(author)
    give_password(client, author)
    client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    services.remove_second_factor(user=author, by=None)
    assert not is_signed_in(client)


def test_staff_can_sign_out_of_a_studio_that_is_closed(client_for, author):
    client = client_for(author)
    client.post("/studio/logout/")
    assert not is_signed_in(client)


def test_members_are_sent_home_as_before(client_for, learner):
    assert client_for(learner).get("/studio/").url == "/learn/"


def test_wagtails_own_sign_in_stays_closed(client):
    for address in ("/studio/login/", "/studio/password_reset/"):
        assert client.get(address).url == "/accounts/login/"
        # Turned away before it is read, as every form that a stranger sends to the studio.
        assert client.post(address, {"username": "a", "password": "b"}).url == f"/accounts/login/?next={address}"


# --- Turning it off, and losing it ------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/2fa/webauthn/keys/1/remove/",
        "/accounts/2fa/webauthn/keys/1/edit/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/download/",
        "/accounts/email/",
        "/accounts/password/change/",
    ],
)
def test_changing_it_asks_again_who_it_is(client_for, learner, address):
    """A browser left open in the reading room is not enough."""
    enroll(learner)
    before = list(Authenticator.objects.values())
    client = client_for(learner)
    for answer in (client.get(address), client.post(address)):
        assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/accounts/2fa/reauthenticate/")
    assert list(Authenticator.objects.values()) == before


@pytest.mark.parametrize("address", ["/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/download/"])
def test_reading_recovery_codes_asks_again_who_it_is(client_for, learner, address):
    codes = enroll(learner)
    client = client_for(learner)
    assert client.get(address).url.partition("?")[0] == "/accounts/2fa/reauthenticate/"
    client.post("/accounts/2fa/reauthenticate/", {"code": code_now(), "next": "/learn/"})
    assert codes[3] in client.get(address).content.decode()
    assert [notice.subject for notice in Mail.objects.all()] == ["Your recovery codes were shown"]


def test_the_password_is_no_proof_where_there_is_a_factor(client_for, author):
    """A session from before the factor, with the password: it opens neither the codes nor, by them, the studio."""
    client = client_for(author)
    enroll(author)
    before = list(Authenticator.objects.values())
    for answer in (
        client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/2fa/recovery-codes/"}),
        client.get("/accounts/reauthenticate/?next=/accounts/2fa/recovery-codes/"),
    ):
        assert answer.url == "/accounts/2fa/reauthenticate/?next=%2Faccounts%2F2fa%2Frecovery-codes%2F"
    # Also one that was given just before the factor came.
    prove(client, author)
    assert client.get("/accounts/2fa/recovery-codes/").status_code == 302
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert "Confirm that it is you" in client.get("/accounts/data/").content.decode()
    assert client.get("/studio/").status_code == 302
    assert list(Authenticator.objects.values()) == before


def test_setting_one_up_and_turning_it_off_signs_out_elsewhere(transactional_db, client, learner):
    elsewhere = Client()
    for browser in (client, elsewhere):
        give_password(browser, learner)
    page = client.get("/accounts/2fa/totp/activate/")
    secret = BeautifulSoup(page.content, "html.parser").select_one(".key").text
    client.post("/accounts/2fa/totp/activate/", {"code": code_now(secret)})
    assert (is_signed_in(client), is_signed_in(elsewhere)) == (True, False)

    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    give_password(elsewhere, learner)
    elsewhere.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert is_signed_in(elsewhere)
    # Whoever lost the app makes new codes, and may read them although the one that was shown is gone.
    elsewhere.post("/accounts/2fa/recovery-codes/generate/")
    assert elsewhere.get("/accounts/2fa/recovery-codes/").status_code == 200
    elsewhere.post("/accounts/2fa/totp/deactivate/")
    assert (is_signed_in(client), is_signed_in(elsewhere)) == (False, True)
    assert not Authenticator.objects.exists()


def test_turned_off_it_is_not_asked_for_and_codes_go_too(client_for, author):
    enroll(author)
    client = client_for(author)
    client.post("/accounts/2fa/reauthenticate/", {"code": code_now(), "next": "/studio/"})
    assert client.get("/studio/").status_code == 200
    page = client.get("/accounts/2fa/totp/deactivate/").content.decode()
    assert "the studio stays closed until you set up another second factor" in page
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()
    assert client.get("/studio/").url == "/accounts/2fa/"
    assert [notice.subject for notice in Mail.objects.all()] == ["The app for codes was turned off"]


def test_administrator_removes_a_lost_one(client, admin, author):
    enroll(author)
    enroll(admin)
    give_password(client, admin)
    client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    address = f"/studio/users/{author.pk}/second-factor/"
    listed = client.get("/studio/users/").content.decode()
    assert address in listed
    assert "Make sure that it is really Author who asks" in client.get(address).content.decode()
    assert Authenticator.objects.filter(user=author).count() == 2

    assert "A mail told them." in client.post(address, follow=True).content.decode()
    assert not Authenticator.objects.filter(user=author).exists()
    assert Authenticator.objects.filter(user=admin).count() == 2
    entry = ModelLogEntry.objects.get(action="accounts.remove_second_factor")
    assert (entry.user, entry.object_id) == (admin, str(author.pk))
    (notice,) = Mail.objects.all()
    assert (notice.to, notice.subject) == (author.email, "Your second factor was removed")
    assert "has no second factor" in client.post(address, follow=True).content.decode()


def test_nobody_else_removes_one(client, author, learner):
    enroll(author)
    enroll(learner)
    give_password(client, author)
    client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    client.post(f"/studio/users/{learner.pk}/second-factor/")
    assert Authenticator.objects.filter(user=learner).count() == 2


def test_operator_removes_that_of_the_only_administrator(admin, capsys):
    enroll(admin)
    call_command("remove_second_factor", "ADMIN@example.org")
    assert not Authenticator.objects.exists()
    assert capsys.readouterr().out == "Removed. A mail tells them. The studio asks staff to set up a new one.\n"
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("remove_second_factor", admin.email)
    with pytest.raises(CommandError, match="Nobody signs in"):
        call_command("remove_second_factor", "nobody@example.org")
