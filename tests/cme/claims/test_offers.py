from decimal import Decimal

import pytest
from django.utils import timezone

from cme import errors
from cme.claims.models import Claim
from cme.claims.offers import get_offer
from cme.claims.services import claim_credit
from courses.models import Course, PublishedSlug
from courses.writing.queries import get_past_slugs
from imaging import models
from imaging.testsets import services
from imaging.testsets.queries import get_test_set_of
from tests.cme.conftest import ANSWERS, complete
from tests.imaging.testsets.conftest import begin, lock_all, write_set


def test_offer_amounts_go_down_in_quarters(learner_with_access, course):
    complete(learner_with_access, course)
    offer = get_offer(user=learner_with_access, course=course, now=timezone.now())
    assert offer.amounts == [Decimal(each) for each in ("1.25", "1.00", "0.75", "0.50", "0.25")]


@pytest.fixture
def test_set_of_course(course) -> models.TestSet:
    test_set = write_set()
    test_set.course = course.slug
    test_set.save()
    return test_set


def hand_in_set(user, test_set: models.TestSet, *, wrong: int = 0) -> None:
    attempt = begin(user, test_set)
    lock_all(attempt, wrong=wrong)
    services.hand_in(attempt=attempt)


def claim(user, course) -> Claim:
    return claim_credit(user=user, course=course, amount=Decimal("1.25"), is_attested=True, answers=ANSWERS)


def test_credit_waits_for_the_test_set_where_the_academy_asks_for_it(
    learner_with_access, course, test_set_of_course, settings, client_for
):
    complete(learner_with_access, course)
    settings.TEST_SET_REQUIRED = True
    hand_in_set(learner_with_access, test_set_of_course, wrong=4)
    with pytest.raises(errors.TestSetLeft):
        claim(learner_with_access, course)
    assert not Claim.objects.exists()
    page = client_for(learner_with_access).get(f"/cme/{course.slug}/").content.decode()
    assert ("Pass the test set first" in page, "Go to the course" in page) == (True, True)
    hand_in_set(learner_with_access, test_set_of_course)
    assert claim(learner_with_access, course).credits == Decimal("1.25")


def test_credit_waits_for_no_test_set_without_the_setting_or_without_a_set(learner_with_access, course, settings):
    complete(learner_with_access, course)
    settings.TEST_SET_REQUIRED = True
    assert get_offer(user=learner_with_access, course=course, now=timezone.now())
    test_set = write_set()
    models.TestSet.objects.filter(pk=test_set.pk).update(course=course.slug)
    with pytest.raises(errors.TestSetLeft):
        get_offer(user=learner_with_access, course=course, now=timezone.now())
    settings.TEST_SET_REQUIRED = False
    assert get_offer(user=learner_with_access, course=course, now=timezone.now())


def test_course_that_has_another_slug_keeps_its_test_set(learner_with_access, course, test_set_of_course, settings):
    complete(learner_with_access, course)
    settings.TEST_SET_REQUIRED = True
    PublishedSlug.objects.create(slug=course.slug, course=course)
    Course.objects.filter(pk=course.pk).update(slug="chest-radiograph")
    course.refresh_from_db()
    with pytest.raises(errors.TestSetLeft):
        get_offer(user=learner_with_access, course=course, now=timezone.now())
    once = get_past_slugs(course)
    assert get_test_set_of(course.slug, once=once) == test_set_of_course
    hand_in_set(learner_with_access, test_set_of_course)
    assert get_offer(user=learner_with_access, course=course, now=timezone.now())
