"""The sandbox itself, and how it finds things and tells of them."""

from copy import deepcopy
from dataclasses import dataclass

from payments.sandbox import shapes
from payments.sandbox.errors import ApiError, missing
from payments.sandbox.store import Json, Store

DELAY = 15  # seconds that the switch holds an event back
# The codes that are always there, and their per cent.
PROMOTIONS = {"COLLEAGUE20": 20, "WELCOME100": 100}


@dataclass
class Sandbox:
    """The whole of it: what it knows, what it sells, and where it sends its webhooks."""

    store: Store
    lookup_key: str
    amount: int
    currency: str

    def __post_init__(self) -> None:
        with self.store.change():
            self.offer_price()
            self.offer_codes()

    def offer_price(self) -> None:
        offered = {"lookup_key": self.lookup_key, "unit_amount": self.amount, "currency": self.currency}
        prices = self.store.newest("price")
        if any(offered.items() <= price.items() for price in prices):
            return
        for price in prices:
            price["lookup_key"] = None
        self.store.put(shapes.make_price(self.lookup_key, self.amount, self.currency))

    def offer_codes(self) -> None:
        known = {promotion["code"] for promotion in self.store.newest("promotion_code")}
        for code, percent in PROMOTIONS.items():
            if code not in known:
                self.store.put(shapes.make_promotion_code(code, percent))


def visible(thing: Json) -> Json:
    """As Stripe shows it when nothing is expanded."""
    hidden = {"line_items"} if thing["object"] == "checkout.session" else set()
    return deepcopy({name: value for name, value in thing.items() if name not in hidden and not name.startswith("_")})


def tell(sandbox: Sandbox, kind: str, thing: Json) -> None:
    """Make an event, and what the switches say now decides how it will travel."""
    switches = sandbox.store.switches
    event = sandbox.store.put(shapes.make_event(kind, visible(thing)))
    sandbox.store.deliveries[event["id"]] = {
        "attempts": 0,
        "failures": 0,
        "next_at": shapes.now() + DELAY if switches["delay"] else 0,
        "delivered_at": None,
        "answer": "",
        "copies": 2 if switches["duplicate"] else 1,
        "newest_first": switches["reorder"],
        "dropped": switches["drop"],
    }


def get_thing(sandbox: Sandbox, kind: str, object_id: str, param: str = "id") -> Json:
    thing = sandbox.store.get(kind, object_id)
    if thing is None:
        raise missing(kind, object_id, param)
    return thing


def get_session(sandbox: Sandbox, session_id: str) -> Json:
    return get_thing(sandbox, "checkout.session", session_id)


def get_open_session(sandbox: Sandbox, session_id: str) -> Json:
    session = get_session(sandbox, session_id)
    if session["status"] != "open":
        raise ApiError(f"This Checkout Session is {session['status']}, not open.")
    return session


def get_paid_charge(sandbox: Sandbox, payment_intent: str) -> Json:
    intent = get_thing(sandbox, "payment_intent", payment_intent, "payment_intent")
    charge = sandbox.store.get("charge", intent["latest_charge"] or "")
    if charge is None or not charge["paid"]:
        raise ApiError(f"This PaymentIntent ({payment_intent}) does not have a successful charge to refund.")
    return charge
