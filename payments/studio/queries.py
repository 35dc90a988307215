"""What staff look up: attempts to buy with their state, access that they gave, and what waits for them."""

from typing import Any

from django.db import models
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, NullIf
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import ModelLogEntry

from accounts.models import AccessGrant, AccessSource
from payments.models import CheckoutSession, Dispute, Purchase, Refund, WebhookEvent

# Of an order that Stripe does not take: half an hour.
MANY_ATTEMPTS = 5


class State(models.TextChoices):
    """What became of an attempt to buy, in one word for staff."""

    STANDS = "stands", _("Stands")
    PARTLY_REFUNDED = "partly-refunded", _("Partly refunded")
    REFUND_UNDER_WAY = "refund-under-way", _("Refund asked for")
    REFUNDED = "refunded", _("Refunded")
    DISPUTED = "disputed", _("Disputed")
    WITHHELD = "withheld", _("Withheld by staff")
    HELD = "held", _("Not paid as offered")
    PENDING = "pending", _("Payment pending")
    FAILED = "failed", _("Payment failed")
    OPEN = "open", _("Begun, not paid")
    EXPIRED = "expired", _("Expired, not paid")


NEVER_PAID = [State.OPEN, State.EXPIRED]
NEED_RESPONSE = [Dispute.Status.NEEDS_RESPONSE, Dispute.Status.WARNING_NEEDS_RESPONSE]


def get_attempts() -> QuerySet[CheckoutSession, Any]:
    """Every attempt to buy, newest first, with its state, what was paid and what went back, in minor units."""
    refunds = Refund.objects.filter(purchase__session=OuterRef("pk"))
    given_back = (
        refunds.filter(status=Refund.Status.SUCCEEDED).order_by().values("purchase").annotate(sum=Sum("amount"))
    )
    attempts = CheckoutSession.objects.select_related("user").annotate(
        email=Coalesce("user__email", Value("")),
        recipient=Coalesce("gift__recipient", Value("")),
        paid=F("purchase__amount"),
        paid_at=F("purchase__paid_at"),
        refunded=Coalesce(Subquery(given_back.values("sum")), 0),
        is_disputed=Exists(Dispute.objects.filter(purchase__session=OuterRef("pk"), status__in=Dispute.CLOSING)),
        is_asked_back=Exists(refunds.filter(reason=Refund.Reason.REQUESTED, status__in=Refund.UNDER_WAY)),
        reference=Coalesce("payment_intent", "stripe_id", Cast("idempotency_key", CharField())),
    )
    return attempts.annotate(state=Case(*STATES, default=Value(State.STANDS), output_field=CharField())).order_by(
        "-created_at", "-pk"
    )


# In the order of Purchase.why_closed, so that the list and the purchase say the same.
STATES = [
    When(purchase=None, status=CheckoutSession.Status.EXPIRED, then=Value(State.EXPIRED)),
    When(purchase=None, payment_status=CheckoutSession.PaymentStatus.FAILED, then=Value(State.FAILED)),
    When(
        ~Q(payment_status=CheckoutSession.PaymentStatus.UNPAID),
        purchase=None,
        then=Value(State.HELD),
    ),
    When(purchase=None, status=CheckoutSession.Status.COMPLETE, then=Value(State.PENDING)),
    When(purchase=None, then=Value(State.OPEN)),
    When(~Q(purchase__withheld_because=""), then=Value(State.WITHHELD)),
    When(paid__gt=0, refunded__gte=F("paid"), then=Value(State.REFUNDED)),
    When(is_asked_back=True, then=Value(State.REFUND_UNDER_WAY)),
    When(is_disputed=True, then=Value(State.DISPUTED)),
    When(refunded__gt=0, then=Value(State.PARTLY_REFUNDED)),
]


def get_purchase(pk: int) -> tuple[CheckoutSession, Purchase]:
    """The purchase of an attempt, which lists and addresses know by the attempt."""
    purchase = get_object_or_404(Purchase.objects.select_related("session__user"), session=pk)
    return purchase.session, purchase


def get_staff_grants() -> QuerySet[AccessGrant, Any]:
    """Access that staff gave, newest first, with who gave it and why."""
    entries = ModelLogEntry.objects.filter(
        action="payments.grant",
        object_id=Cast(OuterRef("pk"), CharField()),
        content_type__app_label="accounts",
        content_type__model="accessgrant",
    ).order_by("pk")
    return (
        AccessGrant.objects.filter(source=AccessSource.STAFF)
        .select_related("user")
        .annotate(
            because=Subquery(entries.annotate(because=KeyTextTransform("reason", "data")).values("because")[:1]),
            given_by=Subquery(entries.values("user__email")[:1]),
        )
        .order_by("-granted_at", "-pk")
    )


def get_troubled_events() -> QuerySet[WebhookEvent]:
    """Set aside, or failed and waiting for the next try."""
    failed = Q(status=WebhookEvent.Status.WAITING) & ~Q(error="")
    return WebhookEvent.objects.filter(failed | Q(status=WebhookEvent.Status.SET_ASIDE)).order_by("-received_at", "-pk")


def get_set_aside() -> QuerySet[WebhookEvent, Any]:
    """What a person must look at, newest first: events set aside, and wrong payments that no such event tells of."""
    events = WebhookEvent.objects.filter(status=WebhookEvent.Status.SET_ASIDE)
    told = events.filter(object_id=OuterRef("stripe_id"))
    unpaid = [CheckoutSession.PaymentStatus.UNPAID, CheckoutSession.PaymentStatus.FAILED]
    payments = CheckoutSession.objects.exclude(payment_status__in=unpaid)
    wrong = payments.filter(~Exists(told), purchase=None)
    rows = events.values(
        told_at=F("received_at"),
        kind=F("type"),
        reference=Coalesce(NullIf("payment_intent", Value("")), "object_id"),
        problem=F("error"),
    )
    others = wrong.values(
        told_at=F("created_at"),
        kind=Value(gettext("wrong payment"), CharField()),
        reference=Coalesce("payment_intent", "stripe_id"),
        problem=Value(gettext("Paid, but not as it was offered. Nothing was opened."), TextField()),
    )
    return rows.union(others, all=True).order_by("-told_at")


def get_refunds_in_trouble() -> QuerySet[Refund]:
    """Ours that were refused, came to nothing, or cannot be sent; until another is ordered in their place."""
    ours = Refund.objects.exclude(idempotency_key=None)
    later = Refund.objects.filter(purchase=OuterRef("purchase"), pk__gt=OuterRef("pk")).exclude(status__in=Refund.LOST)
    stuck = Q(status=Refund.Status.ORDERED, attempts__gte=MANY_ATTEMPTS)
    trouble = ours.filter(Q(status__in=Refund.LOST) | stuck).exclude(Exists(later))
    return trouble.select_related("purchase__session").order_by("created_at")


def get_disputes_to_answer() -> QuerySet[Dispute]:
    """Those that wait for us, the first deadline first."""
    disputes = Dispute.objects.filter(status__in=NEED_RESPONSE).select_related("purchase__session")
    return disputes.order_by(F("respond_by").asc(nulls_last=True), "pk")
