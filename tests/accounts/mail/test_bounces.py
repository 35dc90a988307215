"""What a provider tells by its webhook, with a request that is authenticated as Postmark's are."""

import base64
import json
from datetime import UTC, datetime

import pytest
from django.test import Client, override_settings
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.mail import services as mails
from accounts.models import Mail

pytestmark = pytest.mark.django_db

SECRET = "postmark:a-long-secret"
MESSAGE_ID = "883953f4-6105-42a2-a16a-77a8eac79483"
# As in Postmark's documentation of its bounce webhook.
BOUNCE = {
    "RecordType": "Bounce",
    "MessageStream": "outbound",
    "ID": 4323372036854775807,
    "Type": "HardBounce",
    "TypeCode": 1,
    "Name": "Hard bounce",
    "Tag": "",
    "MessageID": MESSAGE_ID,
    "Metadata": {},
    "ServerID": 23,
    "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
    "Details": "smtp;550 5.1.1 no such mailbox",
    "Email": "learner@example.org",
    "From": "academy@example.org",
    "BouncedAt": "2026-11-22T12:00:00Z",
    "DumpAvailable": True,
    "Inactive": True,
    "CanActivate": True,
    "Subject": "Receipt",
}


@pytest.fixture(autouse=True)
def postmark():
    with override_settings(
        EMAIL_PROVIDER="postmark", ANYMAIL={"WEBHOOK_SECRET": SECRET, "POSTMARK_SERVER_TOKEN": "token"}
    ):
        yield


@pytest.fixture
def tell(client: Client):
    def post(event: dict[str, object], secret: str = SECRET) -> int:
        token = base64.b64encode(secret.encode()).decode()
        headers = {"Authorization": f"Basic {token}"} if secret else {}
        return client.post(
            "/webhooks/mail/", json.dumps(event), content_type="application/json", headers=headers
        ).status_code

    return post


@pytest.fixture
def sent(learner) -> Mail:
    return Mail.objects.create(
        kind="receipt",
        reference="1",
        user=learner,
        to=learner.email,
        subject="Receipt",
        status="sent",
        sent_at=timezone.now(),
        message_id=MESSAGE_ID,
    )


def test_bounce_is_recorded_on_the_mail_and_marks_the_address(tell, sent, learner):
    assert tell(BOUNCE) == 200

    sent.refresh_from_db()
    assert (sent.status, sent.bounced_at) == ("bounced", datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert sent.problem == (
        "Postmark: bounced; The server was unable to deliver your message (ex: unknown user, mailbox not found).; "
        "smtp;550 5.1.1 no such mailbox"
    )
    learner.refresh_from_db()
    assert learner.mail_comes_back
    assert ModelLogEntry.objects.filter(action="accounts.bounce_mail").count() == 1


def test_bounce_that_is_told_twice_is_recorded_once(tell, sent):
    assert [tell(BOUNCE), tell(BOUNCE)] == [200, 200]

    assert Mail.objects.count() == 1
    assert ModelLogEntry.objects.filter(action="accounts.bounce_mail").count() == 1


def test_bounce_of_a_code_gets_a_row_for_staff_to_see(tell, learner):
    assert [tell(BOUNCE), tell(BOUNCE)] == [200, 200]

    row = Mail.objects.get()
    assert (row.kind, row.to, row.status, row.content) == ("code", "learner@example.org", "bounced", None)
    learner.refresh_from_db()
    assert learner.mail_comes_back


@pytest.mark.parametrize("message_id", ["", MESSAGE_ID])
def test_bounce_takes_no_mail_that_waits_and_none_without_a_name(learner, message_id):
    waiting = Mail.objects.create(
        kind="notice", reference="2", to=learner.email, status="waiting", message_id=message_id, content={"text": "a"}
    )
    by_smtp = Mail.objects.create(
        kind="receipt", reference="3", to=learner.email, status="sent", sent_at=timezone.now()
    )

    mails.record_bounce(message_id=message_id, address=learner.email, problem="gone", at=timezone.now())

    waiting.refresh_from_db()
    by_smtp.refresh_from_db()
    assert (waiting.status, waiting.content, by_smtp.status) == ("waiting", {"text": "a"}, "sent")
    assert Mail.objects.get(status="bounced").kind == "code"


@pytest.mark.parametrize("secret", ["", "postmark:wrong", "nonsense"])
def test_webhook_without_the_secret_is_refused_and_changes_nothing(tell, sent, learner, secret):
    assert tell(BOUNCE, secret) == 400

    sent.refresh_from_db()
    learner.refresh_from_db()
    assert (sent.status, learner.mail_comes_back) == ("sent", False)


@pytest.mark.parametrize("kind", ["Transient", "DnsError", "SpamComplaint", "AutoResponder"])
def test_what_is_no_bounce_changes_nothing(tell, sent, learner, kind):
    assert tell({**BOUNCE, "Type": kind}) == 200

    sent.refresh_from_db()
    assert sent.status == "sent"


def test_webhook_without_a_provider_is_not_there(tell, settings):
    settings.EMAIL_PROVIDER = ""

    assert tell(BOUNCE) == 404


# --- What its owner sees ----------------------------------------------------------------------------


@pytest.fixture
def marked(learner):
    learner.bounced_email = learner.email
    learner.save()
    return learner


def banner(client: Client) -> bool:
    return "comes back." in client.get("/accounts/profile/").content.decode()


def test_owner_is_told_on_every_page_what_to_do(client_for, marked, other_learner):
    page = client_for(marked).get("/courses/").content.decode()

    assert 'Mail to <span class="addr">learner@example.org</span> comes back.' in page
    assert 'href="/accounts/email/"' in page
    assert not banner(client_for(other_learner))


def test_owner_has_the_address_tried_again(client_for, marked, mailoutbox, django_capture_on_commit_callbacks):
    client = client_for(marked)
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post("/accounts/email/check/", follow=True).content.decode()

    assert "We have sent a test mail." in page
    assert not banner(client)
    assert [(message.to, message.subject) for message in mailoutbox] == [
        (["learner@example.org"], "Mail from eScan Academy reaches you again")
    ]
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/email/check/")
    assert len(mailoutbox) == 1


def test_another_address_needs_no_banner(client_for, marked):
    marked.email = "new@example.org"
    marked.save()

    assert not banner(client_for(marked))


def test_a_code_that_arrived_takes_the_mark_off(client, marked, mailoutbox):
    client.post("/accounts/login/code/", {"email": marked.email})
    code = next(line.strip() for line in mailoutbox[-1].body.splitlines() if line.startswith("    "))
    client.post("/accounts/login/code/confirm/", {"code": code})

    marked.refresh_from_db()
    assert marked.bounced_email == ""


def test_trust_address_leaves_a_mark_on_another_address(marked):
    mails.trust_address(user=marked, email="other@example.org")

    assert marked.mail_comes_back
