"""What of a page is the same for every reader is kept, and what an author or the loader changes shows at once."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.utils import timezone

from cme.activities.services import upsert_activity, upsert_credit_type
from cme.ledger.queries import get_credit
from cme.models import Activity, CreditType
from courses.learning.queries.progress import get_studies
from courses.models import Course
from courses.writing import published
from escan.models import WordSet
from tests.cme.conftest import AMA, PARTICIPATION, activity_fields, claim_as
from tests.course_fixtures import hand_in

COURSE = "/courses/chest-film/"


@pytest.fixture(autouse=True)
def own_cache(settings, monkeypatch):
    settings.PAGE_CACHE_SECONDS = 10
    monkeypatch.setattr(published, "pages", LocMemCache(uuid4().hex, {}))
    published._ask_word.cache_clear()


@pytest.fixture
def activity(course) -> Activity:
    upsert_credit_type(**AMA)
    upsert_credit_type(**PARTICIPATION)
    return upsert_activity(course=course, **activity_fields(timezone.now().date()))


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks(execute=True)


@pytest.mark.parametrize(
    ("address", "count"),
    # Learner and place; learner; learner, courses, lessons, claims and recall.
    [(COURSE, 2), ("/courses/", 1), ("/learn/", 6), ("/", 1), ("/?revision=1", 1), ("/pricing/", 2)],
)
def test_a_learner_costs_few_queries_once_it_is_kept(
    client_for, learner_with_access, activity, django_assert_num_queries, address, count
):
    visitor = client_for(learner_with_access)
    visitor.get(address)
    with django_assert_num_queries(count):
        visitor.get(address)


def test_what_a_learner_did_costs_three_queries_once_the_rest_is_kept(
    learner_with_access, activity, django_assert_num_queries
):
    """Courses and lessons; claims. Where nothing is kept it is three more."""
    hand_in(learner_with_access, activity.course, right=4)
    claim_as(learner_with_access, activity.course)
    for count in (6, 3):
        with django_assert_num_queries(count):
            (study,) = get_studies(learner_with_access)
            (earned,), _ = get_credit(learner_with_access, completed={activity.course_id})
        assert (study.course, str(earned.credits)) == (activity.course, "1.25")


def test_words_of_staff_show_at_once(client_for, learner, activity, django_capture_on_commit_callbacks):
    visitor = client_for(learner)
    assert "Learn what to see." in visitor.get("/").content.decode()
    row = WordSet.objects.get(slug="home")
    row.words = {"headline": "Anew."}
    with django_capture_on_commit_callbacks(execute=True):
        row.save_revision().publish()
    assert "Anew." in visitor.get("/").content.decode()
    row.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        row.unpublish()
    assert "Learn what to see." in visitor.get("/").content.decode()


def test_an_edited_course_shows_everywhere(client_for, learner, activity, commit):
    visitor = client_for(learner)
    for address in (COURSE, "/courses/", "/learn/"):
        assert "Anew" not in visitor.get(address).content.decode()
    with commit:
        course = Course.objects.get()
        course.title = "Anew"
        course.save()
    for address in (COURSE, "/courses/", "/learn/"):
        assert "Anew" in visitor.get(address).content.decode()


def test_an_edited_activity_shows(client_for, learner, activity, commit):
    visitor = client_for(learner)
    visitor.get(COURSE)
    visitor.get("/courses/")
    with commit:
        activity.designation_statement, activity.max_credits = "Said anew.", Decimal("0.75")
        activity.save()
    assert "Said anew." in visitor.get(COURSE).content.decode()
    assert "0.75 credits" in visitor.get("/courses/").content.decode()


def test_a_renamed_type_of_credit_shows(client_for, learner_with_access, activity, course, commit):
    hand_in(learner_with_access, course, right=4)
    claim_as(learner_with_access, course)
    visitor = client_for(learner_with_access)
    visitor.get("/learn/")
    with commit:
        kind = CreditType.objects.get(pk=learner_with_access.claims.get().credit_type_id)
        kind.name = kind.plural = "Hours of merit"
        kind.save()
    assert "Hours of merit" in visitor.get("/learn/").content.decode()
