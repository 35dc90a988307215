from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.http import Http404
from django.utils import timezone

from cme.activities.queries import get_activity, has_activity
from cme.certificates.queries import (
    get_certificate_by_code,
    get_held_certificates,
    get_overdue_certificates,
    get_own_certificate,
)
from cme.certificates.services import issue_certificate
from cme.claims.offers import get_offer
from cme.claims.queries import get_unclaimed
from cme.ledger.queries import credits_earned
from cme.models import Certificate
from courses.models import Course
from courses.writing import published
from tests.cme.conftest import claim_as, complete


def test_get_activity_has_its_credit_types(course, django_assert_num_queries):
    with django_assert_num_queries(2):
        activity = get_activity(course)
        assert activity is not None
        assert [each.slug for each in activity.credit_types.all()] == ["ama-pra-category-1", "participation"]


def test_get_activity_is_none_where_a_course_offers_no_credit(make_course):
    assert get_activity(make_course()) is None


def test_credits_earned_sums_by_type(learner_with_access, make_course, make_activity, django_assert_num_queries):
    for slug, amount in (("one", "1.25"), ("two", "0.5")):
        course = make_activity(make_course(slug)).course
        complete(learner_with_access, course)
        claim_as(learner_with_access, course, amount=Decimal(amount))
    with django_assert_num_queries(1):
        [earned] = credits_earned(learner_with_access)
        assert (earned.credits, earned.amount) == (Decimal("1.75"), "1.75 AMA PRA Category 1 Credits™")
        assert earned.is_demonstration is True


def test_credits_earned_is_empty_before_a_claim(learner_with_access, course):
    complete(learner_with_access, course)
    assert credits_earned(learner_with_access) == []


def test_offer_amounts_go_down_in_quarters(learner_with_access, course):
    complete(learner_with_access, course)
    offer = get_offer(user=learner_with_access, course=course, now=timezone.now())
    assert offer.amounts == [Decimal(each) for each in ("1.25", "1.00", "0.75", "0.50", "0.25")]


def test_get_unclaimed_lists_completions_with_an_activity_only(
    learner_with_access, other_learner, make_course, make_activity
):
    claimed, unclaimed = make_activity(make_course("claimed")).course, make_activity(make_course("unclaimed")).course
    for course in (claimed, unclaimed, make_course("without-credit")):
        complete(learner_with_access, course)
    complete(other_learner, claimed)
    claim_as(learner_with_access, claimed)
    assert [each.course.slug for each in get_unclaimed(learner_with_access)] == ["unclaimed"]
    assert [each.course.slug for each in get_unclaimed(other_learner)] == ["claimed"]
    Course.objects.update(live=False)
    assert list(get_unclaimed(learner_with_access)) == []


@pytest.fixture
def issued(claimed) -> Certificate:
    issue_certificate(certificate_id=claimed.certificate.pk)
    return Certificate.objects.get()


def test_get_own_certificate_is_not_there_for_another_learner(issued, learner_with_access, other_learner):
    assert get_own_certificate(learner_with_access, issued.printed_code) == issued
    with pytest.raises(Http404):
        get_own_certificate(other_learner, issued.printed_code)


def test_get_certificate_by_code_knows_issued_ones_only(claimed):
    with pytest.raises(Http404):
        get_certificate_by_code(claimed.certificate.code)
    issue_certificate(certificate_id=claimed.certificate.pk)
    assert get_certificate_by_code(claimed.certificate.code.lower()) == claimed.certificate


def overdue(after: timedelta) -> list[int]:
    return list(get_overdue_certificates(timezone.now() + after).values_list("pk", flat=True))


def test_get_overdue_certificates_finds_due_ones(claimed):
    key = claimed.certificate.pk
    assert overdue(timedelta(seconds=50)) == []
    assert overdue(timedelta(seconds=70)) == [key]
    issue_certificate(certificate_id=key)
    assert overdue(timedelta(days=1)) == []


def test_get_overdue_certificates_leaves_held_ones_to_people(claimed):
    Certificate.objects.update(status="held", problem="Cannot be printed")
    assert overdue(timedelta(days=1)) == []
    assert list(get_held_certificates()) == [claimed.certificate]


def test_credit_that_a_course_offers_from_now_on_is_seen(
    make_course, make_activity, settings, monkeypatch, django_capture_on_commit_callbacks
):
    """Whether it does is kept as what is published is, and is read again when the CME office changes an activity."""
    settings.PAGE_CACHE_SECONDS = 10
    monkeypatch.setattr(published, "pages", LocMemCache(uuid4().hex, {}))
    published._ask_word.cache_clear()
    course = make_course()
    assert not has_activity(course.pk)
    with django_capture_on_commit_callbacks(execute=True):
        activity = make_activity(course)
    assert has_activity(course.pk)
    with django_capture_on_commit_callbacks(execute=True):
        activity.delete()
    assert not has_activity(course.pk)
