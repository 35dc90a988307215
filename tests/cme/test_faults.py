"""What an accredited activity lacks is told with its course, and to the office of CME."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from cme.models import Activity, CreditType
from core.faults import check
from courses.faults.tasks import look_at_what_is_live
from courses.models import Course, StandingFault
from tests.cme.conftest import make_activity as make_activity
from tests.cme.conftest import make_course as make_course
from tests.cme.conftest import today as today


@pytest.fixture
def activity(make_activity) -> Activity:
    row = make_activity()
    Activity.objects.update(max_credits=Decimal("0.25"))
    CreditType.objects.update(checked_on=timezone.localdate())
    return Activity.objects.get(pk=row.pk)


def codes(activity: Activity) -> set[str]:
    return {
        fault.code for fault in check(Course.objects.get(pk=activity.course_id)) if fault.code.startswith("activity-")
    } - {"activity-no-faculty"}


def test_whole_activity_lacks_nothing(activity):
    assert codes(activity) == set()


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"designated_on": None}, "activity-not-designated"),
        ({"method": " "}, "activity-untold"),
        ({"support_statement": ""}, "activity-untold"),
        ({"max_credits": Decimal("9.00")}, "activity-credits-above-minutes"),
        ({"review_years": 0}, "activity-expires-late"),
    ],
)
def test_gap_of_an_activity_is_told_and_stops_nothing(activity, changes, code):
    Activity.objects.filter(pk=activity.pk).update(**changes)
    assert codes(activity) == {code}
    course = Course.objects.get(pk=activity.course_id)
    [fault] = [fault for fault in check(course) if fault.code == code]
    assert fault.stops is False
    assert fault.address.startswith(f"/studio/snippets/cme/activity/edit/{activity.pk}/#:w:contentpath=")


@pytest.mark.parametrize(("days", "found"), [(-1, {"activity-expired"}), (0, {"activity-expires-soon"}), (91, set())])
def test_expiry(activity, days, found):
    today = timezone.localdate()
    dates = {"released_on": today - 400 * DAY, "designated_on": today - 400 * DAY, "expires_on": today + days * DAY}
    Activity.objects.filter(pk=activity.pk).update(reviewed_on=None, review_years=3, **dates)
    assert codes(activity) == found


def test_rules_that_nobody_looked_up_for_a_year(activity):
    CreditType.objects.update(checked_on=timezone.localdate() - 366 * DAY)
    assert codes(activity) == {"activity-rules-old"}


def test_types_of_credit(activity):
    activity.credit_types.clear()
    assert codes(activity) == {"activity-no-credit-types"}


def test_faculty_is_named_where_credit_is_offered(activity):
    course = Course.objects.get(pk=activity.course_id)
    assert ("activity-no-faculty" in {fault.code for fault in check(course)}) is not course.faculty.exists()


def test_night_tells_the_office(activity, client_for, admin, author):
    Activity.objects.filter(pk=activity.pk).update(support_statement=" ")
    look_at_what_is_live()
    row = StandingFault.objects.get(code="activity-untold")
    assert (row.kind, row.row, row.course_id) == ("cme.activity", activity.pk, activity.course_id)
    assert "It does not tell learners its support statement." in client_for(admin).get("/studio/").content.decode()
    assert "support statement" not in client_for(author).get("/studio/").content.decode()
