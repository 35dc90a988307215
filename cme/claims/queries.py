"""Reads of credit. The getters carry the permission: a learner's own claims, and what anyone may verify."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.http import Http404
from django.utils.translation import gettext

from accounts.models import Mail, User
from accounts.queries import has_access
from cme import errors
from cme.activities.models import Activity, CreditType
from cme.certificates.codes import normalize_code
from cme.certificates.models import Certificate, CertificateStatus
from cme.certificates.wording import amount_of, format_date
from cme.claims.models import Claim
from courses.learning.queries.progress import get_completion
from courses.models import Completion, Course
from courses.writing.published import kept_until_published

# A fresh row's own task is on its way.
SWEEP_AFTER = timedelta(minutes=1)

UNCLAIMED_MAIL = "unclaimed-credit"
# Most claim on the day itself. Who left it for two months has decided, and a new academy's first night stays calm.
REMIND_AFTER = timedelta(days=7)
REMIND_UNTIL = timedelta(days=60)


# --- For the pages of others ------------------------------------------------------------------------


def get_activity(course: Course) -> Activity | None:
    """The course's activity with its credit types, or None where the course offers no credit. Two queries."""
    return Activity.objects.filter(course=course).select_related("course").prefetch_related("credit_types").first()


@kept_until_published
def has_activity(course_id: int) -> bool:
    """Whether the course offers credit."""
    return Activity.objects.filter(course=course_id).exists()


def has_claimed(*, user: User, course: Course) -> bool:
    return Claim.objects.filter(user=user, activity__course=course).exists()


@dataclass(frozen=True)
class EarnedCredit:
    """How much of one credit type somebody has claimed. `amount` reads “2.5 AMA PRA Category 1 Credits™”."""

    credit_type: CreditType
    credits: Decimal
    is_demonstration: bool

    @property
    def amount(self) -> str:
        return amount_of(self.credits, self.credit_type)


def credits_earned(user: User) -> list[EarnedCredit]:
    """The learner's claimed credit, one entry a credit type; demonstration credit is counted apart. One query."""
    return sum_credits(Claim.objects.filter(user=user).select_related("credit_type", "activity"))


def sum_credits(claims: Iterable[Claim]) -> list[EarnedCredit]:
    totals: dict[tuple[CreditType, bool], Decimal] = defaultdict(Decimal)
    for claim in claims:
        totals[claim.credit_type, claim.activity.is_demonstration] += claim.credits
    return [EarnedCredit(kind, total, is_demonstration) for (kind, is_demonstration), total in totals.items()]


# --- The learner's own ------------------------------------------------------------------------------


def get_claims(user: User) -> QuerySet[Claim]:
    return (
        Claim.objects.filter(user=user)
        .select_related("activity__course", "credit_type", "certificate")
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


def get_uncertified(user: User) -> QuerySet[Claim]:
    """The learner's claims whose certificate is not made yet."""
    return get_claims(user).exclude(certificate__status=CertificateStatus.ISSUED)


def get_own_certificate(user: User, typed_code: str) -> Certificate:
    """The learner's own issued certificate. Another's is not there (404)."""
    certificate = _issued(typed_code).filter(claim__user=user).select_related("claim__activity__course").first()
    if certificate is None:
        raise Http404("You have no such certificate.")
    return certificate


# --- What can be claimed ----------------------------------------------------------------------------


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
    _check_dates(activity, completion, now=now, user=user)
    if not user.has_profile:
        raise errors.ProfileIncomplete(gettext("Add your name and your profession to your profile first."))
    if not has_access(user):
        raise errors.AccessNeeded(gettext("New claims need access to the courses."))
    return Offer(activity, completion, credit_type_for(activity, user.profession))


def why_no_refund(user: User) -> str:
    """Credit that was claimed stays on record for six years, so what opened it is not given back on request."""
    if not Claim.objects.filter(user=user).exists():
        return ""
    return gettext(
        "You have claimed CME credit, which stays yours. With that a purchase is not refunded by itself; contact us."
    )


def credit_type_for(activity: Activity, profession: str) -> CreditType:
    """The type that is awarded to the profession, or the one for everyone else."""
    types = list(activity.credit_types.all())
    for each in types:
        if profession in each.professions:
            return each
    for each in types:
        if not each.professions:
            return each
    raise errors.NoCreditForProfession(gettext("This activity offers no credit for your profession."))


def _check_dates(activity: Activity, completion: Completion, *, now: datetime, user: User) -> None:
    """All by the learner's own calendar, like the date of completion."""
    today = now.astimezone(user.zone).date()
    if activity.designated_on is None or today < activity.designated_on:
        raise errors.NotDesignated(gettext("This activity has not been designated for credit yet."))
    if completion.completed_on < activity.released_on:
        raise errors.NotDesignated(
            gettext(
                "You completed the course on {completed_on}, before it was released for credit on "
                "{released_on}. Credit cannot be designated afterwards."
            ).format(completed_on=format_date(completion.completed_on), released_on=format_date(activity.released_on))
        )
    if today > activity.expires_on:
        raise errors.Expired(
            gettext("Credit for this activity could be claimed until {expires_on}.").format(
                expires_on=format_date(activity.expires_on)
            )
        )


def can_be_claimed(completion: Completion, now: datetime) -> bool:
    try:
        get_offer(user=completion.user, course=completion.course, now=now)
    except errors.ClaimRefused:
        return False
    return True


def get_unreminded(now: datetime) -> QuerySet[Completion]:
    """Completed a while ago, not claimed, no mail written about it. Whether it can be claimed is asked one by one."""
    mails = Mail.objects.filter(kind=UNCLAIMED_MAIL, reference=Cast(OuterRef("pk"), CharField()))
    return (
        Completion.objects.filter(
            ~Exists(mails),
            ~Exists(Claim.objects.filter(user=OuterRef("user"), activity__course=OuterRef("course"))),
            user__is_active=True,
            course__live=True,
            course__activity__expires_on__gte=now.date() - timedelta(days=1),
            completed_at__range=(now - REMIND_UNTIL, now - REMIND_AFTER),
        )
        .select_related("user", "course__activity")
        .order_by("pk")
    )


# --- Anyone -----------------------------------------------------------------------------------------


def get_certificate_by_code(typed_code: str) -> Certificate:
    """An issued certificate, for whoever holds its code."""
    certificate = _issued(typed_code).first()
    if certificate is None:
        raise Http404("No certificate has this code.")
    return certificate


def _issued(typed_code: str) -> QuerySet[Certificate]:
    return Certificate.objects.issued().filter(code=normalize_code(typed_code) or "")


# --- The sweep and the studio -----------------------------------------------------------------------


def get_overdue_certificates(now: datetime) -> QuerySet[Certificate]:
    """Certificates that a lost message left behind. Their mails are rows of their own."""
    return Certificate.objects.due().filter(created_at__lt=now - SWEEP_AFTER).order_by("created_at")


def get_held_certificates() -> QuerySet[Certificate]:
    """What needs a person."""
    return Certificate.objects.held().select_related("claim__user", "claim__activity__course")
