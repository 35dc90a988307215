"""Two accounts of one person become one: credit for one activity counts once."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from cme.certificates.models import Certificate, CertificateStatus
from cme.certificates.services import withdraw_certificate
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
def take_over(*, user: User, other: User, by: User) -> dict[str, list[str]]:
    """After the completions. A claim that is not taken stays with the account that closes, and its certificate ends."""
    ended = claimed_by_both(user=user, other=other)
    for claim in ended:
        end_certificates(claim, by=by)
    taken = Claim.objects.filter(user=other).exclude(pk__in=[claim.pk for claim in ended])
    titles = list(taken.values_list("activity__course__title", flat=True))
    if taken.exclude(completion__in=Completion.objects.filter(user=user)).exists():
        raise AssertionError("a claim follows its completion")
    taken.update(user=user)
    return {"claims": titles, "ended_claims": [str(claim.activity) for claim in ended]}


def end_certificates(claim: Claim, *, by: User) -> None:
    reason = gettext("Credit for this activity was claimed in another account of the same person, which stands.")
    for certificate in Certificate.objects.standing().filter(claim=claim):
        if not withdraw_certificate(certificate_id=certificate.pk, reason=reason, by=by):
            # It waits to be made, or cannot be printed: it never will be.
            Certificate.objects.filter(pk=certificate.pk).update(
                status=CertificateStatus.WITHDRAWN, ended_at=timezone.now(), withdrawn_because=reason
            )
