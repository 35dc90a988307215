"""Mails of review: one however much is sent, to whom it concerns, and only where it is wanted."""

import pytest
from django.core import mail as outbox

from accounts.mail.queries import get_wanted
from accounts.mail.services import choose_mail, send_mail
from accounts.models import Mail
from courses.models import Question
from reviews.services.comments import add_comment
from reviews.services.deciding import approve, ask_for_changes
from reviews.services.mailing import NEWS, WAITING
from reviews.services.sending import send

pytestmark = pytest.mark.django_db


def send_all(kind):
    for row in Mail.objects.waiting().filter(kind=kind):
        send_mail(mail_id=row.pk)


@pytest.fixture
def drafts(course, draft, author):
    rows = [draft]
    for question in Question.objects.filter(course=course):
        question.stem = f"<p>Mended {question.key}?</p>"
        question.save_revision(user=author)
        rows.append(Question.objects.get(pk=question.pk))
    return rows


def test_one_mail_tells_of_all_that_was_sent_at_once(drafts, author, reviewer, office):
    send(rows=drafts, note="", by=author)
    assert [(row.user, row.kind) for row in Mail.objects.all()] == [(reviewer, WAITING)]
    send_all(WAITING)
    (message,) = outbox.outbox
    assert message.to == ["reviewer@example.org"]
    assert message.subject == "5 versions wait for your review"
    assert all(title in message.body for title in ("First look, mended", drafts[1].key, "Chest film"))
    assert "Turn this kind of mail off" in message.body


def test_what_is_sent_after_the_mail_has_a_mail_of_its_own(drafts, author, reviewer):
    send(rows=drafts[:1], note="", by=author)
    send_all(WAITING)
    send(rows=drafts[1:], note="", by=author)
    assert Mail.objects.filter(kind=WAITING).count() == 2


def test_nothing_is_told_that_was_decided_meanwhile(draft, author, reviewer):
    (sent,) = send(rows=[draft], note="", by=author)
    approve(submission_id=sent.pk, said="", by=reviewer)
    send_all(WAITING)
    assert outbox.outbox == []


def test_author_is_told_what_has_to_change_with_the_comments(draft, author, reviewer):
    (sent,) = send(rows=[draft], note="", by=author)
    add_comment(submission=sent, place="title", place_label="Title", text="Say which edge.", by=reviewer)
    ask_for_changes(submission_id=sent.pk, because="The title is vague.", by=reviewer)
    send_all(NEWS)
    (message,) = outbox.outbox
    assert message.to == [author.email]
    assert message.subject == "Changes asked for: First look, mended"
    assert "The title is vague." in message.body
    assert "Title: Say which edge." in message.body


def test_author_is_told_once_of_approval_and_of_going_live(draft, author, reviewer):
    (sent,) = send(rows=[draft], note="", by=author)
    approve(submission_id=sent.pk, said="", by=reviewer)
    assert Mail.objects.filter(kind=NEWS).count() == 1
    send_all(NEWS)
    (message,) = outbox.outbox
    assert message.subject == "2 decisions about what you sent to review"
    assert "Went live: First look, mended" in message.body


def test_office_is_told_once_the_reviewer_has_approved(draft, author, reviewer, office, course, make_activity):
    make_activity(course)
    (sent,) = send(rows=[draft], note="", by=author)
    assert not Mail.objects.filter(user=office).exists()
    approve(submission_id=sent.pk, said="", by=reviewer)
    assert [row.kind for row in Mail.objects.filter(user=office)] == [WAITING]


def test_who_does_not_want_it_gets_none(draft, author, reviewer):
    choose_mail(user=reviewer, kind=WAITING, is_wanted=False)
    send(rows=[draft], note="", by=author)
    assert not Mail.objects.filter(user=reviewer).exists()


def test_learners_are_not_offered_mails_of_staff(learner, reviewer):
    assert {WAITING, NEWS} & set(get_wanted(learner)) == set()
    assert {WAITING, NEWS} <= set(get_wanted(reviewer))
