"""Money on its way back: at once, or pending until the bank has said yes or no."""

from payments.sandbox import shapes
from payments.sandbox.acts.core import Sandbox, get_paid_charge, get_thing, tell
from payments.sandbox.errors import ApiError
from payments.sandbox.store import Json


def refund(sandbox: Sandbox, payment_intent: str, params: Json, *, pending: bool = False) -> Json:
    """Give back what is left of the payment, or the amount that is asked for."""
    with sandbox.store.change():
        charge = get_paid_charge(sandbox, payment_intent)
        amount = params.get("amount", charge["amount"] - charge["amount_refunded"])
        check_refundable(sandbox, charge, amount)
        waits = pending or sandbox.store.switches["pending_refunds"]
        given = sandbox.store.put(shapes.make_refund(charge, amount, params, "pending" if waits else "succeeded"))
        move_refunded(charge, amount)
        tell(sandbox, "refund.created", given)
        tell(sandbox, "charge.refunded", charge)
    return given


def check_refundable(sandbox: Sandbox, charge: Json, amount: int) -> None:
    left = charge["amount"] - charge["amount_refunded"]
    if not left:
        raise ApiError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    disputes = [dispute for dispute in sandbox.store.newest("dispute") if dispute["charge"] == charge["id"]]
    if not all(dispute["is_charge_refundable"] for dispute in disputes):
        raise ApiError(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    if amount <= 0:
        raise ApiError("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        raise ApiError(f"Refund amount ({amount}) is greater than unrefunded amount ({left}).", param="amount")


def move_refunded(charge: Json, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]


def finish_refund(sandbox: Sandbox, refund_id: str) -> Json:
    """The bank has taken a pending refund."""
    with sandbox.store.change():
        given = get_thing(sandbox, "refund", refund_id)
        if given["status"] != "pending":
            raise ApiError(f"This refund is {given['status']}, not pending.")
        given["status"] = "succeeded"
        tell_of_change(sandbox, given)
    return given


def fail_refund(sandbox: Sandbox, refund_id: str) -> Json:
    """The bank sends the money back, also days after a refund that had succeeded."""
    with sandbox.store.change():
        given = get_thing(sandbox, "refund", refund_id)
        if given["status"] not in ("pending", "succeeded"):
            raise ApiError(f"This refund has {given['status']} already.")
        given.update(status="failed", failure_reason="lost_or_stolen_card")
        move_refunded(sandbox.store.objects[given["charge"]], -given["amount"])
        tell_of_change(sandbox, given)
        tell(sandbox, "refund.failed", given)
    return given


def tell_of_change(sandbox: Sandbox, given: Json) -> None:
    tell(sandbox, "refund.updated", given)
    tell(sandbox, "charge.refund.updated", given)
