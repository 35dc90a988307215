"""Reads of certificates: a learner's own, what anyone may verify, and what waits."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from cme.certificates.codes import normalize_code
from cme.certificates.models import Certificate, CertificateStatus, Correction
from cme.claims.models import Claim
from cme.claims.queries import get_claims

# A fresh row's own task is on its way.
SWEEP_AFTER = timedelta(minutes=1)


def get_uncertified(user: User) -> QuerySet[Claim]:
    """The learner's claims whose certificate is not made yet."""
    waiting = Certificate.objects.standing().exclude(status=CertificateStatus.ISSUED)
    return get_claims(user).filter(certificates__in=waiting)


def get_own_certificate(user: User, typed_code: str) -> Certificate:
    """The learner's own certificate that was issued, whatever became of it. Another's is not there (404)."""
    certificate = _with_code(typed_code).filter(claim__user=user).select_related("claim__activity__course").first()
    if certificate is None:
        raise Http404("You have no such certificate.")
    return certificate


def get_certificate_by_code(typed_code: str) -> Certificate:
    """A certificate that was issued once, for whoever holds its code: genuine, replaced or withdrawn."""
    certificate = _with_code(typed_code).select_related("replaced_by").first()
    if certificate is None:
        raise Http404("No certificate has this code.")
    return certificate


def _with_code(typed_code: str) -> QuerySet[Certificate]:
    return Certificate.objects.with_file().filter(code=normalize_code(typed_code) or "")


def get_certificate_for_staff(pk: int) -> Certificate:
    """Any certificate, with everything that the studio shows of it."""
    related = ("claim__user", "claim__activity__course", "claim__credit_type", "replaces", "replaced_by")
    return get_object_or_404(Certificate.objects.select_related(*related), pk=pk)


def get_last_correction(certificate: Certificate) -> Correction | None:
    return certificate.corrections.order_by("-asked_at").first()


def get_open_corrections() -> QuerySet[Correction]:
    """What learners asked for and the office has not answered, the oldest first."""
    return Correction.objects.open().select_related("certificate__claim__user", "certificate__claim__activity__course")


def get_overdue_certificates(now: datetime) -> QuerySet[Certificate]:
    """Certificates that a lost message left behind. Their mails are rows of their own."""
    return Certificate.objects.due().filter(created_at__lt=now - SWEEP_AFTER).order_by("created_at")


def get_held_certificates() -> QuerySet[Certificate]:
    """What needs a person: what cannot be printed, and what cannot be handed out."""
    damaged = Q(status=CertificateStatus.ISSUED) & ~Q(problem="")
    return Certificate.objects.filter(Q(status=CertificateStatus.HELD) | damaged).select_related(
        "claim__user", "claim__activity__course"
    )
