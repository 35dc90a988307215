"""Every kind of mail, in words for whoever gets it. Each app adds its own when it starts."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CODE = "code"
NOTICE = "notice"
ADDRESS_CHECK = "address check"


@dataclass(frozen=True)
class NecessaryMail:
    """Kinds that always come, and why."""

    kinds: frozenset[str]
    title: Promise
    reason: Promise


@dataclass(frozen=True)
class OptionalMail:
    """A kind that a person may turn off. Every such mail says how."""

    title: Promise
    description: Promise
    is_on_at_first: bool


NECESSARY: list[NecessaryMail] = [
    NecessaryMail(
        kinds=frozenset([CODE]),
        title=_("Codes"),
        reason=_("You ask for each of them, to sign in or to prove an address. Without it you would stay outside."),
    ),
    NecessaryMail(
        kinds=frozenset([NOTICE, ADDRESS_CHECK]),
        title=_("Notices about your account"),
        reason=_(
            "They say that your password, your address or your second factor was changed, or that your account was "
            "deleted. If it was somebody else, you learn of it here."
        ),
    ),
]
OPTIONAL: dict[str, OptionalMail] = {}
"""By the kind of the mail, which is a slug, too. Only what is really sent stands here."""
