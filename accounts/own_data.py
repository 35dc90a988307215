"""A person's own copy of what is kept of them: one file an app, each a class in the module `own_data` of the app.

Below is also what accounts itself keeps. Hashes, keys and codes are nobody's to read.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeVar

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import ModelLogEntry

from accounts.models import AccessGrant, Mail, MailPreference, User


class OwnData:
    """One JSON file of the archive."""

    file: ClassVar[str]
    order: ClassVar[int]
    """Where the file stands among the others."""
    keys: ClassVar[Mapping[str, Promise]]
    """What each key of the file holds, in words."""
    other_files: ClassVar[Mapping[str, Promise]] = {}
    """What `gather_files` adds, in words, by file or folder."""

    def gather(self, user: User) -> Mapping[str, Any]:
        raise NotImplementedError

    def gather_files(self, user: User) -> Iterable[tuple[str, str | bytes]]:
        """Files beside it, by their path in the archive."""
        return []


PARTS: list[OwnData] = []

Part = TypeVar("Part", bound=OwnData)


def register(part: type[Part]) -> type[Part]:
    """Make the part known; a decorator."""
    PARTS.append(part())
    PARTS.sort(key=lambda part: part.order)
    return part


@register
class Account(OwnData):
    file = "account.json"
    order = 10
    keys = {
        "account": _("who you are here; for a password, only whether there is one"),
        "addresses": _("e-mail addresses, and which are proven to be yours"),
        "address_changes": _("changes of your address that the address from before can still undo"),
        "sessions": _("where you are signed in: which browser, since when, and when it was last used"),
        "second_factors": _("that you have them, since when, and when each was last used; never their keys"),
        "access": _("what opens the courses to you, and since when"),
        "mails": _("our mails that follow your account: to which address, what about, and what became of them"),
        "mail_preferences": _("kinds of mail that you turned on or off"),
        "acts": _("what the log says that you did"),
    }

    def gather(self, user: User) -> dict[str, Any]:
        mails = Mail.objects.filter(user=user).order_by("created_at")
        second_factors = Authenticator.objects.filter(user=user).order_by("created_at")
        acts = ModelLogEntry.objects.filter(user=user).order_by("timestamp")
        return {
            "account": {
                "email": user.email,
                "name": user.name,
                "profession": user.profession,
                "time_zone": user.time_zone,
                "is_asked_in_words": user.reads_in_words,
                "has_password": user.has_usable_password(),
                "joined_at": user.date_joined,
                "last_signed_in_at": user.last_login,
                "roles": list(user.groups.values_list("name", flat=True)),
                "address_that_mail_came_back_from": user.bounced_email,
            },
            "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
            "address_changes": list(user.address_changes.values("old", "new", "changed_at", "undone_at")),
            "sessions": list(user.open_sessions.values("browser", "began_at", "seen_at")),
            "second_factors": list(second_factors.values("type", "created_at", "last_used_at")),
            "access": list(
                AccessGrant.objects.filter(user=user).values("source", "reference", "granted_at", "revoked_at")
            ),
            "mails": list(mails.values("to", "kind", "subject", "status", "created_at", "sent_at", "bounced_at")),
            "mail_preferences": list(
                MailPreference.objects.filter(user=user).values("kind", "is_wanted", "changed_at")
            ),
            "acts": list(acts.values("action", "timestamp")),
        }
