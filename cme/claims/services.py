"""Every write of claims."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.log_actions import log

from accounts.leaving import entries_about
from accounts.models import DELETED_ACCOUNT, User
from accounts.queries import has_access
from cme import errors
from cme.activities.formats import format_credits
from cme.certificates.models import Correction, CorrectionStatus
from cme.certificates.services import order_certificate
from cme.claims import evaluation
from cme.claims.attestation import ATTESTATION
from cme.claims.models import Claim, Evaluation
from cme.claims.offers import Offer, get_offer
from courses.models import Course


def claim_credit(
    *, user: User, course: Course, amount: Decimal, is_attested: bool, answers: Mapping[str, str]
) -> Claim:
    """Record the claim and have its certificate made. Raises a ClaimRefused with the reason."""
    now = timezone.now()
    if Claim.objects.filter(user=user, activity__course=course).exists():
        raise errors.AlreadyClaimed(gettext("You have already claimed credit for this activity."))
    offer = get_offer(user=user, course=course, now=now)
    _check_amount(offer, amount)
    if not is_attested:
        raise errors.AttestationMissing(gettext("Confirm that you took part in the activity."))
    if not evaluation.is_complete(dict(answers)):
        raise errors.EvaluationIncomplete(gettext("Answer the questions of the evaluation."))
    try:
        return _record_claim(user=user, offer=offer, amount=amount, answers=answers, now=now)
    except IntegrityError:
        # Two requests at once: the constraint lets one through.
        if Claim.objects.filter(user=user, activity=offer.activity).exists():
            raise errors.AlreadyClaimed(gettext("You have already claimed credit for this activity.")) from None
        raise


def _check_amount(offer: Offer, amount: Decimal) -> None:
    step, most = offer.credit_type.increment, offer.activity.max_credits
    if not amount.is_finite() or amount < step:
        raise errors.WrongAmount(
            gettext("The smallest amount that can be claimed is {step}.").format(step=format_credits(step))
        )
    if amount > most:
        raise errors.WrongAmount(
            gettext("At most {most} can be claimed for this activity.").format(most=format_credits(most))
        )
    if amount % step:
        raise errors.WrongAmount(gettext("Credit is claimed in steps of {step}.").format(step=format_credits(step)))


@transaction.atomic
def _record_claim(*, user: User, offer: Offer, amount: Decimal, answers: Mapping[str, str], now: datetime) -> Claim:
    # A refund is asked for under the same lock: what is given back earns no credit.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not has_access(user):
        raise errors.AccessNeeded(gettext("New claims need access to the courses."))
    answered = Evaluation.objects.create(activity=offer.activity, answers=dict(answers), submitted_at=now)
    claim = Claim.objects.create(
        user=user,
        activity=offer.activity,
        completion=offer.completion,
        evaluation=answered,
        credit_type=offer.credit_type,
        credits=amount,
        profession=user.profession,
        attestation=ATTESTATION,
        completed_on=offer.completion.completed_on,
        claimed_at=now,
        claimed_on=max(now.astimezone(user.zone).date(), offer.completion.completed_on),
    )
    log(claim, "cme.claim", user=user, data={"credits": str(amount), "credit_type": offer.credit_type.slug})
    order_certificate(claim=claim)
    return claim


@transaction.atomic
def forget_person(*, user: User) -> None:
    """Claims and certificates are the record of credit and stay as they are; the studio's log loses the name.

    Of corrections the fact stays, without what the person wrote.
    """
    corrections = Correction.objects.filter(certificate__claim__user=user)
    corrections.exclude(status=CorrectionStatus.CONFIRMED).delete()
    corrections.update(reason="")
    entries_about(Claim.objects.filter(user=user)).update(label=DELETED_ACCOUNT)
