"""Reads of claims. The getters carry the permission: a learner's own."""

from django.db.models import QuerySet
from django.utils.translation import gettext

from accounts.models import User
from cme.claims.models import Claim
from courses.models import Completion, Course


def has_claimed(*, user: User, course: Course) -> bool:
    return Claim.objects.filter(user=user, activity__course=course).exists()


def get_claims(user: User) -> QuerySet[Claim]:
    return (
        Claim.objects.filter(user=user)
        .select_related("activity__course", "credit_type", "user")
        .prefetch_related("certificates")
        .order_by("-completed_on", "-claimed_at")
    )


def get_claim(*, user: User, course: Course) -> Claim | None:
    return get_claim_by_slug(user=user, slug=course.slug)


def get_claim_by_slug(*, user: User, slug: str) -> Claim | None:
    """The learner's claim for the course with this slug, which may be unpublished since."""
    return get_claims(user).filter(activity__course__slug=slug).first()


def get_unclaimed(user: User) -> QuerySet[Completion]:
    """What the learner has completed and not yet claimed credit for."""
    return (
        Completion.objects.filter(user=user, course__live=True, course__activity__isnull=False)
        .exclude(claims__user=user)
        .select_related("course__activity")
        .order_by("-completed_at")
    )


def why_no_refund(user: User) -> str:
    """Credit that was claimed stays on record for six years, so what opened it is not given back on request."""
    if not Claim.objects.filter(user=user).exists():
        return ""
    return gettext(
        "You have claimed CME credit, which stays yours. After that, no purchase is refunded automatically; contact us."
    )
