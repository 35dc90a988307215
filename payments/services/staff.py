"""What staff do about money and access. Each act leaves an audit row with who and why."""

from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.log_actions import log

from accounts.mail.kinds import ACCESS_CLOSED, ACCESS_GIVEN
from accounts.mail.services import queue_mail
from accounts.models import AccessGrant, AccessSource, User
from accounts.services import grant_access, revoke_access
from core.enqueue import enqueue
from payments.errors import NoRefund
from payments.models import Refund, WebhookEvent
from payments.services.fulfilment import settle_access
from payments.services.orders import lock_purchase, order_refund


@transaction.atomic
def refund_purchase(*, purchase_id: int, amount: int, left: int, note: str, by: User) -> Refund:
    """Give back a part or all, in minor units. Raises NoRefund above what is left.

    `left` is what was left when staff decided: a form that is sent twice gives a part back once.
    """
    purchase = lock_purchase(purchase_id)
    if purchase.refundable_amount != left:
        raise NoRefund(gettext("What is left of the payment has changed since this page was opened. Look at it again."))
    return order_refund(purchase=purchase, amount=amount, reason=Refund.Reason.STAFF, by=by, note=note)


@transaction.atomic
def withhold_purchase(*, purchase_id: int, because: str, by: User) -> None:
    """Close what the purchase opened, until staff open it again. The money stays where it is."""
    purchase = lock_purchase(purchase_id)
    purchase.withheld_because = because
    purchase.save(update_fields=["withheld_because"])
    log(purchase, "payments.withhold", user=by, data={"reason": because})
    settle_access(purchase)


@transaction.atomic
def release_purchase(*, purchase_id: int, because: str, by: User) -> None:
    purchase = lock_purchase(purchase_id)
    purchase.withheld_because = ""
    purchase.save(update_fields=["withheld_because"])
    log(purchase, "payments.release", user=by, data={"reason": because})
    settle_access(purchase)


@transaction.atomic
def grant_without_payment(*, user: User, key: UUID, because: str, is_mailed: bool, by: User) -> AccessGrant:
    """Open every course to somebody who has not paid: faculty, a mended mistake.

    `key` is the form's: sent twice, it gives once, and does not give back what was taken back since.
    """
    given = AccessGrant.objects.filter(source=AccessSource.STAFF, reference=key.hex).first()
    if given is not None:
        return given
    is_new = grant_access(user=user, source=AccessSource.STAFF, reference=key.hex)
    grant = AccessGrant.objects.get(source=AccessSource.STAFF, reference=key.hex)
    if is_new:
        log(grant, "payments.grant", user=by, data={"user": user.pk, "reason": because})
    if is_mailed:
        queue_mail(kind=ACCESS_GIVEN, reference=str(grant.pk), to=user.email, user=user)
    return grant


@transaction.atomic
def revoke_grant(*, grant_id: int, because: str, is_mailed: bool, by: User) -> bool:
    """Take back what staff gave. What was bought is withheld instead."""
    grant = AccessGrant.objects.get(pk=grant_id, source=AccessSource.STAFF)
    if not revoke_access(source=grant.source, reference=grant.reference, reason=because):
        return False
    log(grant, "payments.revoke", user=by, data={"user": grant.user_id, "reason": because})
    if is_mailed:
        queue_mail(kind=ACCESS_CLOSED, reference=str(grant.pk), to=grant.user.email, user=grant.user)
    return True


@transaction.atomic
def retry_event(*, event_id: int, because: str, by: User) -> bool:
    """Process again what failed or was set aside. False where there is nothing to try."""
    now = timezone.now()
    failed = WebhookEvent.objects.filter(pk=event_id, status=WebhookEvent.Status.SET_ASIDE)
    waiting = WebhookEvent.objects.filter(pk=event_id, status=WebhookEvent.Status.WAITING)
    if not (failed | waiting).update(status=WebhookEvent.Status.WAITING, attempts=0, next_try_at=now):
        return False
    log(WebhookEvent.objects.get(pk=event_id), "payments.retry_event", user=by, data={"reason": because})
    enqueue("payments.tasks.process_event", event_id)
    return True


@transaction.atomic
def retry_refund(*, refund_id: int, because: str, by: User) -> bool:
    """Ask Stripe again for a refund that it refused. False where there is nothing to try."""
    refund = Refund.objects.get(pk=refund_id)
    purchase = lock_purchase(refund.purchase_id)
    if refund.status in (Refund.Status.FAILED, Refund.Status.CANCELED) and refund.idempotency_key:
        # Stripe took it, and the bank did not: it is Stripe's for good, and another takes its place.
        amount = min(refund.amount, purchase.refundable_amount)
        order_refund(purchase=purchase, amount=amount, reason=Refund.Reason.STAFF, by=by, note=because)
        settle_access(purchase)
        return True
    refused = Refund.objects.filter(pk=refund_id, status=Refund.Status.REFUSED)
    if refused.exists() and refund.amount > purchase.refundable_amount:
        raise NoRefund(gettext("Less than that is left of the payment: something was given back since."))
    # Stripe repeats its answer to a key for a day, a refusal too: a new try has a new name.
    again = {"status": Refund.Status.ORDERED, "attempts": 0, "next_try_at": timezone.now(), "idempotency_key": uuid4()}
    if not refused.update(**again):
        return False
    log(refund, "payments.retry_refund", user=by, data={"reason": because})
    # One that the learner asked for closes access while it is on its way.
    settle_access(purchase)
    enqueue("payments.tasks.send_refund", refund_id)
    return True


@transaction.atomic
def order_reconciliation(*, because: str, by: User) -> None:
    """Compare now instead of at the next half hour."""
    log(by, "payments.order_reconciliation", user=by, data={"reason": because})
    enqueue("payments.tasks.reconcile")
