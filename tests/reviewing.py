"""Review in tests: left out where it is not the point, and people of its three roles."""

from typing import Any

from django.contrib.auth.models import Group
from wagtail.models import Revision

from accounts.models import Profession, User
from courses.models import Course
from reviews.gate import let_through
from reviews.models import Act, ReviewSetting, Submission
from reviews.services.deciding import approve
from reviews.services.sending import send
from tests.conftest import make_user


def do_without_review(course: Course | None = None) -> None:
    """The course, or all guides: authors publish."""
    scope = f"course/{course.pk}" if course else "guides"
    ReviewSetting.objects.update_or_create(scope=scope, defaults={"medical": False, "cme": False})


def ask_for_review(course: Course | None = None, *, medical: bool = True, cme: bool = True) -> None:
    """As a course is that nobody set anything for."""
    scope = f"course/{course.pk}" if course else "guides"
    ReviewSetting.objects.update_or_create(scope=scope, defaults={"medical": medical, "cme": cme})


def make_colleague(email: str, role: str, **fields: Any) -> User:
    user = make_user(email, **fields)
    user.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=user.pk)


def make_reviewer(email: str = "reviewer@example.org", **fields: Any) -> User:
    known = {"name": "Rita Reviewer, MD", "profession": Profession.PHYSICIAN}
    return make_colleague(email, "Medical reviewers", **{**known, **fields})


def make_office(email: str = "office@example.org") -> User:
    return make_colleague(email, "CME office", name="Oscar Office")


def go_through(row: Any, *, author: User, reviewer: User) -> Submission:
    """Sent and approved."""
    (sent,) = send(rows=[row], note="", by=author)
    return approve(submission_id=sent.pk, said="", by=reviewer)


def publish(revision: Revision) -> None:
    """As if it had gone through review, where that is not the point."""
    with let_through(Act.WENT_LIVE):
        revision.publish()
