"""The row is the event: what is due is written down, sent once, tried again, and given up where a person can see it."""

import re
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.mail import queries, services, tasks
from accounts.mail.kinds import KINDS, NecessaryMail
from accounts.mail.services import LEASE, queue_mail, send_mail
from accounts.models import Mail, MailStatus
from core.retry import MOST_ATTEMPTS
from tests.accounts.mail.mail_server import run_mail_server
from tests.escan.people import prove
from tests.mails import html_of

pytestmark = pytest.mark.django_db


class MailOfTests(NecessaryMail):
    name = "test"

    def compose(self, mail: Mail) -> EmailMultiAlternatives:
        return EmailMultiAlternatives(f"About {mail.reference}", "Words", to=[mail.to])


@pytest.fixture
def kind(monkeypatch) -> str:
    monkeypatch.setitem(KINDS, MailOfTests.name, MailOfTests())
    return MailOfTests.name


@pytest.fixture
def waiting(kind, learner) -> Mail:
    """Its message to the worker is lost."""
    return queue_mail(kind=kind, reference="1", to=learner.email, user=learner)


@pytest.fixture
def server(settings):
    with run_mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address[:2]
        yield server


def let_the_wait_pass() -> None:
    Mail.objects.update(next_try_at=timezone.now() - timedelta(minutes=2))


def fresh(row: Mail) -> Mail:
    return Mail.objects.get(pk=row.pk)


# --- Once -------------------------------------------------------------------------------------------


def test_queue_mail_writes_one_row_and_sends_after_the_commit(kind, learner, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = queue_mail(kind=kind, reference="1", to=learner.email, user=learner)
        assert queue_mail(kind=kind, reference="1", to="other@example.org") == first
        assert mail.outbox == []

    assert [(message.to, message.subject) for message in mail.outbox] == [(["learner@example.org"], "About 1")]
    assert (fresh(first).status, fresh(first).subject, fresh(first).attempts) == ("sent", "About 1", 1)


def test_queue_mail_is_undone_with_what_it_tells_of(kind, learner, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError), transaction.atomic():
        queue_mail(kind=kind, reference="1", to=learner.email)
        raise ZeroDivisionError

    assert not Mail.objects.exists()
    assert mail.outbox == []


def test_queue_mail_outlives_a_broker_that_is_down(kind, learner, monkeypatch, django_capture_on_commit_callbacks):
    def unreachable(*_):
        raise ConnectionRefusedError

    monkeypatch.setattr(tasks.send_mail, "delay", unreachable)
    with django_capture_on_commit_callbacks(execute=True):
        row = queue_mail(kind=kind, reference="1", to=learner.email)

    assert fresh(row).status == "waiting"


def test_send_mail_sends_once(waiting):
    assert [send_mail(mail_id=waiting.pk) for _ in range(3)] == [True, False, False]
    assert len(mail.outbox) == 1


def test_send_mail_leaves_it_to_whoever_is_sending(waiting):
    Mail.objects.update(attempts=1, next_try_at=timezone.now() + LEASE)

    assert send_mail(mail_id=waiting.pk) is False
    assert mail.outbox == []


def test_sweep_mails_finds_what_a_lost_message_or_a_dead_worker_left(waiting):
    tasks.sweep_mails()
    assert mail.outbox == []

    let_the_wait_pass()
    tasks.sweep_mails()
    tasks.sweep_mails()

    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.services
def test_send_mail_at_the_same_moment_sends_once(waiting):
    # Outside of a transaction it went out at once.
    assert Mail.objects.update(status="waiting", sent_at=None, attempts=0, next_try_at=timezone.now()) == 1
    mail.outbox.clear()
    together, sent = threading.Barrier(4), []

    def send() -> None:
        together.wait()
        sent.append(send_mail(mail_id=waiting.pk))
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(sent) == [False, False, False, True]
    assert len(mail.outbox) == 1


# --- Failures ---------------------------------------------------------------------------------------


def test_send_mail_tries_again_after_a_growing_wait(waiting, server):
    server.to_recipient = "451 try again later"
    waits = []
    for _ in range(3):
        before = timezone.now()
        assert send_mail(mail_id=waiting.pk) is False
        waits.append(round((fresh(waiting).next_try_at - before) / timedelta(minutes=1)))
        assert send_mail(mail_id=waiting.pk) is False
        let_the_wait_pass()

    row = fresh(waiting)
    assert (waits, row.attempts, row.status) == ([2, 4, 8], 3, "waiting")
    assert row.problem.startswith("SMTPRecipientsRefused: ")
    assert "try again later" in row.problem
    assert not ModelLogEntry.objects.filter(action="accounts.give_up_mail").exists()

    server.to_recipient = "250 ok"
    assert send_mail(mail_id=waiting.pk) is True
    assert (fresh(waiting).status, fresh(waiting).problem) == ("sent", "")
    assert len(server.messages) == 1
    assert "Subject: About 1" in server.messages[0]


def test_send_mail_that_the_address_refuses_is_a_bounce_and_marks_it(waiting, server, learner):
    server.to_recipient = "550 no such mailbox"

    assert send_mail(mail_id=waiting.pk) is False

    row = fresh(waiting)
    assert (row.status, row.attempts, row.bounced_at is not None) == ("bounced", 1, True)
    assert "no such mailbox" in row.problem
    learner.refresh_from_db()
    assert learner.mail_comes_back
    let_the_wait_pass()
    assert send_mail(mail_id=waiting.pk) is False


def test_send_mail_that_the_server_refuses_fails_and_marks_nobody(waiting, server, learner):
    server.to_message = "554 we take no such mail"

    assert send_mail(mail_id=waiting.pk) is False

    assert (fresh(waiting).status, fresh(waiting).attempts) == ("failed", 1)
    learner.refresh_from_db()
    assert not learner.mail_comes_back


def test_send_mail_gives_up_and_says_so(waiting, settings):
    settings.EMAIL_BACKEND = "tests.payments.broken_mail.EmailBackend"
    Mail.objects.update(attempts=MOST_ATTEMPTS - 1)

    assert send_mail(mail_id=waiting.pk) is False

    assert (fresh(waiting).status, fresh(waiting).attempts) == ("failed", 16)
    assert ModelLogEntry.objects.get(action="accounts.give_up_mail").data["problem"].startswith("SMTPServerDisconn")
    assert queries.count_mails() == {"waiting": 0, "bounced": 0, "failed": 1}


def test_send_mail_leaves_the_row_to_whoever_took_over(waiting, monkeypatch):
    def stall(self: MailOfTests, mail: Mail) -> EmailMultiAlternatives:
        Mail.objects.update(attempts=2)
        raise TimeoutError

    monkeypatch.setattr(MailOfTests, "compose", stall)

    assert send_mail(mail_id=waiting.pk) is False
    assert (fresh(waiting).attempts, fresh(waiting).problem) == (2, "")


def test_send_mail_logs_no_address(waiting, server, caplog):
    server.to_recipient = "550 no such mailbox"
    send_mail(mail_id=waiting.pk)

    assert f"Mail test {waiting.pk} failed, attempt 1: SMTPRecipientsRefused" in caplog.text
    assert "learner@example.org" not in caplog.text


# --- Codes ------------------------------------------------------------------------------------------


@pytest.fixture
def code() -> EmailMultiAlternatives:
    return EmailMultiAlternatives("Your sign-in code", "Here it is: K7QX-9W3M", to=["learner@example.org"])


def test_send_code_leaves_no_row(code):
    assert services.send_code(message=code) == MailStatus.SENT
    assert len(mail.outbox) == 1
    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    ("answer", "status", "is_marked"),
    [
        ("550 no such mailbox", "bounced", True),
        ("554 5.1.1 unknown", "bounced", True),
        ("550 5.2.1 mailbox disabled", "bounced", True),
        ("451 later", "failed", False),
        ("554 5.7.1 Relay access denied", "failed", False),
        ("550 relaying denied", "failed", False),
        ("530 authentication required", "failed", False),
    ],
)
def test_send_code_that_fails_is_recorded_without_its_text(code, server, learner, answer, status, is_marked):
    server.to_recipient = answer

    assert services.send_code(message=code) == status

    row = Mail.objects.get()
    assert (row.kind, row.to, row.subject, row.status) == ("code", "learner@example.org", "Your sign-in code", status)
    assert "K7QX" not in str(Mail.objects.values().get())
    learner.refresh_from_db()
    assert learner.mail_comes_back is is_marked
    assert not services.can_be_retried(row)


@pytest.mark.parametrize(("answer", "told"), [("451 later", "Wait a minute"), ("550 none", "Check the address")])
def test_whoever_signs_in_is_told_what_to_do(client, learner, server, answer, told):
    server.to_recipient = answer

    page = client.post("/accounts/login/code/", {"email": "learner@example.org"}, follow=True).content.decode()

    assert told in page
    server.to_recipient = "250 ok"
    page = client.post("/accounts/login/code/confirm/", {"action": "resend"}, follow=True).content.decode()
    assert "A new code is on its way." in page
    assert len(server.messages) == 1


def test_a_stranger_learns_nothing_from_a_mail_server_that_is_down(learner, settings):
    settings.EMAIL_BACKEND = "tests.payments.broken_mail.EmailBackend"

    def ask(address: str) -> str:
        page = Client().post("/accounts/login/code/", {"email": address}, follow=True).content.decode()
        assert "The mail could not be sent just now." in page
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.replace(address, "ADDRESS"))

    assert ask("learner@example.org") == ask("nobody@example.org")


# --- Notices ----------------------------------------------------------------------------------------


def change_password(client, learner) -> Mail:
    client.force_login(learner, backend="allauth.account.auth_backends.AuthenticationBackend")
    passwords = {"oldpassword": "correct horse battery", "password1": "another fine sentence"}
    prove(client, learner)
    client.post("/accounts/password/change/", passwords)
    return Mail.objects.get()


def test_notice_waits_for_the_mail_server_and_its_text_goes_when_it_is_sent(client, learner, settings):
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.payments.broken_mail.EmailBackend"
    row = change_password(client, learner)
    assert (row.kind, row.subject, row.to) == ("notice", "Your password was changed", "learner@example.org")
    assert "was changed" in row.content["text"]
    assert send_mail(mail_id=row.pk) is False
    assert fresh(row).content == row.content

    settings.EMAIL_BACKEND = working
    let_the_wait_pass()
    assert send_mail(mail_id=row.pk) is True

    [message] = mail.outbox
    assert (message.subject, message.body) == ("Your password was changed", row.content["text"])
    assert html_of(message) == row.content["html"]
    assert fresh(row).content is None


def test_database_refuses_sent_mail_that_keeps_its_text(waiting):
    with pytest.raises(IntegrityError, match="sent_mail_keeps_no_text"), transaction.atomic():
        Mail.objects.update(status="sent", sent_at=timezone.now(), content={"text": "Words"})


# --- Staff, and time --------------------------------------------------------------------------------


@pytest.fixture
def failed(waiting) -> Mail:
    Mail.objects.update(status="failed", attempts=16, problem="SMTPServerDisconnected: ")
    return fresh(waiting)


def test_retry_mail_goes_to_the_address_that_the_account_has_now(
    failed, learner, admin, django_capture_on_commit_callbacks
):
    learner.email = "mended@example.org"
    learner.save()

    with django_capture_on_commit_callbacks(execute=True):
        assert services.retry_mail(mail_id=failed.pk, by=admin) is True

    assert [message.to for message in mail.outbox] == [["mended@example.org"]]
    assert ModelLogEntry.objects.get(action="accounts.retry_mail").user == admin
    assert (fresh(failed).status, fresh(failed).attempts) == ("sent", 1)


def test_retry_mail_leaves_alone_what_is_not_in_trouble(waiting, admin):
    before = Mail.objects.values().get()

    assert services.retry_mail(mail_id=waiting.pk, by=admin) is False
    assert Mail.objects.values().get() == before


def test_retry_mail_cannot_make_a_notice_again_whose_text_is_gone(admin):
    row = Mail.objects.create(
        kind="notice", reference="1", to="a@example.org", status="bounced", bounced_at=timezone.now()
    )

    assert services.retry_mail(mail_id=row.pk, by=admin) is False
    assert fresh(row).status == "bounced"


def test_forget_old_mails_keeps_what_belongs_to_an_account(kind, learner):
    for number, user in enumerate([learner, None, None]):
        queue_mail(kind=kind, reference=str(number), to="a@example.org", user=user)
    Mail.objects.exclude(reference="2").update(created_at=timezone.now() - timedelta(days=91))

    tasks.forget_old_mails()

    assert sorted(Mail.objects.values_list("reference", flat=True)) == ["0", "2"]


def test_mails_go_with_the_account(waiting, learner):
    learner.delete()

    assert not Mail.objects.exists()
