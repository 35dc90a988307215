"""What changes how somebody signs in opens with a fresh proof alone; an open screen is none."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core import mail
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from accounts.proof import NEED_PROOF
from tests.accounts.test_second_factor import forget_proof, give_password
from tests.escan.people import prove
from tests.test_permissions import names

pytestmark = pytest.mark.django_db

EMAIL, PASSWORD, SET = "/accounts/email/", "/accounts/password/change/", "/accounts/password/set/"
ASKED = "/accounts/reauthenticate/?next="
WORDS = "a fine long sentence"


def test_every_address_that_changes_signing_in_is_on_the_list():
    ours = {name for name in names(get_resolver().url_patterns) if name.startswith(("mfa_", "account_"))}
    open_to_all = {name for name in ours if "reauthenticate" in name or "authenticate" in name}
    others = {
        *("account_login", "account_logout", "account_signup", "account_inactive", "account_reset_password"),
        *("account_confirm_password_reset_code", "account_complete_password_reset", "account_deleted"),
        *("account_password_reset_completed", "account_request_login_code", "account_confirm_login_code"),
        # The code was asked for with a proof, in this very session.
        "account_email_verification_sent",
        # It says what there is, and shows nothing of it.
        "mfa_index",
    }
    studio = {name for name in NEED_PROOF if name.startswith("wagtailusers_")}
    assert ours - open_to_all - others == NEED_PROOF - {"remove_second_factor"} - studio


def names_under(patterns: list[URLPattern | URLResolver], namespace: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"
        else:
            yield from names_under(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else namespace)


def test_every_screen_of_the_studio_that_changes_who_may_do_what_is_on_the_list():
    ours = {name for name in names_under(get_resolver().url_patterns) if name.startswith("wagtailusers_")}
    shown = {name for name in ours if name.split(":")[1].startswith(("index", "usage", "history", "chooser"))}
    assert ours - shown <= NEED_PROOF
    assert {"wagtailusers_users:edit", "wagtailusers_groups:edit"} <= ours - shown


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/studio/users/new/", {"email": "thief@example.org", "is_superuser": "on"}),
        ("/studio/users/edit/{}/", {"email": "learner@example.org", "is_active": "on", "is_superuser": "on"}),
        ("/studio/users/delete/{}/", {}),
        ("/studio/groups/new/", {"name": "Thieves"}),
        ("/studio/bulk/accounts/user/assign_role/?id={}", {"role": "1"}),
        ("/studio/bulk/accounts/user/set_active_state/?id={}", {"mark_as_active": "False"}),
        ("/studio/bulk/accounts/user/delete/?id={}", {}),
    ],
)
def test_open_screen_of_an_administrator_gives_nobody_a_role(admin, learner, client_for, address, form):
    Group.objects.get_or_create(pk=1, defaults={"name": "Office"})
    client = client_for(admin)
    address = address.format(learner.pk)

    for answer in (client.get(address), client.post(address, form)):
        assert (answer.status_code, answer.url) == (302, f"{ASKED}{quote(address, safe='')}")

    learner.refresh_from_db()
    assert (learner.is_active, learner.is_superuser, learner.groups.count()) == (True, False, 0)
    assert User.objects.count() == 2
    prove(client, admin)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("address", "form"),
    [
        (EMAIL, {"email": "new@example.org", "action_add": ""}),
        (EMAIL, {"email": "learner@example.org", "action_send": ""}),
        (PASSWORD, {"oldpassword": "correct horse battery", "password1": WORDS}),
    ],
)
def test_old_session_changes_nothing(client, learner, address, form):
    give_password(client, learner)
    forget_proof(client)

    for answer in (client.get(address), client.head(address), client.post(address, form)):
        assert (answer.status_code, answer.url) == (302, ASKED + address.replace("/", "%2F"))

    learner.refresh_from_db()
    assert learner.check_password("correct horse battery")
    assert list(EmailAddress.objects.values_list("email", flat=True)) == [learner.email]
    assert not mail.outbox
    assert "Nothing was done yet: confirm first that it is you." in client.get(ASKED).content.decode()


def test_proof_leads_back_and_holds_for_ten_minutes(client, learner):
    give_password(client, learner)
    forget_proof(client)
    shown = client.post("/accounts/reauthenticate/", {"password": "correct horse battery", "next": EMAIL}, follow=True)
    assert shown.redirect_chain == [(EMAIL, 302)]
    assert "Change your address" in shown.content.decode()
    forget_proof(client)
    assert client.get(EMAIL).status_code == 302


def test_without_a_password_the_proof_is_to_sign_in_once_more(client_for, learner):
    """allauth would let them pass."""
    learner.set_unusable_password()
    learner.save()
    client = client_for(learner)

    for answer in (client.get(EMAIL), client.post(SET, {"password1": WORDS})):
        page = answer.content.decode()
        assert "Sign in once more" in page
        assert f'name="next" value="{answer.request["PATH_INFO"]}"' in page
    learner.refresh_from_db()
    assert not learner.has_usable_password()

    prove(client, learner)
    assert client.post(SET, {"password1": WORDS}).url == "/accounts/profile/"
