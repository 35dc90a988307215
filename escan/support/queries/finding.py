"""Whom staff mean: by an address, also a former one, a name, a certificate's number or a number of Stripe."""

from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.addresses.spelling import spell
from accounts.models import Mail, User
from cme.certificates.codes import normalize_code
from cme.models import Certificate
from escan.models import AddressProof, ContactMessage
from payments.models import CheckoutSession, Customer, Dispute, Gift, Refund

# What fits on a screen; whoever is not among them is looked for by more.
MOST = 20


def find_people(text: str) -> list[User]:
    """At most MOST and one more, by name. One query."""
    text = text.strip()
    if not text:
        return []
    mine = Q(email__icontains=spell(text)) | Q(name__icontains=text)
    for rows in (*by_address(spell(text)), *by_number(text)):
        mine |= Q(pk__in=rows)
    return list(User.objects.filter(mine).order_by("name", "email", "pk")[: MOST + 1])


def by_address(text: str) -> list[QuerySet[Any, Any]]:
    """Addresses that the account has, had when a mail went out, or was signed in with when somebody wrote to us."""
    return [
        EmailAddress.objects.filter(email__icontains=text).values("user"),
        Mail.objects.filter(to__iexact=text, user__isnull=False).values("user"),
        ContactMessage.objects.filter(email__iexact=text, user__isnull=False).values("user"),
        Gift.objects.filter(recipient__iexact=text, accepted_by__isnull=False).values("accepted_by"),
        AddressProof.objects.filter(address__iexact=text).values("request__user"),
    ]


def by_number(text: str) -> list[QuerySet[Any, Any]]:
    """What is printed on a certificate or a receipt, or stands in Stripe's dashboard."""
    certificates = Certificate.objects.filter(code=normalize_code(text) or "")
    named = Q(stripe_id=text) | Q(payment_intent=text) | Q(idempotency_key=as_key(text))
    sessions = CheckoutSession.objects.filter(named, user__isnull=False)
    refunds = Refund.objects.filter(stripe_id=text, purchase__session__user__isnull=False)
    disputes = Dispute.objects.filter(stripe_id=text, purchase__session__user__isnull=False)
    return [
        certificates.values("claim__user"),
        sessions.values("user"),
        refunds.values("purchase__session__user"),
        disputes.values("purchase__session__user"),
        Customer.objects.filter(stripe_id=text).values("user"),
    ]


def as_key(text: str) -> UUID:
    """What a receipt shows of an order that cost nothing; the nil of keys, which no order has, where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def get_person(pk: int) -> User:
    person = User.objects.filter(pk=pk).first()
    if person is None:
        raise Http404("There is no such account.")
    return person


def get_living_person(pk: int) -> User:
    """For acts: nothing is done for an account that was closed for good."""
    person = get_person(pk)
    if person.deleted_at:
        raise Http404("This account is deleted.")
    return person
