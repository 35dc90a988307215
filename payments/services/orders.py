"""Orders to give money back. An order is a row first (decision 7); Stripe is asked after the commit (refunds.py)."""

from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.log_actions import log

from accounts.mail.services import queue_mail
from accounts.models import User
from core.enqueue import enqueue
from payments.errors import NoRefund
from payments.mails import PAID_TWICE
from payments.models import CheckoutSession, Purchase, Refund
from payments.money import format_money


def lock_purchase(purchase_id: int) -> Purchase:
    """The purchase as it is now, with its people and its session locked."""
    purchase = Purchase.objects.select_related("session").get(pk=purchase_id)
    lock_checkout(purchase.session_id)
    purchase.refresh_from_db()
    return purchase


def lock_checkout(session_id: int) -> CheckoutSession:
    """The session as it is now, locked after its people: who pays, and who accepted the gift.

    What closes for either of them may open another purchase of theirs, so nothing else may settle it meanwhile.
    """
    while True:
        mark = transaction.savepoint()
        people = find_people(session_id)
        list(User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk"))
        session = CheckoutSession.objects.select_for_update().get(pk=session_id)
        if find_people(session_id) <= people:
            return session
        # Accepted while we waited: a learner is locked before a session, so it all begins again.
        transaction.savepoint_rollback(mark)


def find_people(session_id: int) -> set[int]:
    found = CheckoutSession.objects.filter(pk=session_id).values_list("user_id", "gift__accepted_by_id").get()
    return {pk for pk in found if pk}


def order_refund(
    *, purchase: Purchase, amount: int, reason: Refund.Reason, by: User | None = None, note: str = ""
) -> Refund:
    """Write the order, in the caller's transaction, with the session locked. Raises NoRefund above what is left."""
    left = purchase.refundable_amount
    if not 0 < amount <= left:
        what, rest = (format_money(sum_, purchase.currency) for sum_ in (amount, left))
        raise NoRefund(
            gettext("{what} cannot be given back: {rest} is left of the payment.").format(what=what, rest=rest)
        )
    now = timezone.now()
    refund = Refund.objects.create(
        purchase=purchase,
        amount=amount,
        currency=purchase.currency,
        status=Refund.Status.ORDERED,
        created_at=now,
        reason=reason,
        note=note,
        ordered_by=by,
        idempotency_key=uuid4(),
        next_try_at=now,
    )
    log(refund, "payments.order_refund", user=by, data={"amount": amount, "reason": reason, "note": note})
    # Without a broker the row still stands, and the sweep finds it.
    enqueue("payments.tasks.send_refund", refund.pk)
    return refund


def order_refund_of_second_payment(purchase: Purchase) -> None:
    """Two tabs were both paid: the second goes back by itself, once, and the learner is told."""
    if not purchase.amount or purchase.refunds.filter(reason=Refund.Reason.PAID_TWICE).exists():
        return
    left = purchase.refundable_amount
    if not left:
        return
    order_refund(purchase=purchase, amount=left, reason=Refund.Reason.PAID_TWICE)
    user = purchase.session.user
    if user:
        queue_mail(kind=PAID_TWICE, reference=str(purchase.pk), to=user.email, user=user)
