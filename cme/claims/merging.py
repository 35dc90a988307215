"""Two accounts of one person become one: credit for one activity counts once."""

from django.db import transaction

from accounts.models import User
from cme.claims.models import Claim
from courses.models import Completion


def claimed_by_both(*, user: User, other: User) -> list[Claim]:
    """The claims of `other` for activities that `user` claimed credit for, too: they do not count any more."""
    mine = Claim.objects.filter(user=user).values("activity")
    return list(Claim.objects.filter(user=other, activity__in=mine).select_related("activity__course"))


def claimed_alone(*, user: User, other: User) -> set[int]:
    """Courses for which `other` claimed credit, and `user` did not."""
    mine = Claim.objects.filter(user=user).values("activity")
    theirs = Claim.objects.filter(user=other).exclude(activity__in=mine)
    return set(theirs.values_list("activity__course", flat=True))


@transaction.atomic
def take_over(*, user: User, other: User) -> dict[str, list[str]]:
    """After the completions, which claims stand on."""
    taken = Claim.objects.filter(user=other)
    titles = list(taken.values_list("activity__course__title", flat=True))
    if taken.exclude(completion__in=Completion.objects.filter(user=user)).exists():
        raise AssertionError("a claim follows its completion")
    taken.update(user=user)
    return {"claims": titles, "ended_claims": []}
