"""Mails about access that staff give (core.texts).

What guards an account (codes, proofs, notices of a change) is no text: people know those mails by their words.
"""

from django.utils.translation import gettext_lazy as _

from core.texts import Place, Text, register

register(
    Place(
        "access-given",
        _("Mail: staff opened the courses"),
        (
            Text("subject", _("Subject"), _("Every course of eScan Academy is open to you"), most=80),
            Text(
                "opening",
                _("Opening"),
                _(
                    "Our staff opened every course of eScan Academy to you, without payment. Sign in with {address}: "
                    "leave the password empty, and a code is mailed to you."
                ),
                most=400,
            ),
            Text("button", _("Button"), _("Sign in"), most=30),
            Text(
                "closing",
                _("Closing"),
                _("You did not expect this? Leave it as it is: nothing is charged, and nothing else will come."),
                most=240,
            ),
        ),
        template="accounts/email/access_given",
        sample=lambda: {"address": "rosa@example.org"},
    )
)

register(
    Place(
        "access-closed",
        _("Mail: staff closed the courses"),
        (
            Text("subject", _("Subject"), _("Your access to eScan Academy was closed"), most=80),
            Text(
                "opening",
                _("Opening"),
                _(
                    "Our staff had opened every course of eScan Academy to you, and took that back. What you completed "
                    "stays yours: your certificates stay valid."
                ),
                most=400,
            ),
            Text("closing", _("Closing"), _("Is this a mistake? Answer this mail: a person reads it."), most=200),
        ),
        template="accounts/email/access_closed",
    )
)
