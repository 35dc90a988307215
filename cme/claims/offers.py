"""What a learner can claim now, or what stands in the way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext

from accounts.models import User
from accounts.names import explain_name
from accounts.queries import has_access
from cme import errors
from cme.activities.models import Activity, CreditType
from cme.activities.queries import check_dates, credit_type_for, get_activity
from courses.learning.queries.progress import get_completion
from courses.models import Completion, Course
from courses.writing.queries import get_past_slugs
from imaging.testsets.queries import has_passed


@dataclass(frozen=True)
class Offer:
    """The credit that a learner can claim now."""

    activity: Activity
    completion: Completion
    credit_type: CreditType

    @property
    def amounts(self) -> list[Decimal]:
        """From the smallest step to the maximum, the largest first."""
        step = self.credit_type.increment
        return [step * count for count in range(int(self.activity.max_credits / step), 0, -1)]


def get_offer(*, user: User, course: Course, now: datetime) -> Offer:
    """Raises a ClaimRefused that says what stands in the way."""
    activity = get_activity(course)
    if activity is None:
        raise errors.NoActivity(gettext("This course offers no CME credit."))
    completion = get_completion(user=user, course=course)
    if completion is None:
        raise errors.NotCompleted(gettext("Credit is claimed after the course is completed."))
    return _make_offer(user, activity, completion, has_access=lambda: has_access(user), now=now)


def _make_offer(
    user: User, activity: Activity, completion: Completion, *, has_access: Callable[[], bool], now: datetime
) -> Offer:
    check_dates(activity, completion, now=now, user=user)
    if not user.has_profile:
        raise errors.ProfileIncomplete(gettext("Add your name and your profession to your profile first."))
    if problems := explain_name(user.name):
        raise errors.ProfileIncomplete(
            gettext("Your name cannot be printed as it stands. {problems}").format(problems=" ".join(problems))
        )
    if not has_access():
        raise errors.AccessNeeded(gettext("New claims need access to the courses."))
    course = completion.course
    if settings.TEST_SET_REQUIRED and not has_passed(user, course=course.slug, once=get_past_slugs(course)):
        raise errors.TestSetLeft(gettext("Pass the test set first: the page of the course names it."))
    return Offer(activity, completion, credit_type_for(activity, user.profession))


def find_obstacle(*, user: User, activity: Activity, completion: Completion, has_access: bool, now: datetime) -> str:
    """Why credit cannot be claimed for what was completed, from rows that are read already; empty where it can."""
    try:
        _make_offer(user, activity, completion, has_access=lambda: has_access, now=now)
    except errors.ClaimRefused as why:
        return str(why)
    return ""


def can_be_claimed(completion: Completion, now: datetime) -> bool:
    try:
        get_offer(user=completion.user, course=completion.course, now=now)
    except errors.ClaimRefused:
        return False
    return True
