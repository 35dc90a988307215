"""The sums of what somebody has claimed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from cme.activities.formats import amount_of
from cme.activities.models import Activity, CreditType
from cme.activities.queries import get_credit_types
from cme.claims.models import Claim
from cme.claims.queries import get_unclaimed
from courses.models import Completion


@dataclass(frozen=True)
class EarnedCredit:
    """How much of one credit type somebody has claimed. `amount` reads “2.5 AMA PRA Category 1 Credits™”."""

    credit_type: CreditType
    credits: Decimal
    is_demonstration: bool

    @property
    def amount(self) -> str:
        return amount_of(self.credits, self.credit_type)


def get_credit(user: User, *, completed: set[int]) -> tuple[list[EarnedCredit], list[Completion]]:
    """What the learner has claimed, and what they can claim today of these courses, which they have completed.

    One query, and one more where a course is not claimed.
    """
    claims = list(
        Claim.objects.filter(user=user).values_list(
            "credit_type", "credits", "activity__is_demonstration", "activity__course"
        )
    )
    types = get_credit_types() if claims else {}
    sums = _sum((types[pk], amount, is_demonstration) for pk, amount, is_demonstration, _ in claims)
    is_all_claimed = completed <= {course for *_, course in claims}
    if is_all_claimed:
        return sums, []
    today = timezone.now().astimezone(user.zone).date()
    return sums, list(get_unclaimed(user).filter(course__activity__in=Activity.objects.claimable(today)))


def sum_credits(claims: Iterable[Claim]) -> list[EarnedCredit]:
    """One entry a credit type; demonstration credit is counted apart."""
    return _sum((claim.credit_type, claim.credits, claim.activity.is_demonstration) for claim in claims)


def _sum(claims: Iterable[tuple[CreditType, Decimal, bool]]) -> list[EarnedCredit]:
    totals: dict[tuple[CreditType, bool], Decimal] = defaultdict(Decimal)
    for credit_type, amount, is_demonstration in claims:
        totals[credit_type, is_demonstration] += amount
    return [EarnedCredit(kind, total, is_demonstration) for (kind, is_demonstration), total in totals.items()]
