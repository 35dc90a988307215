import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.mail import services as mails
from accounts.mail.emails import build_email
from accounts.models import Mail
from tests.pressing import press

pytestmark = pytest.mark.django_db

MAILS = "/studio/mails/"


def make(number: int, **fields: object) -> Mail:
    given = {"kind": "address check", "reference": str(number), "to": f"person-{number}@example.org", **fields}
    return Mail.objects.create(**given)


@pytest.fixture
def failed(learner) -> Mail:
    return make(1, user=learner, status="failed", attempts=16, problem="SMTPDataError: (554, b'no')")


def test_studio_lists_what_failed_came_back_and_waits_but_not_what_was_sent(client_for, admin, failed):
    make(2, status="bounced", bounced_at=timezone.now(), problem="Postmark: bounced")
    make(3)
    make(4, status="sent", sent_at=timezone.now())

    page = client_for(admin).get(MAILS).content.decode()

    assert [f"person-{number}@" in page for number in (1, 2, 3, 4)] == [True, True, True, False]
    assert "SMTPDataError: (554, b&#x27;no&#x27;)" in page
    assert "Came back" in page
    assert f"{MAILS}{failed.pk}/retry/" in page


@pytest.mark.parametrize(
    ("query", "found"), [("status=sent", {4}), ("status=failed", {1}), ("to__icontains=PERSON-4", {4})]
)
def test_studio_finds_mails_by_status_and_address(client_for, admin, failed, query, found):
    make(3)
    make(4, status="sent", sent_at=timezone.now())

    page = client_for(admin).get(f"{MAILS}?{query}").content.decode()

    assert {number for number in (1, 3, 4) if f"person-{number}@" in page} == found


def test_studio_sends_again(client_for, admin, failed, learner, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = client_for(admin).post(f"{MAILS}{failed.pk}/retry/", follow=True).content.decode()

    assert "The mail is being sent again." in page
    assert [message.to for message in mailoutbox] == [[learner.email]]
    assert ModelLogEntry.objects.get(action="accounts.retry_mail").user == admin
    page = client_for(admin).post(f"{MAILS}{failed.pk}/retry/", follow=True).content.decode()
    assert "does not wait for another try any more" in page


def test_mail_is_sent_again_by_a_press_in_the_list(client_for, admin, failed):
    press(client_for(admin), MAILS, f"{MAILS}{failed.pk}/retry/")
    failed.refresh_from_db()
    assert failed.status == "waiting"


def test_studio_offers_no_second_try_for_a_code(client_for, admin):
    message = build_email(template="accounts/email/address_check", to="who@example.org", context={})
    mails.send_code(message=message)
    row = make(5, kind="code", status="failed")

    assert f"{MAILS}{row.pk}/retry/" not in client_for(admin).get(MAILS).content.decode()


@pytest.mark.parametrize("person", [None, "learner", "author"])
def test_mails_are_for_administrators(client_for, request, failed, person):
    client = client_for(person and request.getfixturevalue(person))

    statuses = [client.get(MAILS).status_code, client.post(f"{MAILS}{failed.pk}/retry/").status_code]

    assert statuses == [302, 302]
    failed.refresh_from_db()
    assert (failed.status, failed.attempts) == ("failed", 16)


def test_home_of_the_studio_counts_mails_in_trouble(client_for, admin, author, failed):
    assert "1 mail failed or came back" in client_for(admin).get("/studio/").content.decode()
    assert "failed or came back" not in client_for(author).get("/studio/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_as_often_for_three_mails_as_for_one(client_for, admin, learner, django_assert_num_queries, count):
    for number in range(count):
        make(number, user=learner, status="failed")
    client = client_for(admin)
    client.get(MAILS)
    with django_assert_num_queries(8):
        client.get(MAILS)
