"""Every write of certificates: ordered with the claim, made, held, made again."""

import hashlib
import logging
from io import BytesIO

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from accounts.mail.services import queue_mail
from accounts.models import User
from cme.certificates.codes import new_code
from cme.certificates.models import Certificate, CertificateStatus
from cme.certificates.rendering import RenderingError, render_certificate
from cme.certificates.wording import certificate_fields, from_snapshot, printed_name, to_snapshot
from cme.claims.models import Claim
from core.enqueue import enqueue

CERTIFICATE_MAIL = "certificate"

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
            issued_on=claim.claimed_at.astimezone(claim.user.zone).date(),
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
