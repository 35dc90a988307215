from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.utils import timezone

from cme.activities.queries import get_activity, get_claimable_activity, offers_credit
from cme.models import Activity
from courses.writing import published


def test_get_activity_has_its_credit_types(course, django_assert_num_queries):
    with django_assert_num_queries(2):
        activity = get_activity(course)
        assert activity is not None
        assert [each.slug for each in activity.credit_types.all()] == ["ama-pra-category-1", "participation"]


def test_get_activity_is_none_where_a_course_offers_no_credit(make_course):
    assert get_activity(make_course()) is None


@pytest.mark.parametrize(
    ("changes", "is_claimable"),
    [
        ({"expires_on": 0}, True),
        ({"expires_on": -1}, False),
        ({"designated_on": None}, False),
        ({"designated_on": 1, "released_on": 1}, False),
        ({"designated_on": 0, "released_on": 0}, True),
    ],
)
def test_only_what_can_be_claimed_today_is_offered(course, today, changes, is_claimable):
    days = {name: days if days is None else today + timedelta(days=days) for name, days in changes.items()}
    Activity.objects.filter(course=course).update(**days)
    assert (get_claimable_activity(course, today) is not None) == is_claimable
    assert offers_credit(course.pk, today) == is_claimable


def test_credit_that_a_course_offers_from_now_on_is_seen(
    make_course, make_activity, settings, monkeypatch, django_capture_on_commit_callbacks
):
    """Whether it does is kept as what is published is, and is read again when the CME office changes an activity."""
    settings.PAGE_CACHE_SECONDS = 10
    monkeypatch.setattr(published, "pages", LocMemCache(uuid4().hex, {}))
    published._ask_word.cache_clear()
    course, today = make_course(), timezone.localdate()
    assert not offers_credit(course.pk, today)
    with django_capture_on_commit_callbacks(execute=True):
        activity = make_activity(course)
    assert offers_credit(course.pk, today)
    with django_capture_on_commit_callbacks(execute=True):
        activity.delete()
    assert not offers_credit(course.pk, today)
