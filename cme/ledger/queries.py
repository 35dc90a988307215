"""The sums of what somebody has claimed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from accounts.models import User
from cme.activities.formats import amount_of
from cme.activities.models import CreditType
from cme.claims.models import Claim


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
