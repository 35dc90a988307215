"""Every write of certificates: ordered with the claim, made, held, corrected, withdrawn.

Rows are locked in this order: the learner, the certificate, its corrections.
"""

import hashlib
import logging
from io import BytesIO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.log_actions import log

from accounts.mail.emails import build_email
from accounts.mail.services import queue_mail, queue_notice
from accounts.models import User
from accounts.names import tidy_name
from cme.certificates.codes import new_code
from cme.certificates.errors import CannotCorrect, FileDamaged
from cme.certificates.models import Certificate, CertificateStatus, Correction, CorrectionStatus
from cme.certificates.rendering import RenderingError, render_certificate
from cme.certificates.wording import certificate_fields, from_snapshot, printed_name, replacing_fields, to_snapshot
from cme.claims.models import Claim
from core.enqueue import enqueue

CERTIFICATE_MAIL = "certificate"
CORRECTION_REFUSED_MAIL = "correction-refused"
WITHDRAWN_MAIL = "certificate-withdrawn"

logger = logging.getLogger(__name__)


def order_certificate(*, claim: Claim) -> Certificate:
    """Write down every word of the document as it is at this moment, and have the file made."""
    certificate = Certificate(claim=claim, code=new_code(), created_at=claim.claimed_at)
    certificate.fields = to_snapshot(
        certificate_fields(
            user=claim.user,
            activity=claim.activity,
            credit_type=claim.credit_type,
            completion=claim.completion,
            amount=claim.credits,
            code=certificate.code,
            verify_url=certificate.verify_url,
            issued_on=claim.claimed_day,
        )
    )
    certificate.save()
    enqueue_certificate(certificate)
    return certificate


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
    made_at = certificate.created_at if certificate.replaces_id else certificate.claim.claimed_at
    return render_certificate(from_snapshot(certificate.fields), made_at=made_at)


@transaction.atomic
def _keep(certificate: Certificate, *, file: str, sha256: str) -> bool:
    # Whoever leaves does so under the same lock: the certificate is made, and no mail follows them.
    user = User.objects.select_for_update(no_key=True).get(pk=certificate.claim.user_id)
    is_first = (
        Certificate.objects.due()
        .filter(pk=certificate.pk)
        .update(status=CertificateStatus.ISSUED, file=file, sha256=sha256, issued_at=timezone.now(), problem="")
    )
    if is_first:
        log(certificate, "cme.issue_certificate", data={"sha256": sha256})
        if not user.deleted_at:
            queue_mail(kind=CERTIFICATE_MAIL, reference=str(certificate.pk), to=user.email, user=user)
    return bool(is_first)


@transaction.atomic
def _hold(certificate: Certificate, *, problem: str) -> None:
    if Certificate.objects.due().filter(pk=certificate.pk).update(status=CertificateStatus.HELD, problem=problem):
        log(certificate, "cme.hold_certificate", data={"problem": problem})


@transaction.atomic
def retry_certificate(*, certificate_id: int, by: User, name: str = "") -> bool:
    """Make a held certificate again. False where it was not held.

    Without another name it takes the one that is in the profile now; one that takes the place of another keeps the name
    that staff confirmed.
    """
    certificate = (
        Certificate.objects.held()
        .select_for_update(of=("self",))
        .select_related("claim__user")
        .filter(pk=certificate_id)
        .first()
    )
    if certificate is None:
        return False
    user = certificate.claim.user
    # The profile of somebody who left is empty: the name as it was claimed with stays.
    if not certificate.replaces_id and not user.deleted_at:
        name = name or user.name
    if name:
        certificate.fields |= printed_name(name, user)
    certificate.status = CertificateStatus.DUE
    certificate.problem = ""
    certificate.save(update_fields=["fields", "status", "problem"])
    log(certificate, "cme.retry_certificate", user=by)
    enqueue_certificate(certificate)
    return True


# --- Corrected, issued anew, withdrawn -----------------------------------------------------------------


@transaction.atomic
def ask_for_correction(*, certificate: Certificate, name: str, reason: str) -> Correction:
    """The learner asks for the certificate with another name. Raises CannotCorrect with the reason."""
    locked = _lock(certificate.pk)
    if not locked.is_issued:
        raise CannotCorrect(gettext("This certificate does not stand any more: look at your credit again."))
    if tidy_name(name) == locked.fields["name"]:
        raise CannotCorrect(gettext("This name is on the certificate already."))
    try:
        with transaction.atomic():
            correction = Correction.objects.create(certificate=locked, name=name, reason=reason)
    except IntegrityError:
        raise CannotCorrect(gettext("You have asked already, and the office has not answered yet.")) from None
    log(locked, "cme.ask_for_correction", user=locked.claim.user)
    return correction


@transaction.atomic
def take_back_correction(*, certificate: Certificate) -> bool:
    """The learner thought better of it. False where it was answered before."""
    taken_back, _ = Correction.objects.open().filter(certificate=certificate).delete()
    if taken_back:
        log(certificate, "cme.take_back_correction", user=certificate.claim.user)
    return bool(taken_back)


@transaction.atomic
def confirm_correction(*, correction_id: int, by: User) -> Certificate | None:
    """Issue the certificate anew with the name that was asked for. None where somebody answered before."""
    correction = _answer(correction_id, CorrectionStatus.CONFIRMED)
    return _replace(correction.certificate, name=correction.name, by=by) if correction else None


@transaction.atomic
def refuse_correction(*, correction_id: int, answer: str, by: User) -> bool:
    """Leave the certificate as it is, and mail the learner why. False where somebody answered before."""
    correction = _answer(correction_id, CorrectionStatus.REFUSED, answer=answer)
    if correction is None:
        return False
    log(correction.certificate, "cme.refuse_correction", user=by, data={"answer": answer})
    _tell(correction.certificate, kind=CORRECTION_REFUSED_MAIL, reference=correction.pk)
    return True


def _answer(correction_id: int, status: CorrectionStatus, *, answer: str = "") -> Correction | None:
    """Whoever answers first has answered; the certificate is locked from then on."""
    correction = Correction.objects.open().filter(pk=correction_id).first()
    if correction is None:
        return None
    correction.certificate = _lock(correction.certificate_id)
    values = {"status": status, "answer": answer, "answered_at": timezone.now()}
    if not Correction.objects.open().filter(pk=correction_id).update(**values):
        return None
    return correction


@transaction.atomic
def reissue_certificate(*, certificate_id: int, by: User, name: str = "") -> Certificate | None:
    """Issue it anew: with another name, after its file was damaged, or after it was withdrawn.

    None where another has taken its place already, whatever became of that one, or where it was never issued. An open
    request for a correction is settled by another name.
    """
    certificate = _lock(certificate_id)
    others = certificate.claim.certificates.exclude(pk=certificate.pk)
    has_successor = others.filter(replaces=certificate).exists()
    if has_successor or others.standing().exists() or not certificate.file:
        return None
    return _replace(certificate, name=name or certificate.fields["name"], by=by)


def _replace(certificate: Certificate, *, name: str, by: User) -> Certificate:
    """Both in one transaction, under the lock on the old one: at no time do two of a claim hold."""
    now = timezone.now()
    claim = certificate.claim
    new = Certificate(claim=claim, code=new_code(), created_at=now, replaces=certificate)
    new.fields = replacing_fields(
        certificate.fields,
        name=name,
        user=claim.user,
        code=new.code,
        verify_url=new.verify_url,
        replaces=certificate.printed_code,
        issued_on=max(now.astimezone(claim.user.zone).date(), claim.claimed_day),
    )
    Correction.objects.open().filter(certificate=certificate).update(status=CorrectionStatus.CONFIRMED, answered_at=now)
    if certificate.is_standing:
        certificate.status, certificate.ended_at = CertificateStatus.REPLACED, now
        certificate.save(update_fields=["status", "ended_at"])
    new.save()
    log(certificate, "cme.replace_certificate", user=by, data={"by": new.code})
    enqueue_certificate(new)
    return new


@transaction.atomic
def withdraw_certificate(*, certificate_id: int, reason: str, by: User) -> bool:
    """It holds no longer; the learner is mailed why. The claim stays. False where it did not stand."""
    certificate = _lock(certificate_id)
    if not certificate.is_issued:
        return False
    certificate.status, certificate.ended_at = CertificateStatus.WITHDRAWN, timezone.now()
    certificate.withdrawn_because = reason
    certificate.save(update_fields=["status", "ended_at", "withdrawn_because"])
    Correction.objects.open().filter(certificate=certificate).update(
        status=CorrectionStatus.REFUSED, answered_at=certificate.ended_at, answer=reason
    )
    log(certificate, "cme.withdraw_certificate", user=by, data={"reason": reason})
    _tell(certificate, kind=WITHDRAWN_MAIL, reference=certificate.pk)
    return True


def _lock(certificate_id: int) -> Certificate:
    """The learner's row first: somebody who leaves is gone before, or afterwards."""
    owner = Certificate.objects.values_list("claim__user_id", flat=True).get(pk=certificate_id)
    User.objects.select_for_update(no_key=True).get(pk=owner)
    locked = Certificate.objects.select_for_update(of=("self",)).select_related("claim__user")
    return locked.get(pk=certificate_id)


def _tell(certificate: Certificate, *, kind: str, reference: int) -> None:
    user = certificate.claim.user
    if not user.deleted_at:
        queue_mail(kind=kind, reference=str(reference), to=user.email, user=user)


# --- Handed out ----------------------------------------------------------------------------------------


def read_certificate(*, certificate: Certificate) -> bytes:
    """The PDF as it was issued, byte for byte. What is stored is handed out only with the recorded SHA-256.

    A file that is gone or was changed is made again from the row (decision 37). Where that gives other bytes, staff
    are told once, and nothing is handed out: raises FileDamaged.
    """
    try:
        with default_storage.open(certificate.file) as file:
            stored = bytes(file.read())
    except FileNotFoundError:
        return _remake(certificate)
    return stored if _is_as_issued(certificate, stored) else _remake(certificate)


def _is_as_issued(certificate: Certificate, pdf: bytes) -> bool:
    return hashlib.sha256(pdf).hexdigest() == certificate.sha256


def _remake(certificate: Certificate) -> bytes:
    try:
        pdf = _render(certificate)
    except RenderingError as error:
        _tell_damaged(certificate)
        raise FileDamaged(certificate.printed_code) from error
    if not _is_as_issued(certificate, pdf):
        # Another version of typst or of a font, or a row that somebody changed: not the file that was issued.
        _tell_damaged(certificate)
        raise FileDamaged(certificate.printed_code)
    logger.warning("The file of certificate %s was gone or changed, and is made again", certificate)
    # Under exactly its name: what lay there was not the certificate.
    default_storage.delete(certificate.file)
    name = default_storage.save(certificate.file, File(BytesIO(pdf)))
    if name != certificate.file:
        # Somebody else was as quick, and the storage gave this one another name.
        default_storage.delete(name)
        return pdf
    Certificate.objects.filter(pk=certificate.pk, status=CertificateStatus.ISSUED).update(problem="")
    log(certificate, "cme.remake_certificate", data={"sha256": certificate.sha256})
    return pdf


@transaction.atomic
def _tell_damaged(certificate: Certificate) -> None:
    problem = gettext("Its file is not the one that was issued, and made again it differs.")
    logger.error("The file of certificate %s is damaged, and made again it differs", certificate)
    if not Certificate.objects.issued().filter(pk=certificate.pk, problem="").update(problem=problem):
        return
    log(certificate, "cme.damaged_certificate")
    context = {"certificate": certificate, "fields": certificate.fields}
    queue_notice(
        message=build_email(template="cme/email/certificate_damaged", to=settings.CONTACT_EMAIL, context=context)
    )
