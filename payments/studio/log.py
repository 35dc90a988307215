"""What the log calls each act."""

from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

ACTIONS = {
    "purchase": ("Record purchase", "Purchase recorded"),
    "refund": ("Record refund", "Refund recorded"),
    "dispute": ("Record dispute", "Dispute recorded"),
    "set_aside": ("Set event aside", "Event set aside for staff"),
    "order_refund": ("Order refund", "Refund ordered"),
    "refuse_refund": ("Record refusal", "Refund refused by Stripe"),
    "retry_refund": ("Ask again for refund", "Refund asked for again"),
    "withhold": ("Withhold access", "Access withheld by staff"),
    "release": ("Release access", "Access released by staff"),
    "grant": ("Give access without payment", "Access given without payment"),
    "revoke": ("Take back access", "Access that staff gave taken back"),
    "retry_event": ("Try event again", "Event tried again"),
    "order_reconciliation": ("Order reconciliation", "Reconciliation ordered"),
    "accept_gift": ("Accept gift", "Gift accepted"),
    "change_gift": ("Change gift", "Gift sent to another address"),
    "take_back_gift": ("Take back gift", "Gift taken back"),
}


@hooks.register("register_log_actions")
def register_payment_actions(actions: LogActionRegistry) -> None:
    for name, (label, message) in ACTIONS.items():
        actions.register_action(f"payments.{name}", label, message)
