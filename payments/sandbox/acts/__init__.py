"""What people, banks and time do. Each act tells the world by events."""

from payments.sandbox.acts.checkout import (
    apply_code,
    decline,
    expire,
    expire_old,
    fail_late_payment,
    finish_late_payment,
    pay,
    pay_later,
    remove_code,
)
from payments.sandbox.acts.core import Sandbox, get_session, get_thing, tell, visible
from payments.sandbox.acts.disputes import NEXT_STATUSES, OPENINGS, move_dispute, open_dispute
from payments.sandbox.acts.refunds import fail_refund, finish_refund, refund
from payments.sandbox.acts.webhooks import flip_switch, send_again

__all__ = [
    "NEXT_STATUSES",
    "OPENINGS",
    "Sandbox",
    "apply_code",
    "decline",
    "expire",
    "expire_old",
    "fail_late_payment",
    "fail_refund",
    "finish_late_payment",
    "finish_refund",
    "flip_switch",
    "get_session",
    "get_thing",
    "move_dispute",
    "open_dispute",
    "pay",
    "pay_later",
    "refund",
    "remove_code",
    "send_again",
    "tell",
    "visible",
]
