"""Every write of the payments app."""

from payments.services.checkout import AlreadyPaid, PaymentPending, start_checkout
from payments.services.events import process_event, record_event
from payments.services.fulfilment import SetAside, fulfil
from payments.services.gifts import NoGift, accept_gift, change_recipient, give, return_old_gifts, take_back_gift
from payments.services.orders import NoRefund
from payments.services.reconciliation import reconcile
from payments.services.refunds import request_refund, send_refund

__all__ = [
    "AlreadyPaid",
    "NoGift",
    "NoRefund",
    "PaymentPending",
    "SetAside",
    "accept_gift",
    "change_recipient",
    "fulfil",
    "give",
    "process_event",
    "reconcile",
    "record_event",
    "request_refund",
    "return_old_gifts",
    "send_refund",
    "start_checkout",
    "take_back_gift",
]
