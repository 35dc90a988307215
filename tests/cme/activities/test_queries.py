from uuid import uuid4

from django.core.cache.backends.locmem import LocMemCache

from cme.activities.queries import get_activity, has_activity
from courses.writing import published


def test_get_activity_has_its_credit_types(course, django_assert_num_queries):
    with django_assert_num_queries(2):
        activity = get_activity(course)
        assert activity is not None
        assert [each.slug for each in activity.credit_types.all()] == ["ama-pra-category-1", "participation"]


def test_get_activity_is_none_where_a_course_offers_no_credit(make_course):
    assert get_activity(make_course()) is None


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
