"""One mail a week to who has reviewed and stopped, and to nobody else."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.mail.services import choose_mail
from accounts.mail.unsubscribing import unsubscribe_url
from accounts.models import Mail
from courses.models import Question, RecallAnswer, RecallCard
from courses.recall import tasks
from courses.recall.reminders import remind_of_recall
from courses.recall.services import collect_missed
from tests.courses.recall.test_services import give, make_due, today_of
from tests.mails import html_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(learner_with_access, explained_at_once) -> RecallCard:
    """Answered ten days ago, due for some."""
    question = Question.objects.get(key="chest-film-1")
    collect_missed(user=learner_with_access, ratings=[(question.pk, 1)], day=today_of(learner_with_access))
    card = RecallCard.objects.get()
    make_due(card)
    give(card)
    let_days_pass(10)
    make_due(card, days=2)
    return card


def let_days_pass(days: float) -> None:
    RecallAnswer.objects.update(answered_at=timezone.now() - timedelta(days=days))


def test_mail_goes_out_once_a_week(card, django_capture_on_commit_callbacks):
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            tasks.remind_of_recall()

    [message] = mail.outbox
    url = unsubscribe_url(card.user, "review-due")
    assert (message.to, message.subject) == (["paid@example.org"], "1 question is due in Recall")
    assert message.extra_headers["List-Unsubscribe"] == f"<{url}>"
    for text in (text_of(message), html_of(message)):
        assert "1 question that you missed or were not sure of is due again." in text
        assert "http://testserver/learn/recall/" in text
        assert url in text
    Mail.objects.update(created_at=timezone.now() - timedelta(days=8), reference="earlier")
    assert remind_of_recall() == 1


@pytest.mark.parametrize(("days", "count"), [(2.9, 0), (3.1, 1), (29.9, 1), (30.1, 0)])
def test_mail_has_its_time(card, days, count):
    let_days_pass(days)
    assert remind_of_recall() == count


def test_nobody_else_gets_it(card, learner_with_access):
    RecallCard.objects.update(due_on=today_of(learner_with_access) + timedelta(days=1))
    assert remind_of_recall() == 0
    make_due(card)
    choose_mail(user=learner_with_access, kind="review-due", is_wanted=False)
    assert remind_of_recall() == 0
    choose_mail(user=learner_with_access, kind="review-due", is_wanted=True)
    RecallAnswer.objects.all().delete()
    assert remind_of_recall() == 0
    assert not Mail.objects.exists()


def test_without_access_nothing_is_due(card, learner_with_access):
    learner_with_access.access_grants.all().delete()
    assert remind_of_recall() == 0
