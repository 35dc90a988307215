"""Reads of certificates: a learner's own, what anyone may verify, and what waits."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from cme.certificates.codes import normalize_code
from cme.certificates.models import Certificate, CertificateStatus
from cme.claims.models import Claim
from cme.claims.queries import get_claims

# A fresh row's own task is on its way.
SWEEP_AFTER = timedelta(minutes=1)


def get_uncertified(user: User) -> QuerySet[Claim]:
    """The learner's claims whose certificate is not made yet."""
    return get_claims(user).exclude(certificate__status=CertificateStatus.ISSUED)


def get_own_certificate(user: User, typed_code: str) -> Certificate:
    """The learner's own issued certificate. Another's is not there (404)."""
    certificate = _issued(typed_code).filter(claim__user=user).select_related("claim__activity__course").first()
    if certificate is None:
        raise Http404("You have no such certificate.")
    return certificate


def get_certificate_by_code(typed_code: str) -> Certificate:
    """An issued certificate, for whoever holds its code."""
    certificate = _issued(typed_code).first()
    if certificate is None:
        raise Http404("No certificate has this code.")
    return certificate


def _issued(typed_code: str) -> QuerySet[Certificate]:
    return Certificate.objects.issued().filter(code=normalize_code(typed_code) or "")


def get_overdue_certificates(now: datetime) -> QuerySet[Certificate]:
    """Certificates that a lost message left behind. Their mails are rows of their own."""
    return Certificate.objects.due().filter(created_at__lt=now - SWEEP_AFTER).order_by("created_at")


def get_held_certificates() -> QuerySet[Certificate]:
    """What needs a person."""
    return Certificate.objects.held().select_related("claim__user", "claim__activity__course")
