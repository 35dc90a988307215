"""Staff read what people wrote, and check it off."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from wagtail.models import ModelLogEntry

from escan import services, tasks
from escan.models import ContactMessage
from tests.pressing import press

pytestmark = pytest.mark.django_db

MESSAGES = "/studio/messages/"


@pytest.fixture
def written(learner) -> ContactMessage:
    return services.send_message(
        user=learner, topic="refund", name="Ada", email="ada@example.org", message="My money, please.\n\n<b>Ada</b>"
    )


def test_studio_lists_messages(client_for, admin, written):
    page = client_for(admin).get(MESSAGES).content.decode()

    assert "<p>My money, please.</p>" in page
    assert "&lt;b&gt;Ada&lt;/b&gt;" in page
    assert 'href="mailto:ada@example.org"' in page
    assert "signed in as learner@example.org" in page
    assert f"{MESSAGES}{written.pk}/handle/" in page


def test_message_is_checked_off_and_opened_again_by_a_press_in_the_list(client_for, admin, written):
    for act, is_handled in (("handle", True), ("reopen", False)):
        press(client_for(admin), MESSAGES, f"{MESSAGES}{written.pk}/{act}/")
        written.refresh_from_db()
        assert (written.handled_at is not None) is is_handled


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("handled_at=false", {"open"}),
        ("handled_at=true", {"done"}),
        ("topic=refund", {"open"}),
        ("message__icontains=DONE", {"done"}),
    ],
)
def test_studio_finds_messages(client_for, admin, query, found):
    for words, topic in (("open", "refund"), ("done", "grievance")):
        row = services.send_message(
            user=None, topic=topic, name="Ada", email="a@example.org", message=f"It is {words}."
        )
    services.handle_message(message_id=row.pk, by=admin)

    page = client_for(admin).get(f"{MESSAGES}?{query}").content.decode()

    assert {words for words in ("open", "done") if f"It is {words}." in page} == found


def test_studio_checks_a_message_off_and_opens_it_again(client_for, admin, written):
    client = client_for(admin)
    told = [
        client.post(f"{MESSAGES}{written.pk}/{act}/", follow=True).content.decode()
        for act in ("handle", "handle", "reopen", "reopen")
    ]

    for page, words in zip(
        told, ["is handled.", "was handled before.", "is open again.", "is open already."], strict=True
    ):
        assert f"Message {written.pk} {words}" in page
    acts = ModelLogEntry.objects.filter(action__startswith="escan.").order_by("pk")
    assert [(act.action, act.user) for act in acts] == [
        ("escan.handle_message", admin),
        ("escan.reopen_message", admin),
    ]
    written.refresh_from_db()
    assert written.handled_at is None


@pytest.mark.parametrize("person", [None, "learner", "author"])
def test_messages_are_for_administrators(client_for, request, written, person):
    client = client_for(person and request.getfixturevalue(person))

    assert client.get(MESSAGES).status_code == 302
    assert [client.post(f"{MESSAGES}{written.pk}/{act}/").status_code for act in ("handle", "reopen")] == [302, 302]
    written.refresh_from_db()
    assert written.handled_at is None


def test_home_of_the_studio_counts_open_messages(client_for, admin, author, written):
    assert "1 message to answer" in client_for(admin).get("/studio/").content.decode()
    assert "to answer" not in client_for(author).get("/studio/").content.decode()
    services.handle_message(message_id=written.pk, by=admin)
    assert "to answer" not in client_for(admin).get("/studio/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_as_often_for_three_messages_as_for_one(client_for, admin, learner, django_assert_num_queries, count):
    for _ in range(count):
        services.send_message(user=learner, topic="refund", name="Ada", email="a@example.org", message="Words")
    client = client_for(admin)
    client.get(MESSAGES)
    with django_assert_num_queries(8):
        client.get(MESSAGES)


@pytest.mark.parametrize(
    ("topic", "years", "is_kept"),
    [("question", 1, True), ("question", 3, False), ("grievance", 3, True), ("grievance", 7, False)],
)
def test_messages_are_forgotten_as_the_page_on_privacy_says(admin, topic, years, is_kept):
    row = services.send_message(user=None, topic=topic, name="Ada", email="a@example.org", message="Words")
    services.handle_message(message_id=row.pk, by=admin)
    ContactMessage.objects.update(handled_at=timezone.now() - timedelta(days=365 * years))

    tasks.forget_what_is_over()

    assert ContactMessage.objects.exists() is is_kept


def test_message_that_nobody_handled_is_kept(written):
    ContactMessage.objects.update(created_at=timezone.now() - timedelta(days=3650))

    tasks.forget_what_is_over()

    assert ContactMessage.objects.exists()


def test_message_outlives_the_account(written, learner):
    learner.delete()

    written.refresh_from_db()
    assert (written.user, written.email) == (None, "ada@example.org")


def test_sessions_that_are_over_are_deleted(client_for, learner):
    client_for(learner)
    client_for(learner)
    over = Session.objects.first()
    Session.objects.filter(pk=over.pk).update(expire_date=timezone.now())

    tasks.forget_what_is_over()

    assert Session.objects.count() == 1
