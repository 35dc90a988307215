"""What is kept of a person's credit, for that person."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.own_data import OwnData, register
from cme.certificates.models import Certificate
from cme.certificates.services import read_certificate
from cme.claims.models import Claim


@register
class Credit(OwnData):
    file = "credit.json"
    order = 30
    keys = {
        "claims": _("credit that you claimed, and the words that you attested"),
        "evaluations": _("your answers about each course. Reports show them without your name"),
        "certificates": _("every printed word, the code and the SHA-256 of the file. The files are in certificates/"),
    }
    other_files = {"certificates/": _("your certificates")}

    def gather(self, user: User) -> dict[str, Any]:
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

    def gather_files(self, user: User) -> Iterator[tuple[str, bytes]]:
        issued = Certificate.objects.issued().filter(claim__user=user).select_related("claim__activity__course")
        for certificate in issued:
            yield f"certificates/{certificate.download_name}", read_certificate(certificate=certificate)
