"""What accounts keeps of a person, for that person. Hashes, keys and codes are nobody's to read."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from wagtail.models import ModelLogEntry

from accounts.models import AccessGrant, Mail, MailPreference, User


def gather_data(user: User) -> dict[str, Any]:
    mails = Mail.objects.filter(user=user).order_by("created_at")
    second_factors = Authenticator.objects.filter(user=user).order_by("created_at")
    acts = ModelLogEntry.objects.filter(user=user).order_by("timestamp")
    return {
        "account": {
            "email": user.email,
            "name": user.name,
            "profession": user.profession,
            "time_zone": user.time_zone,
            "has_password": user.has_usable_password(),
            "joined_at": user.date_joined,
            "last_signed_in_at": user.last_login,
            "roles": list(user.groups.values_list("name", flat=True)),
            "address_that_mail_came_back_from": user.bounced_email,
        },
        "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "second_factors": list(second_factors.values("type", "created_at", "last_used_at")),
        "access": list(AccessGrant.objects.filter(user=user).values("source", "reference", "granted_at", "revoked_at")),
        "mails": list(mails.values("to", "kind", "subject", "status", "created_at", "sent_at", "bounced_at")),
        "mail_preferences": list(MailPreference.objects.filter(user=user).values("kind", "is_wanted", "changed_at")),
        "acts": list(acts.values("action", "timestamp")),
    }
