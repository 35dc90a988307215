from datetime import timedelta
from decimal import Decimal

from cme.ledger.queries import get_credit
from cme.models import Activity
from tests.cme.conftest import claim_as, complete


def test_credits_earned_sums_by_type(learner_with_access, make_course, make_activity, django_assert_num_queries):
    for slug, amount in (("one", "1.25"), ("two", "0.5")):
        course = make_activity(make_course(slug)).course
        complete(learner_with_access, course)
        claim_as(learner_with_access, course, amount=Decimal(amount))
    with django_assert_num_queries(2):  # one of them for the types, which are kept
        [earned], _ = get_credit(learner_with_access, completed=set())
        assert (earned.credits, earned.amount) == (Decimal("1.75"), "1.75 AMA PRA Category 1 Credits™")
        assert earned.is_demonstration is True


def test_credits_earned_is_empty_before_a_claim(learner_with_access, course):
    complete(learner_with_access, course)
    assert get_credit(learner_with_access, completed=set()) == ([], [])


def test_credit_that_has_ended_is_not_called_claimable(learner_with_access, course, today):
    completion = complete(learner_with_access, course)
    activity = Activity.objects.filter(course=course)
    # Two days: yesterday may be today where the learner is.
    for ends_on, unclaimed in ((today, [completion]), (today - timedelta(days=2), [])):
        activity.update(expires_on=ends_on)
        assert get_credit(learner_with_access, completed={course.pk}) == ([], unclaimed)
