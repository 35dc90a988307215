"""Every write of credit."""

import hashlib
import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, TypeVar

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.log_actions import log

from accounts.leaving import entries_about
from accounts.mails import offer_mail, queue_mail
from accounts.models import DELETED_ACCOUNT, User
from accounts.queries import has_access
from cme import errors
from cme.activities.models import Activity, CreditType
from cme.certificates.codes import new_code
from cme.certificates.models import Certificate, CertificateStatus
from cme.certificates.rendering import RenderingError, render_certificate
from cme.certificates.wording import (
    ATTESTATION,
    certificate_fields,
    format_credits,
    from_snapshot,
    printed_name,
    to_snapshot,
)
from cme.claims import evaluation
from cme.claims.models import Claim, Evaluation
from cme.claims.queries import UNCLAIMED_MAIL, Offer, can_be_claimed, get_offer, get_unreminded
from core.enqueue import enqueue
from courses.models import Course

Row = TypeVar("Row", CreditType, Activity)

CERTIFICATE_MAIL = "certificate"

logger = logging.getLogger(__name__)

# --- Claims -----------------------------------------------------------------------------------------


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
    )
    certificate = Certificate(claim=claim, code=new_code(), created_at=now)
    certificate.fields = to_snapshot(
        certificate_fields(
            user=user,
            activity=offer.activity,
            credit_type=offer.credit_type,
            completion=offer.completion,
            amount=amount,
            code=certificate.code,
            verify_url=certificate.verify_url,
            issued_on=now.astimezone(user.zone).date(),
        )
    )
    certificate.save()
    log(claim, "cme.claim", user=user, data={"credits": str(amount), "credit_type": offer.credit_type.slug})
    enqueue_certificate(certificate)
    return claim


# --- Certificates -----------------------------------------------------------------------------------


def enqueue_certificate(certificate: Certificate) -> None:
    enqueue("cme.certificates.tasks.issue_certificate", certificate.pk)


def issue_certificate(*, certificate_id: int) -> None:
    """Make the file, keep it and have it mailed. What cannot be printed is held.

    Safe to run any number of times, also at once: one call issues, and with that writes the one mail.
    """
    certificate = Certificate.objects.select_related("claim__user").get(pk=certificate_id)
    if certificate.status != CertificateStatus.DUE:
        return
    try:
        pdf = _render(certificate)
    except RenderingError as error:
        _hold(certificate, problem=str(error))
        return
    # The storage may be another machine, so it is asked outside of any transaction.
    name = default_storage.save(f"certificates/{certificate.code}.pdf", File(BytesIO(pdf)))
    is_kept = _keep(certificate, file=name, sha256=hashlib.sha256(pdf).hexdigest())
    # A bucket may have given two workers the same name; then the file is the one that was kept.
    if not is_kept and not Certificate.objects.filter(file=name).exists():
        default_storage.delete(name)


def _render(certificate: Certificate) -> bytes:
    return render_certificate(from_snapshot(certificate.fields), made_at=certificate.claim.claimed_at)


@transaction.atomic
def _keep(certificate: Certificate, *, file: str, sha256: str) -> bool:
    is_first = (
        Certificate.objects.due()
        .filter(pk=certificate.pk)
        .update(status=CertificateStatus.ISSUED, file=file, sha256=sha256, issued_at=timezone.now(), problem="")
    )
    if is_first:
        log(certificate, "cme.issue_certificate", data={"sha256": sha256})
        # Whoever leaves does so under the same lock: the certificate is made, and no mail follows them.
        user = User.objects.select_for_update(no_key=True).get(pk=certificate.claim.user_id)
        if not user.deleted_at:
            queue_mail(kind=CERTIFICATE_MAIL, reference=str(certificate.pk), to=user.email, user=user)
    return bool(is_first)


@transaction.atomic
def _hold(certificate: Certificate, *, problem: str) -> None:
    if Certificate.objects.due().filter(pk=certificate.pk).update(status=CertificateStatus.HELD, problem=problem):
        log(certificate, "cme.hold_certificate", data={"problem": problem})


@transaction.atomic
def retry_certificate(*, certificate_id: int, by: User) -> bool:
    """Make a held certificate again, with the name as it is in the profile now. False where it was not held."""
    certificate = (
        Certificate.objects.held()
        .select_for_update(of=("self",))
        .select_related("claim__user")
        .filter(pk=certificate_id)
        .first()
    )
    if certificate is None:
        return False
    # The profile of somebody who left is empty: the name as it was claimed with stays.
    if not certificate.claim.user.deleted_at:
        certificate.fields |= printed_name(certificate.claim.user)
    certificate.status = CertificateStatus.DUE
    certificate.problem = ""
    certificate.save(update_fields=["fields", "status", "problem"])
    log(certificate, "cme.retry_certificate", user=by)
    enqueue_certificate(certificate)
    return True


def read_certificate(*, certificate: Certificate) -> bytes:
    """The PDF of an issued certificate. A stored file that is gone is made again from the row alone (decision 16)."""
    try:
        with default_storage.open(certificate.file) as file:
            return bytes(file.read())
    except FileNotFoundError:
        return _remake(certificate)


def _remake(certificate: Certificate) -> bytes:
    pdf = _render(certificate)
    sha256 = hashlib.sha256(pdf).hexdigest()
    if sha256 != certificate.sha256:
        # Another version of typst or of a font: the same words, but not the file that was issued, so it is not kept.
        logger.error("The file of certificate %s is gone, and made again it differs: sha256 %s", certificate, sha256)
        return pdf
    logger.warning("The file of certificate %s was gone and is made again", certificate)
    name = default_storage.save(certificate.file, File(BytesIO(pdf)))
    if name != certificate.file:
        # Somebody else was as quick, and the storage gave this one another name.
        default_storage.delete(name)
        return pdf
    log(certificate, "cme.remake_certificate", data={"sha256": sha256})
    return pdf


# --- Who has not claimed, and who leaves ---------------------------------------------------------------


def remind_of_credit() -> int:
    """Offer a mail to whoever left credit unclaimed; the mail's row keeps it at one a completion. Returns how many."""
    now = timezone.now()
    offered = 0
    for completion in get_unreminded(now).iterator(chunk_size=500):
        if can_be_claimed(completion, now) and offer_mail(
            kind=UNCLAIMED_MAIL, reference=str(completion.pk), user=completion.user
        ):
            offered += 1
    return offered


@transaction.atomic
def forget_person(*, user: User) -> None:
    """Claims and certificates are the record of credit and stay as they are; the studio's log loses the name."""
    entries_about(Claim.objects.filter(user=user)).update(label=DELETED_ACCOUNT)


# --- The CME office's data --------------------------------------------------------------------------


@transaction.atomic
def upsert_credit_type(*, slug: str, **fields: Any) -> CreditType:
    """Write a credit type as given. Raises ValidationError where a rule of the model is broken."""
    credit_type = CreditType.objects.filter(slug=slug).first() or CreditType(slug=slug)
    _write(credit_type, fields)
    log(credit_type, "cme.write_credit_type", data={"slug": slug, **fields})
    return credit_type


@transaction.atomic
def upsert_activity(*, course: Course, credit_types: Iterable[str], **fields: Any) -> Activity:
    """Write a course's activity as given; `credit_types` are slugs. Raises ValidationError like its sibling."""
    activity = _write(Activity.objects.filter(course=course).first() or Activity(course=course), fields)
    slugs = list(credit_types)
    activity.credit_types.set([CreditType.objects.get(slug=slug) for slug in slugs])
    log(activity, "cme.write_activity", data={"course": course.slug, "credit_types": slugs, **fields})
    return activity


def _write(row: Row, fields: Mapping[str, Any]) -> Row:
    for name, value in fields.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    return row
