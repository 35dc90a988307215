"""Mails about credit (core.texts). What is printed on a certificate, and whether credit is real, is no text."""

from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.texts import Place, Text, register


def sample_certificate() -> dict[str, Any]:
    return {
        "fields": {
            "name": gettext("Rosa Marín, MD"),
            "activity": gettext("Breast calcifications"),
            "code": "ABCD-EFGH-JKLM",
            "facts": [(gettext("Credit"), "3.25"), (gettext("Completed on"), "2026-11-23")],
            "verify_url": "https://academy.example/verify/ABCD-EFGH-JKLM/",
            "italics": [],
        },
        "certificate": {"replaces": None},
    }


def sample_unclaimed() -> dict[str, Any]:
    return {
        "course": {"title": gettext("Breast calcifications"), "slug": "breast-calcifications"},
        "completed_on": date(2026, 11, 23),
        "most": "3.25",
        "activity": {"expires_on": date(2027, 11, 23), "is_demonstration": False},
        "kind": {"title": gettext("Credit waiting to be claimed")},
        "unsubscribe_url": "https://academy.example/",
    }


register(
    Place(
        "certificate",
        _("Mail: the certificate"),
        (
            Text("subject", _("Subject"), _("Your certificate: {activity}"), most=60),
            Text(
                "opening",
                _("Opening, after the name and a comma"),
                _("your certificate for “{activity}” is attached as a PDF."),
                most=240,
            ),
            Text(
                "ledger",
                _("Words of the link to all credit"),
                _("All your credit, and every certificate again"),
                most=80,
            ),
        ),
        template="cme/email/certificate",
        sample=sample_certificate,
    )
)

register(
    Place(
        "unclaimed",
        _("Mail: credit waits to be claimed"),
        (
            Text("subject", _("Subject"), _("Your credit for {course} waits to be claimed"), most=80),
            Text(
                "opening",
                _("Opening"),
                _("You completed “{course}” on {day}. You have not claimed its credit yet."),
                most=300,
            ),
            Text("button", _("Button"), _("Claim the credit"), most=30),
            Text("closing", _("Closing"), _("This is the only mail about it."), most=160),
        ),
        template="cme/email/unclaimed",
        sample=sample_unclaimed,
    )
)
