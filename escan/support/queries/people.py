"""Everything that concerns one person, for the one screen on which staff answer them."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, F, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from wagtail.models import ModelLogEntry

from accounts.models import AccessGrant, Mail, User
from cme.models import Certificate, Claim
from escan.models import AddressProof, ContactMessage, RequestKind, SupportRequest
from escan.support.models import PROOF_MAIL
from payments.models import CheckoutSession, Dispute, Gift, Purchase, Refund

# Of each list the newest ones, even where all of it is asked for.
MOST = 200


def get_addresses(user: User) -> list[EmailAddress]:
    return list(EmailAddress.objects.filter(user=user).order_by("-primary", "email"))


def get_second_factors(user: User) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user=user).order_by("created_at"))


def get_grants(user: User) -> list[AccessGrant]:
    """What stands first; each with who gave it and why, and why it was taken back. One query."""
    grants = with_reasons(AccessGrant.objects.filter(user=user))
    return list(grants.order_by(F("revoked_at").asc(nulls_first=True), "-granted_at"))


def with_reasons(grants: QuerySet[AccessGrant]) -> QuerySet[AccessGrant, Any]:
    """From the log, where whoever acts has to say why."""
    given, taken = entries_of_grant("payments.grant"), entries_of_grant("accounts.revoke_access")
    return grants.annotate(
        because=Subquery(given.annotate(told=KeyTextTransform("reason", "data")).values("told")[:1]),
        given_by=Subquery(given.values("user__email")[:1]),
        giving=Subquery(given.annotate(told=KeyTextTransform("list", "data")).values("told")[:1]),
        taken_because=Subquery(taken.annotate(told=KeyTextTransform("reason", "data")).values("told")[:1]),
        taken_by=Subquery(entries_of_grant("payments.revoke").values("user__email")[:1]),
    )


def entries_of_grant(action: str) -> QuerySet[ModelLogEntry]:
    """Of the grant of an outer query, the newest first."""
    mine = ModelLogEntry.objects.filter(
        action=action,
        object_id=Cast(OuterRef("pk"), CharField()),
        content_type__app_label="accounts",
        content_type__model="accessgrant",
    )
    entries: QuerySet[ModelLogEntry] = mine.order_by("-pk")
    return entries


def get_certificates(user: User) -> list[Certificate]:
    """One or more a claim, each with its claim; the newest first."""
    related = Certificate.objects.filter(claim__user=user).select_related(
        "claim__activity__course", "claim__credit_type"
    )
    return list(related.order_by("-claim__claimed_at", "-created_at"))


def get_taken_in(requests: list[SupportRequest], user: User) -> list[str]:
    """The addresses of accounts that became part of this one."""
    merged = [each for each in requests if each.kind == RequestKind.MERGE and each.done_at and each.user_id == user.pk]
    return [str(each.outcome.get("from", "")) for each in merged]


def get_requests(user: User) -> list[SupportRequest]:
    """What staff began and only the owners of the addresses finish, with the addresses; two queries."""
    mine = SupportRequest.objects.filter(Q(user=user) | Q(other=user)).select_related("user", "other", "asked_by")
    return list(mine.prefetch_related("proofs").order_by("-created_at"))


def about(user: User) -> Q:
    """Mails that follow the account, codes and notices, which follow the address, and links to other addresses."""
    proofs = AddressProof.objects.filter(request__user=user).annotate(key=Cast("pk", CharField())).values("key")
    own_address = Q(user=None, to__iexact=user.email)
    return Q(user=user) | own_address | Q(kind=PROOF_MAIL, reference__in=proofs)


def get_mails(user: User) -> list[Mail]:
    return list(Mail.objects.filter(about(user)).select_related("user").order_by("-created_at", "-pk")[:MOST])


def get_mail_of(user: User, mail_id: int) -> Mail | None:
    return Mail.objects.filter(about(user), pk=mail_id).first()


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
        Dispute.objects.filter(purchase__session__user=user),
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
