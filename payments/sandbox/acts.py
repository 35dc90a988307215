"""What people and time do: pay, decline, give back, let expire. Each act tells the world by events."""

from copy import deepcopy
from dataclasses import dataclass

from payments.sandbox import shapes
from payments.sandbox.errors import ApiError, missing
from payments.sandbox.store import Json, Store

DECLINE = {
    "type": "card_error",
    "code": "card_declined",
    "decline_code": "insufficient_funds",
    "message": "Your card has insufficient funds. Try a different card.",
}


@dataclass
class Sandbox:
    """The whole of it: what it knows, what it sells, and where it sends its webhooks."""

    store: Store
    lookup_key: str
    amount: int
    currency: str

    def __post_init__(self) -> None:
        offered = {"lookup_key": self.lookup_key, "unit_amount": self.amount, "currency": self.currency}
        prices = self.store.newest("price")
        if not any(offered.items() <= price.items() for price in prices):
            with self.store.change():
                for price in prices:
                    price["lookup_key"] = None
                self.store.put(shapes.make_price(self.lookup_key, self.amount, self.currency))


def visible(thing: Json) -> Json:
    """As Stripe shows it when nothing is expanded."""
    hidden = {"line_items"} if thing["object"] == "checkout.session" else set()
    return deepcopy({name: value for name, value in thing.items() if name not in hidden and not name.startswith("_")})


def tell(sandbox: Sandbox, kind: str, thing: Json) -> None:
    event = sandbox.store.put(shapes.make_event(kind, visible(thing)))
    sandbox.store.deliveries[event["id"]] = {"attempts": 0, "next_at": 0, "delivered_at": None, "answer": ""}


def get_session(sandbox: Sandbox, session_id: str) -> Json:
    session = sandbox.store.get("checkout.session", session_id)
    if session is None:
        raise missing("checkout.session", session_id)
    return session


def get_open_session(sandbox: Sandbox, session_id: str) -> Json:
    session = get_session(sandbox, session_id)
    if session["status"] != "open":
        raise ApiError(f"This Checkout Session is {session['status']}, not open.")
    return session


def ensure_intent(sandbox: Sandbox, session: Json) -> Json:
    intent = sandbox.store.get("payment_intent", session["payment_intent"] or "")
    if intent is None:
        intent = sandbox.store.put(shapes.make_payment_intent(session))
        session["payment_intent"] = intent["id"]
        tell(sandbox, "payment_intent.created", intent)
    return intent


def pay(sandbox: Sandbox, session_id: str) -> Json:
    with sandbox.store.change():
        session = get_open_session(sandbox, session_id)
        intent = ensure_intent(sandbox, session)
        charge = sandbox.store.put(shapes.make_charge(intent))
        intent.update(status="succeeded", amount_received=intent["amount"], latest_charge=charge["id"])
        intent["last_payment_error"] = None
        session.update(status="complete", payment_status="paid", url=None)
        tell(sandbox, "charge.succeeded", charge)
        tell(sandbox, "payment_intent.succeeded", intent)
        tell(sandbox, "checkout.session.completed", session)
    return session


def decline(sandbox: Sandbox, session_id: str) -> Json:
    with sandbox.store.change():
        session = get_open_session(sandbox, session_id)
        intent = ensure_intent(sandbox, session)
        charge = sandbox.store.put(shapes.make_charge(intent, DECLINE))
        intent.update(latest_charge=charge["id"], last_payment_error={**DECLINE, "charge": charge["id"]})
        tell(sandbox, "charge.failed", charge)
        tell(sandbox, "payment_intent.payment_failed", intent)
    return session


def expire(sandbox: Sandbox, session_id: str) -> Json:
    with sandbox.store.change():
        session = get_open_session(sandbox, session_id)
        session.update(status="expired", url=None)
        tell(sandbox, "checkout.session.expired", session)
    return session


def expire_old(sandbox: Sandbox) -> None:
    with sandbox.store.lock:
        for session in sandbox.store.newest("checkout.session"):
            if session["status"] == "open" and session["expires_at"] <= shapes.now():
                expire(sandbox, session["id"])


def refund(sandbox: Sandbox, payment_intent: str, params: Json) -> Json:
    """Give back what is left of the payment, or the amount that is asked for."""
    with sandbox.store.change():
        charge = get_paid_charge(sandbox, payment_intent)
        left = charge["amount"] - charge["amount_refunded"]
        amount = params.get("amount", left)
        if not left:
            raise ApiError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
        if not 0 < amount <= left:
            raise ApiError(f"Refund amount ({amount}) is greater than unrefunded amount ({left}).", param="amount")
        given = sandbox.store.put(shapes.make_refund(charge, amount, params))
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        tell(sandbox, "refund.created", given)
        tell(sandbox, "charge.refunded", charge)
    return given


def get_paid_charge(sandbox: Sandbox, payment_intent: str) -> Json:
    intent = sandbox.store.get("payment_intent", payment_intent)
    if intent is None:
        raise missing("payment_intent", payment_intent, "payment_intent")
    charge = sandbox.store.get("charge", intent["latest_charge"] or "")
    if charge is None or not charge["paid"]:
        raise ApiError(f"This PaymentIntent ({payment_intent}) does not have a successful charge to refund.")
    return charge
