"""Reads of the people's pages, of messages to staff, and of what joins courses and credit."""

from dataclasses import dataclass

from django.http import Http404

from accounts.models import User
from cme.activities.queries import has_activity
from cme.claims.queries import has_claimed
from courses.assessment.queries.attempts import get_open_attempt
from courses.learning.queries.left import Left, get_left
from courses.learning.queries.outlines import Outline
from courses.models import Attempt
from escan.models import ContactMessage, InformationPage


def get_page(slug: str) -> InformationPage:
    page = InformationPage.objects.filter(slug=slug, live=True).first()
    if page is None:
        raise Http404("This page is not published.")
    return page


def count_open_messages() -> int:
    return ContactMessage.objects.filter(handled_at=None).count()


@dataclass(frozen=True)
class LeftForCredit:
    """Everything that stands between a learner and the credit of a course, or its completion where it has none."""

    course: Left
    has_activity: bool
    has_claimed: bool

    @property
    def is_nothing(self) -> bool:
        return not self.course.post_test and (self.has_claimed or not self.has_activity)

    @property
    def claim(self) -> bool:
        return self.has_activity and not self.has_claimed


def get_left_for_credit(
    *, user: User, outline: Outline, attempt: Attempt | None, has_activity: bool, has_claimed: bool
) -> LeftForCredit:
    return LeftForCredit(get_left(outline, user=user, attempt=attempt), has_activity, has_claimed)


def find_left_for_credit(user: User, outline: Outline) -> LeftForCredit:
    """One query where the post-test is open, or the course is completed; otherwise none."""
    return get_left_for_credit(
        user=user,
        outline=outline,
        attempt=get_open_attempt(user=user, course=outline.course) if outline.standing.awaits_post_test else None,
        has_activity=has_activity(outline.course.pk),
        # Nobody claims before.
        has_claimed=outline.is_completed and has_claimed(user=user, course=outline.course),
    )
