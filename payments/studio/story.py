"""One attempt to buy as staff read it: everything that was told, done and sent about it, in order of time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from django.utils.translation import gettext, ngettext
from wagtail.models import ModelLogEntry

from accounts.models import AccessGrant, Mail
from core.dates import format_moment_and_zone
from payments import gateway
from payments.mails import GIFT, GIFT_ACCEPTED, GIFT_RETURNED, PAID_TWICE, RECEIPT, REFUND
from payments.models import PAID_SOURCES, CheckoutSession, Dispute, Gift, Purchase, Refund, WebhookEvent
from payments.money import format_money

# The refund's own row tells this, with its note and its state.
TOLD_ELSEWHERE = {"payments.order_refund"}


@dataclass(frozen=True)
class Step:
    at: datetime
    what: str
    details: tuple[str, ...] = ()
    who: str = ""
    source: str = field(default_factory=lambda: gettext("Our records"))
    link: str = ""
    is_trouble: bool = False


@dataclass(frozen=True)
class Story:
    steps: list[Step]
    refunds: list[Refund]
    disputes: list[Dispute]


def get_dashboard_url(kind: str, name: str | None) -> str:
    """Stripe's own page about it; the sandbox has none."""
    if not name or settings.SANDBOX_URL:
        return ""
    mode = "" if gateway.is_live() else "test/"
    return f"https://dashboard.stripe.com/{mode}{kind}/{name}"


def tell(session: CheckoutSession, purchase: Purchase | None) -> Story:
    gift = Gift.objects.filter(session=session).first()
    refunds = list(purchase.refunds.select_related("ordered_by").order_by("created_at", "pk")) if purchase else []
    disputes = list(purchase.disputes.order_by("created_at", "pk")) if purchase else []
    grants = AccessGrant.objects.filter(source__in=PAID_SOURCES, reference=str(session))
    events = list(get_events(session))
    rows = [session, purchase, gift, *refunds, *disputes, *grants, *events]
    steps = [
        *tell_checkout(session, purchase, gift),
        *tell_events(events),
        *tell_refunds(refunds, session),
        *tell_disputes(disputes),
        *tell_mails(purchase, gift, refunds),
        *tell_acts([row for row in rows if row is not None]),
    ]
    return Story(steps=sorted(steps, key=lambda step: step.at), refunds=refunds, disputes=disputes)


def get_events(session: CheckoutSession) -> Iterable[WebhookEvent]:
    names = [name for name in (session.stripe_id, session.payment_intent) if name]
    mine = Q(object_id__in=names)
    if session.payment_intent:
        mine |= Q(payment_intent=session.payment_intent)
    return WebhookEvent.objects.filter(mine).order_by("received_at", "pk")


def tell_checkout(session: CheckoutSession, purchase: Purchase | None, gift: Gift | None) -> Iterator[Step]:
    offered = gettext("{amount} was offered.").format(amount=format_money(session.amount, session.currency))
    given_to = (gettext("For {recipient}").format(recipient=gift.recipient),) if gift else ()
    yield Step(
        at=session.created_at,
        what=gettext("Checkout of a gift begun") if gift else gettext("Checkout begun"),
        details=(offered, *given_to),
        who=str(session.user or ""),
        source=str(session),
    )
    if session.status == CheckoutSession.Status.EXPIRED:
        yield Step(at=session.expires_at, what=gettext("Checkout expired"), source=str(session))
    if purchase:
        taken = [
            (gettext("{amount} taken off by a promotion"), purchase.discount),
            (gettext("{amount} of it is tax"), purchase.tax),
        ]
        yield Step(
            at=purchase.paid_at,
            what=say_what_was_paid(purchase),
            details=tuple(what.format(amount=format_money(part, purchase.currency)) for what, part in taken if part),
            source=purchase.reference,
            link=get_dashboard_url("payments", session.payment_intent),
        )


def say_what_was_paid(purchase: Purchase) -> str:
    if purchase.is_free:
        return gettext("Opened by a code: nothing was charged")
    return gettext("Paid: {amount}").format(amount=format_money(purchase.amount, purchase.currency))


def tell_events(events: Iterable[WebhookEvent]) -> Iterator[Step]:
    for event in events:
        tries = ngettext("%(status)s, %(count)d try", "%(status)s, %(count)d tries", event.attempts)
        state = tries % {"status": event.get_status_display(), "count": event.attempts}
        yield Step(
            at=event.received_at,
            what=gettext("Stripe reported: {event}").format(event=event.type),
            details=tuple(filter(None, [state, event.error])),
            source=event.stripe_id,
            link=get_dashboard_url("events", event.stripe_id),
            is_trouble=bool(event.error),
        )


def tell_refunds(refunds: Iterable[Refund], session: CheckoutSession) -> Iterator[Step]:
    for refund in refunds:
        yield Step(
            at=refund.created_at,
            what=gettext("Refund of {amount}: {status}").format(
                amount=format_money(refund.amount, refund.currency), status=refund.get_status_display().lower()
            ),
            details=tuple(filter(None, [refund.get_reason_display(), refund.note, refund.problem])),
            who=str(refund.ordered_by or ""),
            source=str(refund),
            link=get_dashboard_url("payments", session.payment_intent) if refund.stripe_id else "",
            is_trouble=refund.status in {Refund.Status.REFUSED, Refund.Status.FAILED},
        )


def tell_disputes(disputes: Iterable[Dispute]) -> Iterator[Step]:
    for dispute in disputes:
        says = gettext("The cardholder says: {reason}").format(reason=dispute.reason)
        yield Step(
            at=dispute.created_at,
            what=gettext("Dispute of {amount}: {status}").format(
                amount=format_money(dispute.amount, dispute.currency), status=dispute.get_status_display().lower()
            ),
            details=tuple(filter(None, [says, tell_deadline(dispute)])),
            source=dispute.stripe_id,
            link=get_dashboard_url("disputes", dispute.stripe_id),
            is_trouble=dispute.status in Dispute.CLOSING,
        )


def tell_deadline(dispute: Dispute) -> str:
    if dispute.respond_by is None:
        return ""
    return gettext("Respond by {moment}").format(moment=format_moment_and_zone(dispute.respond_by))


def tell_mails(purchase: Purchase | None, gift: Gift | None, refunds: Iterable[Refund]) -> Iterator[Step]:
    mine = Q(kind=REFUND, reference__in=[str(refund.pk) for refund in refunds])
    if purchase:
        mine |= Q(kind__in=[RECEIPT, PAID_TWICE], reference=str(purchase.pk))
    if gift:
        mine |= Q(kind__in=[GIFT, GIFT_ACCEPTED, GIFT_RETURNED], reference=str(gift.pk))
        # A gift that went to another address was mailed anew.
        mine |= Q(kind=GIFT, reference__startswith=f"{gift.pk}-")
    for mail in Mail.objects.filter(mine):
        yield Step(
            at=mail.sent_at or mail.created_at,
            what=gettext("Mail, {kind}: {status}").format(kind=mail.kind, status=mail.get_status_display().lower()),
            details=tuple(filter(None, [gettext("To {address}").format(address=mail.to), mail.problem])),
            is_trouble=bool(mail.problem),
        )


def tell_acts(rows: Iterable[Model]) -> Iterator[Step]:
    """What the audit log holds of these rows."""
    kinds: dict[type[Model], list[str]] = {}
    for row in rows:
        kinds.setdefault(type(row), []).append(str(row.pk))
    types = ContentType.objects.get_for_models(*kinds)
    mine = Q(pk__in=[])
    for kind, keys in kinds.items():
        mine |= Q(content_type=types[kind], object_id__in=keys)
    for entry in ModelLogEntry.objects.filter(mine).exclude(action__in=TOLD_ELSEWHERE).select_related("user"):
        yield Step(
            at=entry.timestamp,
            what=entry.message,
            details=tuple(describe(entry.data)),
            who=str(entry.user or ""),
            source=gettext("Audit log"),
        )


def describe(data: dict[str, Any]) -> Iterator[str]:
    """What an entry says beside who and what; numbers of rows are left out."""
    words = {"reason": "", "error": "", "note": "", "status": gettext("Status:") + " "}
    return (f"{prefix}{data[name]}" for name, prefix in words.items() if data.get(name))
