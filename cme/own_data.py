"""What is kept of a person's credit, for that person."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.own_data import OwnData, register
from cme.certificates.errors import FileDamaged
from cme.certificates.models import Certificate, Correction
from cme.certificates.services import read_certificate
from cme.claims.models import Claim


@register
class Credit(OwnData):
    file = "credit.json"
    order = 30
    keys = {
        "claims": _("credit that you claimed, and the words that you attested"),
        "evaluations": _("your answers about each course. Reports show them without your name"),
        "corrections": _("names that you asked for on certificates, and what the office said"),
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
            "corrections": list(
                Correction.objects.filter(certificate__claim__user=user).values(
                    *("certificate__code", "name", "reason", "asked_at", "status", "answer", "answered_at")
                )
            ),
            "certificates": list(
                certificates.values(
                    *("code", "status", "problem", "fields", "sha256", "created_at", "issued_at"),
                    *("replaces__code", "ended_at", "withdrawn_because"),
                )
            ),
        }

    def gather_files(self, user: User) -> Iterator[tuple[str, str | bytes]]:
        kept = Certificate.objects.with_file().filter(claim__user=user).select_related("claim__activity__course")
        for certificate in kept:
            name = f"certificates/{certificate.download_name}"
            try:
                yield name, read_certificate(certificate=certificate)
            except FileDamaged as damaged:
                yield f"{name}.txt", str(damaged)
