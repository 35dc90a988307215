"""One mail to whoever completed a course and left its credit, and to nobody else."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.mail.services import choose_mail, send_mail
from accounts.mail.unsubscribing import unsubscribe_url
from accounts.models import Mail
from accounts.services import revoke_access
from cme.claims import tasks
from cme.claims.reminders import remind_of_credit
from cme.models import Activity
from courses.models import Completion, Course
from tests.cme.conftest import claim_as, complete
from tests.mails import html_of, text_of

pytestmark = pytest.mark.django_db

KIND = "unclaimed-credit"


@pytest.fixture
def completion(learner_with_access, course, today) -> Completion:
    return complete(learner_with_access, course, today - timedelta(days=8))


def let_days_pass(completion: Completion, days: float) -> None:
    Completion.objects.filter(pk=completion.pk).update(completed_at=timezone.now() - timedelta(days=days))


def test_reminder_goes_out_once(completion, learner_with_access, django_capture_on_commit_callbacks):
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            tasks.remind_of_credit()

    [message] = mail.outbox
    url = unsubscribe_url(learner_with_access, KIND)
    assert (message.to, message.subject) == (
        ["paid@example.org"],
        "Your credit for Breast calcifications waits to be claimed",
    )
    assert message.extra_headers["List-Unsubscribe"] == f"<{url}>"
    for text in (text_of(message), html_of(message)):
        assert "Up to 1.25 AMA PRA Category 1 Credits™ can be claimed until" in text
        assert "http://testserver/cme/breast-calcifications/" in text
        assert url in text
        assert "“Credit waiting to be claimed” is on in your account" in text
        assert "its credit is not real" in text
    assert Mail.objects.values_list("kind", "reference", "status").get() == (KIND, str(completion.pk), "sent")


@pytest.mark.parametrize(("days", "count"), [(6.9, 0), (7.1, 1), (59.9, 1), (60.1, 0)])
def test_reminder_has_its_time(completion, days, count):
    let_days_pass(completion, days)

    assert remind_of_credit() == count


def test_reminder_is_not_for_who_turned_it_off(completion, learner_with_access):
    choose_mail(user=learner_with_access, kind=KIND, is_wanted=False)

    assert remind_of_credit() == 0
    assert not Mail.objects.exists()


def test_reminder_is_not_for_credit_that_is_claimed_or_cannot_be(completion, learner_with_access, course, today):
    activity = Activity.objects.filter(course=course)
    fine = {"expires_on": today + timedelta(days=365), "designated_on": today - timedelta(days=40)}
    for changes in ({"expires_on": today - timedelta(days=2)}, {"designated_on": None}):
        activity.update(**fine | changes)
        assert remind_of_credit() == 0
    activity.update(**fine)
    Course.objects.update(live=False)
    assert remind_of_credit() == 0
    Course.objects.update(live=True)
    revoke_access(source="test", reference="paid", reason="test")
    assert remind_of_credit() == 0
    learner_with_access.access_grants.update(revoked_at=None)
    claim_as(learner_with_access, course)
    assert remind_of_credit() == 0
    assert not Mail.objects.exists()


@pytest.mark.parametrize("happens", ["claimed", "expired", "turned off"])
def test_reminder_is_dropped_where_it_is_not_due_any_more(completion, learner_with_access, course, today, happens):
    assert remind_of_credit() == 1
    if happens == "claimed":
        claim_as(learner_with_access, course)
    elif happens == "expired":
        Activity.objects.update(expires_on=today - timedelta(days=2))
    else:
        choose_mail(user=learner_with_access, kind=KIND, is_wanted=False)

    assert send_mail(mail_id=Mail.objects.get(kind=KIND).pk) is False
    assert mail.outbox == []
    assert Mail.objects.get(kind=KIND).status == "dropped"


def test_sweep_makes_the_same_queries_when_all_are_reminded(
    completion, other_learner, course, today, django_assert_num_queries
):
    remind_of_credit()
    with django_assert_num_queries(1):
        remind_of_credit()
    complete(other_learner, course, today - timedelta(days=9))
    remind_of_credit()
    with django_assert_num_queries(1):
        remind_of_credit()
