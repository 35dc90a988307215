"""What a learner can claim now, or what stands in the way."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext

from accounts.models import User
from accounts.queries import has_access
from cme import errors
from cme.activities.models import Activity, CreditType
from cme.activities.queries import check_dates, credit_type_for, get_activity
from courses.learning.queries.progress import get_completion
from courses.models import Completion, Course


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
    check_dates(activity, completion, now=now, user=user)
    if not user.has_profile:
        raise errors.ProfileIncomplete(gettext("Add your name and your profession to your profile first."))
    if not has_access(user):
        raise errors.AccessNeeded(gettext("New claims need access to the courses."))
    return Offer(activity, completion, credit_type_for(activity, user.profession))


def can_be_claimed(completion: Completion, now: datetime) -> bool:
    try:
        get_offer(user=completion.user, course=completion.course, now=now)
    except errors.ClaimRefused:
        return False
    return True
