"""Everything that concerns one person, for the one screen on which staff answer them."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Model, Q, QuerySet
from wagtail.models import ModelLogEntry

from accounts.models import AccessGrant, Mail, User
from cme.models import Certificate, Claim
from escan.models import ContactMessage
from payments.models import CheckoutSession, Gift, Purchase, Refund

# Of mails, of messages and of what was done: the newest ones; all of them are in their own lists.
MOST = 50


def get_addresses(user: User) -> list[EmailAddress]:
    return list(EmailAddress.objects.filter(user=user).order_by("-primary", "email"))


def get_second_factors(user: User) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user=user).order_by("created_at"))


def get_grants(user: User) -> list[AccessGrant]:
    return list(AccessGrant.objects.filter(user=user).order_by(F("revoked_at").asc(nulls_first=True), "-granted_at"))


def get_claims(user: User) -> list[Claim]:
    claims = Claim.objects.filter(user=user).select_related("activity__course", "credit_type", "certificate")
    return list(claims.order_by("-claimed_at"))


def get_mails(user: User) -> list[Mail]:
    """What follows the account, and codes and notices, which follow the address."""
    mine = Q(user=user) | Q(user=None, to__iexact=user.email)
    return list(Mail.objects.filter(mine).select_related("user").order_by("-created_at", "-pk")[:MOST])


def get_mail_of(user: User, mail_id: int) -> Mail | None:
    mine = Q(user=user) | Q(user=None, to__iexact=user.email)
    return Mail.objects.filter(mine, pk=mail_id).first()


def get_messages(user: User) -> list[ContactMessage]:
    mine = Q(user=user) | Q(user=None, email__iexact=user.email)
    return list(ContactMessage.objects.filter(mine).order_by("-created_at")[:MOST])


def get_acts(user: User) -> list[ModelLogEntry]:
    """What others than the person did about the account and all that hangs on it."""
    rows: list[QuerySet[Any]] = [
        User.objects.filter(pk=user.pk),
        AccessGrant.objects.filter(user=user),
        Mail.objects.filter(user=user),
        Claim.objects.filter(user=user),
        Certificate.objects.filter(claim__user=user),
        CheckoutSession.objects.filter(user=user),
        Purchase.objects.filter(session__user=user),
        Refund.objects.filter(purchase__session__user=user),
        Gift.objects.filter(session__user=user),
    ]
    types = ContentType.objects.get_for_models(*(each.model for each in rows))
    mine = Q(pk__in=[])
    for each in rows:
        model: type[Model] = each.model
        # The log keeps keys as text, which PostgreSQL does not compare with numbers.
        mine |= Q(content_type=types[model], object_id__in=[str(pk) for pk in each.values_list("pk", flat=True)])
    entries = ModelLogEntry.objects.filter(mine, user__isnull=False).exclude(user=user)
    return list(entries.select_related("user").order_by("-timestamp", "-pk")[:MOST])
