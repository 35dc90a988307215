"""What is kept of a person's credit, for that person."""

from typing import Any

from accounts.models import User
from cme.certificates.models import Certificate
from cme.certificates.services import read_certificate
from cme.claims.models import Claim


def gather_data(user: User) -> dict[str, Any]:
    claims = Claim.objects.filter(user=user).order_by("claimed_at")
    certificates = Certificate.objects.filter(claim__user=user).order_by("created_at")
    return {
        "claims": list(
            claims.values(
                *("activity__course__title", "credit_type__name", "credits", "profession", "attestation"),
                *("completed_on", "claimed_at"),
            )
        ),
        "evaluations": list(
            claims.values("activity__course__title", "evaluation__answers", "evaluation__submitted_at")
        ),
        "certificates": list(
            certificates.values("code", "status", "problem", "fields", "sha256", "created_at", "issued_at")
        ),
    }


def gather_files(user: User) -> list[tuple[str, bytes]]:
    """The learner's certificates as PDF, by file name."""
    issued = Certificate.objects.issued().filter(claim__user=user).select_related("claim__activity__course")
    return [(certificate.download_name, read_certificate(certificate=certificate)) for certificate in issued]
