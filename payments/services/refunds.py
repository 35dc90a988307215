"""Money back: what a learner may ask for, and asking Stripe as often as it takes."""

import logging

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from wagtail.log_actions import log

from accounts.models import User
from core.retry import wait_after
from payments import gateway
from payments.errors import NoRefund, SetAside
from payments.models import Purchase, Refund
from payments.queries.refunds import find_obstacle
from payments.services.fulfilment import fulfil, settle_access
from payments.services.orders import lock_purchase, order_refund

logger = logging.getLogger(__name__)


@transaction.atomic
def request_refund(*, user: User, session_id: str) -> Refund:
    """The learner asks for everything back, within the period. Access closes at once, so that no credit is claimed.

    Raises NoRefund with the reason, and Purchase.DoesNotExist where it is not theirs.
    """
    # Credit is claimed under the same lock on the learner.
    purchase = lock_purchase(Purchase.objects.get(session__user=user, session__stripe_id=session_id).pk)
    if why := find_obstacle(purchase=purchase, user=user):
        raise NoRefund(why)
    refund = order_refund(purchase=purchase, amount=purchase.amount, reason=Refund.Reason.REQUESTED, by=user)
    settle_access(purchase)
    return refund


def send_refund(*, refund_id: int) -> bool:
    """Ask Stripe for a refund that was ordered. Of any number of workers one asks. Returns whether it is done."""
    now = timezone.now()
    mine = Refund.objects.filter(pk=refund_id, status=Refund.Status.ORDERED, next_try_at__lte=now)
    attempts = mine.values_list("attempts", flat=True).first()
    if not mine.update(attempts=F("attempts") + 1, next_try_at=now + wait_after(attempts or 0)):
        return False
    refund = Refund.objects.select_related("purchase__session").get(pk=refund_id)
    intent = refund.purchase.session.payment_intent or ""
    order = str(refund.idempotency_key)
    try:
        # Stripe forgets a key after a day; the order's name on the refund it does not.
        if not any(fact.order == order for fact in gateway.list_refunds(intent)):
            try:
                gateway.create_refund(payment_intent=intent, amount=refund.amount, order=order)
            except gateway.Refused as error:
                # A no to this very question alone: what is refused before or after says nothing of the money.
                _keep_refusal(refund, error)
                return False
        _store(refund)
    except gateway.GatewayError as error:
        logger.warning("Refund %s failed, try %d: %s", refund, refund.attempts, error)
        Refund.objects.filter(pk=refund.pk).update(problem=str(error)[:2000])
        return False
    return True


def _store(refund: Refund) -> None:
    try:
        fulfil(session_id=str(refund.purchase.session))
    except SetAside as error:
        # The learner is deleted: the money's story is kept all the same.
        logger.info("%s", error)


@transaction.atomic
def _keep_refusal(refund: Refund, error: gateway.Refused) -> None:
    logger.error("Refund %s was refused: %s", refund, error)
    ordered = Refund.objects.filter(pk=refund.pk, status=Refund.Status.ORDERED)
    purchase = lock_purchase(refund.purchase_id)
    if ordered.update(status=Refund.Status.REFUSED, problem=str(error)[:2000]):
        log(refund, "payments.refuse_refund", data={"error": str(error)[:2000]})
        settle_access(purchase)
