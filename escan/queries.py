"""Reads of the people's pages, of messages to staff, and of what joins courses and credit."""

from dataclasses import dataclass
from typing import NamedTuple

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from accounts.models import User
from cme.activities.queries import offers_credit
from cme.claims.queries import has_claimed
from core.durations import clock
from courses.assessment.queries.attempts import get_open_attempt
from courses.learning.queries.left import Left, get_left
from courses.learning.queries.outlines import Outline
from escan.models import ContactMessage, InformationPage


def get_page(slug: str) -> InformationPage:
    page = InformationPage.objects.filter(slug=slug, live=True).first()
    if page is None:
        raise Http404("This page is not published.")
    return page


def count_open_messages() -> int:
    return ContactMessage.objects.filter(handled_at=None).count()


class LeftLesson(NamedTuple):
    title: str
    url: str
    is_open: bool
    unwatched: tuple[tuple[int, str], ...]
    """Seconds and title of each video that is still to be watched."""
    unanswered: int
    """Checks that are still to be answered."""


class LeftCourse(NamedTuple):
    slug: str
    url: str
    passing_score: int
    correct_to_pass: int
    post_test_questions: int


class LeftRows(NamedTuple):
    """What is left as a page shows it: the same for all who are equally far, who get the same rendered lines."""

    is_nothing: bool
    lessons: tuple[LeftLesson, ...]
    work: str
    """What stands in the lessons, in brief: checks to answer, video to watch."""
    post_test: bool
    is_post_test_open: bool
    is_under_way: bool
    needs_access: bool
    claim: bool
    course: LeftCourse


@dataclass(frozen=True)
class LeftForCredit:
    """Everything that stands between a learner and the credit of a course, or its completion where it has none."""

    course: Left
    outline: Outline
    has_activity: bool
    """One whose credit can be claimed today."""
    has_claimed: bool

    @property
    def is_nothing(self) -> bool:
        return not self.course.post_test and (self.has_claimed or not self.has_activity)

    @property
    def claim(self) -> bool:
        return self.has_activity and not self.has_claimed

    @property
    def rows(self) -> LeftRows:
        left, course = self.course, self.outline.course
        return LeftRows(
            is_nothing=self.is_nothing,
            lessons=tuple(
                LeftLesson(
                    item.lesson.title,
                    item.lesson.url,
                    item.is_open,
                    tuple((video.left, video.video.title) for video in item.unwatched),
                    len(item.unanswered),
                )
                for item in left.lessons
            ),
            work=tell_work(left),
            post_test=left.post_test,
            is_post_test_open=left.is_post_test_open,
            is_under_way=left.attempt is not None,
            needs_access=left.needs_access,
            claim=self.claim,
            course=LeftCourse(
                course.slug,
                course.get_absolute_url(),
                course.passing_score,
                self.outline.correct_to_pass,
                self.outline.post_test_questions,
            ),
        )


def tell_work(left: Left) -> str:
    told = []
    if left.unanswered:
        told.append(ngettext("%(n)d check", "%(n)d checks", left.unanswered) % {"n": left.unanswered})
    if left.unwatched_seconds:
        told.append(gettext("{time} of video").format(time=clock(left.unwatched_seconds)))
    return ", ".join(told)


def find_left_for_credit(user: User, outline: Outline) -> LeftForCredit:
    """One query where the post-test is open, or the course is completed; otherwise none."""
    attempt = get_open_attempt(user=user, course=outline.course) if outline.standing.awaits_post_test else None
    return LeftForCredit(
        course=get_left(outline, user=user, attempt=attempt),
        outline=outline,
        has_activity=offers_credit(outline.course.pk, timezone.now().astimezone(user.zone).date()),
        # Nobody claims before.
        has_claimed=outline.is_completed and has_claimed(user=user, course=outline.course),
    )
