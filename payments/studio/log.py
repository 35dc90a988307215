"""What the log calls each act."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

ACTIONS = {
    "purchase": (_("Record purchase"), _("Purchase recorded")),
    "refund": (_("Record refund"), _("Refund recorded")),
    "dispute": (_("Record dispute"), _("Dispute recorded")),
    "set_aside": (_("Set event aside"), _("Event set aside for staff")),
    "order_refund": (_("Order refund"), _("Refund ordered")),
    "refuse_refund": (_("Record refusal"), _("Refund refused by Stripe")),
    "retry_refund": (_("Ask again for refund"), _("Refund asked for again")),
    "withhold": (_("Withhold access"), _("Access withheld by staff")),
    "release": (_("Release access"), _("Access released by staff")),
    "grant": (_("Give access without payment"), _("Access given without payment")),
    "revoke": (_("Take back access"), _("Access given by staff taken back")),
    "give_to_many": (_("Give access to a list"), _("Access given to a list")),
    "undo_giving": (_("Take back access of a list"), _("Access of a list taken back")),
    "retry_event": (_("Try event again"), _("Event tried again")),
    "ask_about_person": (_("Ask Stripe about a person"), _("Stripe asked about the person's payments")),
    "drop_customer": (_("Drop customer"), _("Second customer at Stripe dropped in a merge")),
    "open_account": (_("Open account"), _("Account opened by staff")),
    "write_billing_details": (_("Write billing details"), _("Receipt made out to an address")),
    "order_reconciliation": (_("Order reconciliation"), _("Reconciliation ordered")),
    "accept_gift": (_("Accept gift"), _("Gift accepted")),
    "change_gift": (_("Change gift"), _("Gift sent to another address")),
    "take_back_gift": (_("Take back gift"), _("Gift taken back")),
}


@hooks.register("register_log_actions")
def register_payment_actions(actions: LogActionRegistry) -> None:
    for name, (label, message) in ACTIONS.items():
        actions.register_action(f"payments.{name}", label, message)
