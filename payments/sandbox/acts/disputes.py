"""What a buyer's bank does: ask, take the money back, decide."""

from payments.sandbox import shapes
from payments.sandbox.acts.core import Sandbox, get_paid_charge, get_thing, tell
from payments.sandbox.errors import ApiError
from payments.sandbox.store import Json

OPENINGS = ("warning_needs_response", "needs_response", "prevented")
# An inquiry (warning) may become a dispute; what is closed stays closed.
NEXT_STATUSES = {
    "warning_needs_response": ("warning_under_review", "warning_closed", "needs_response", "prevented"),
    "warning_under_review": ("warning_closed", "needs_response"),
    "needs_response": ("under_review", "won", "lost"),
    "under_review": ("won", "lost"),
}
CLOSED = ("won", "lost", "warning_closed")
REFUNDABLE = ("warning_needs_response", "warning_under_review", "warning_closed", "won")


def open_dispute(
    sandbox: Sandbox, payment_intent: str, *, status: str = "needs_response", reason: str = "fraudulent"
) -> Json:
    with sandbox.store.change():
        charge = get_paid_charge(sandbox, payment_intent)
        check_disputable(sandbox, charge, status)
        charge["disputed"] = True
        dispute = sandbox.store.put(shapes.make_dispute(charge, status, reason))
        dispute["is_charge_refundable"] = status in REFUNDABLE
        tell(sandbox, "charge.dispute.created", dispute)
        tell_of_funds(sandbox, dispute)
    return dispute


def check_disputable(sandbox: Sandbox, charge: Json, status: str) -> None:
    if status not in OPENINGS:
        raise ApiError(f"A dispute does not open as {status}.", param="status")
    for dispute in sandbox.store.newest("dispute"):
        if dispute["charge"] == charge["id"] and dispute["status"] in NEXT_STATUSES:
            raise ApiError(f"Charge {charge['id']} has an open dispute already: {dispute['id']}.")


def move_dispute(sandbox: Sandbox, dispute_id: str, status: str) -> Json:
    with sandbox.store.change():
        dispute = get_thing(sandbox, "dispute", dispute_id)
        if status not in NEXT_STATUSES.get(dispute["status"], ()):
            raise ApiError(f"This dispute is {dispute['status']} and cannot become {status}.", param="status")
        dispute.update(status=status, is_charge_refundable=status in REFUNDABLE)
        if status.endswith("under_review"):
            dispute["evidence_details"].update(has_evidence=True, submission_count=1, submission_method="manual")
        tell(sandbox, f"charge.dispute.{'closed' if status in CLOSED else 'updated'}", dispute)
        tell_of_funds(sandbox, dispute)
    return dispute


def tell_of_funds(sandbox: Sandbox, dispute: Json) -> None:
    kinds = {"needs_response": "charge.dispute.funds_withdrawn", "won": "charge.dispute.funds_reinstated"}
    if dispute["status"] in kinds:
        tell(sandbox, kinds[dispute["status"]], dispute)
