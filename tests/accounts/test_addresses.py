"""An account moves to another address, and back where it was not its owner who moved it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.addresses.errors import CannotUndo
from accounts.addresses.services import forget_old_changes, undo_change
from accounts.mail import services as mails
from accounts.models import AddressChange, User
from accounts.services import grant_access, replace_email_address
from tests.accounts.test_second_factor import give_password
from tests.accounts.test_signing_in import newest_code
from tests.conftest import make_user
from tests.escan.people import prove
from tests.mails import html_of, text_of

pytestmark = pytest.mark.django_db

OLD, NEW, NEWER = "learner@example.org", "new@example.org", "newer@example.org"
LINK = re.compile(r"http://testserver(/accounts/email/undo/\S+/)")


@pytest.fixture(autouse=True)
def worker(monkeypatch):
    """Notices wait for a commit, and no test here makes one."""
    monkeypatch.setattr(mails, "_enqueue", lambda row: mails.send_mail(mail_id=row.pk))


def move(client: Client, user: User, to: str) -> str:
    """Change the address as a person does; what the mail to the old one opens."""
    user.refresh_from_db()
    prove(client, user)
    client.post("/accounts/email/", {"email": to, "action_add": ""})
    client.post("/accounts/confirm-email/", {"code": newest_code()})
    told = mail.outbox[-1]
    assert (told.to, told.subject) == ([user.email], "Your e-mail address was changed")
    [link] = LINK.findall(text_of(told))
    assert link in html_of(told)
    assert "within 7 days" in text_of(told)
    return str(link)


def addresses_of(user: User) -> list[tuple[str, bool, bool]]:
    user.refresh_from_db()
    rows = list(EmailAddress.objects.filter(user=user).values_list("email", "verified", "primary"))
    assert [user.email] == [email for email, *_ in rows]
    return rows


@pytest.fixture
def heard() -> Any:
    """What who listens to allauth's signal hears: the payment provider knows the address, too."""
    told: list[tuple[str, str]] = []

    def hear(from_email_address: EmailAddress | None, to_email_address: EmailAddress, **_: Any) -> None:
        told.append((from_email_address.email if from_email_address else "", to_email_address.email))

    email_changed.connect(hear)
    yield told
    email_changed.disconnect(hear)


def test_change_signs_out_everywhere_else(learner, client):
    elsewhere = Client()
    give_password(client, learner)
    give_password(elsewhere, learner)

    move(client, learner, NEW)

    assert client.get("/learn/").status_code == 200
    assert elsewhere.get("/learn/").status_code == 302


def test_old_address_undoes_the_change_signed_out(learner, client, heard):
    give_password(client, learner)
    link = move(client, learner, NEW)
    Authenticator.objects.create(user=learner, type="totp", data={"secret": "of the thief"})
    owner = Client()

    page = owner.get(link).content.decode()
    assert "Move the account back?" in page
    assert owner.head(link).status_code == 200
    assert addresses_of(learner) == [(NEW, True, True)]
    done = owner.post(link).content.decode()

    assert "The account is yours again" in done
    assert addresses_of(learner) == [(OLD, True, True)]
    assert not learner.has_usable_password()
    assert not Authenticator.objects.exists()
    assert not get_user(client).is_authenticated
    assert heard == [(OLD, NEW), (NEW, OLD)]
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == ([NEW], "Your address was taken out of an account")
    assert not LINK.findall(text_of(mail.outbox[-1]))

    owner.post("/accounts/login/", {"login": OLD})
    owner.post("/accounts/login/code/confirm/", {"code": newest_code()})
    assert get_user(owner) == learner


def test_link_works_once_and_for_seven_days(learner, client):
    give_password(client, learner)
    link = move(client, learner, NEW)
    AddressChange.objects.update(changed_at=timezone.now() - timedelta(days=7, minutes=1))
    assert "more than seven days" in client.get(link).content.decode()
    assert client.post(link).status_code == 409
    assert addresses_of(learner) == [(NEW, True, True)]

    AddressChange.objects.update(changed_at=timezone.now() - timedelta(days=6))
    assert client.post(link).status_code == 200
    EmailAddress.objects.filter(user=learner).update(email=NEW)
    User.objects.filter(pk=learner.pk).update(email=NEW)
    assert "This cannot be undone here" in client.get(link).content.decode()
    assert client.post(link).status_code == 409
    assert addresses_of(learner) == [(NEW, True, True)]


def test_link_is_ours_or_nothing(client, learner):
    for token in ("1", "1.x", "x"):
        assert client.get(f"/accounts/email/undo/{token}/").status_code == 404


def test_first_of_several_changes_undoes_all_and_later_links_open_nothing(learner, client):
    """Whoever took the account over holds the address in between."""
    give_password(client, learner)
    of_owner = move(client, learner, NEW)
    of_thief = move(client, learner, NEWER)

    assert Client().post(of_owner).status_code == 200
    assert addresses_of(learner) == [(OLD, True, True)]
    assert Client().post(of_thief).status_code == 409
    assert addresses_of(learner) == [(OLD, True, True)]


def test_last_of_several_changes_undoes_itself_alone(learner, client):
    give_password(client, learner)
    first, second = move(client, learner, NEW), move(client, learner, NEWER)

    Client().post(second)
    assert addresses_of(learner) == [(NEW, True, True)]
    Client().post(first)
    assert addresses_of(learner) == [(OLD, True, True)]


def test_second_factor_from_before_stays(learner, client):
    """Whoever reads a mailbox must not get rid of it."""
    give_password(client, learner)
    link = move(client, learner, NEW)
    factor = Authenticator.objects.create(user=learner, type="totp", data={"secret": "of the owner"})
    Authenticator.objects.update(created_at=timezone.now() - timedelta(days=1))

    Client().post(link)

    assert list(Authenticator.objects.all()) == [factor]


def test_address_that_another_account_proved_is_theirs(learner, client):
    give_password(client, learner)
    link = move(client, learner, NEW)
    make_user(OLD)

    answer = Client().post(link)

    assert answer.status_code == 409
    assert "Another account uses the old address now. Write to us" in answer.content.decode()
    assert addresses_of(learner) == [(NEW, True, True)]


@pytest.mark.parametrize("is_granted", [False, True])
def test_whoever_signed_up_with_it_and_never_proved_it_is_in_nobody_s_way(learner, client, is_granted):
    """Otherwise the thief signs up with it, and nothing can be undone."""
    give_password(client, learner)
    link = move(client, learner, NEW)
    Client().post("/accounts/signup/", {"email": OLD, "password1": ""})
    squatter = User.objects.get(email=OLD)
    if is_granted:
        grant_access(user=squatter, source="staff", reference="1")

    answer = Client().post(link)

    assert answer.status_code == (409 if is_granted else 200)
    assert addresses_of(learner) == [(NEW if is_granted else OLD, True, True)]
    assert User.objects.filter(pk=squatter.pk).exists() is is_granted


def test_first_address_of_all_has_nothing_to_undo(db, client, heard):
    client.post("/accounts/signup/", {"email": "ada@example.org", "password1": ""})
    client.post("/accounts/confirm-email/", {"code": newest_code()})

    assert heard == [("", "ada@example.org")]
    assert not AddressChange.objects.exists()


def test_after_staff_changed_it_nobody_stays_signed_in(learner, client):
    give_password(client, learner)
    User.objects.filter(pk=learner.pk).update(email=NEW)
    learner.refresh_from_db()

    replace_email_address(user=learner)

    assert client.get("/learn/").status_code == 302


def test_what_cannot_be_undone_any_more_is_forgotten(learner):
    for days in (6, 8):
        AddressChange.objects.create(
            user=learner, old=f"{days}@example.org", new=NEW, changed_at=timezone.now() - timedelta(days=days)
        )
    assert forget_old_changes() == 1
    assert AddressChange.objects.get().old == "6@example.org"


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_link_pressed_twice_at_once_works_once(learner):
    change = AddressChange.objects.create(user=learner, old="before@example.org", new=learner.email)

    def press(_: int) -> str:
        try:
            undo_change(change_id=change.pk)
        except CannotUndo:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(press, range(4))) == ["done", "refused", "refused", "refused"]
    assert addresses_of(learner) == [("before@example.org", True, True)]
    learner.refresh_from_db()
    assert learner.sessions_ended == 1
