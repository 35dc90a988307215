"""Who passes by a mended key loses no credit that a test taken anew would have earned."""

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.utils import timezone

from cme.activities.services import upsert_activity, upsert_credit_type
from cme.claims.offers import can_be_claimed
from courses.assessment.services import regrades
from courses.models import Completion, Question
from tests.cme.conftest import AMA, PARTICIPATION, activity_fields
from tests.courses.assessment.services.test_regrades import HANDED_IN, mend_key, take


def pass_by_mended_key(learner, course, author) -> None:
    question = Question.objects.get(key="chest-film-1")
    take(learner, course, question, "A", others_right=2)
    regrades.start_regrade(question=mend_key(question), because="C was A.", by=author)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days_after", "is_dated_back"),
    [
        (-1, True),
        # The day of handing in is the learner's own.
        (0, True),
        (1, False),
    ],
)
def test_completion_before_the_release_is_dated_today(
    course, learner_with_access, author, days_after, is_dated_back, django_capture_on_commit_callbacks
):
    handed_in_on = HANDED_IN.astimezone(learner_with_access.zone).date()
    upsert_credit_type(**AMA)
    upsert_credit_type(**PARTICIPATION)
    fields = {**activity_fields(timezone.now().date()), "released_on": handed_in_on + timedelta(days=days_after)}
    upsert_activity(course=course, **{**fields, "designated_on": fields["released_on"]})
    with django_capture_on_commit_callbacks(execute=True):
        pass_by_mended_key(learner_with_access, course, author)
    now = timezone.now()
    completion = Completion.objects.get()
    today = now.astimezone(learner_with_access.zone).date()
    assert completion.completed_on == (handed_in_on if is_dated_back else today)
    assert (completion.completed_at == HANDED_IN) is is_dated_back
    assert can_be_claimed(completion, now)
    [message] = outbox.outbox
    assert ("the day on which you handed the test in" in message.body) is is_dated_back
    assert ("the day on which we marked it again" in message.body) is not is_dated_back
