"""What happens on the payment page: codes, paying at once or later, a declined card, time running out."""

from payments.sandbox import shapes
from payments.sandbox.acts.core import Sandbox, get_open_session, get_session, tell
from payments.sandbox.errors import ApiError
from payments.sandbox.store import Json
from payments.sandbox.totals import add_up

MOST_GUESSES = 10
ADDRESS = {"city": "New York", "country": "US", "line1": "1 Sandbox Street", "line2": None, "postal_code": "10001"}
DECLINE = {
    "type": "card_error",
    "code": "card_declined",
    "decline_code": "insufficient_funds",
    "message": "Your card has insufficient funds. Try a different card.",
}


def ensure_intent(sandbox: Sandbox, session: Json) -> Json:
    intent = sandbox.store.get("payment_intent", session["payment_intent"] or "")
    if intent is None:
        intent = sandbox.store.put(shapes.make_payment_intent(session))
        session["payment_intent"] = intent["id"]
        tell(sandbox, "payment_intent.created", intent)
    intent["amount"] = session["amount_total"]
    return intent


def get_payable_session(sandbox: Sandbox, session_id: str) -> Json:
    session = get_open_session(sandbox, session_id)
    if not session["amount_total"]:
        raise ApiError("There is nothing to pay on this page.")
    return session


def complete(sandbox: Sandbox, session_id: str) -> Json:
    """Whatever comes of the payment, the page is done: the buyer's address is known, and with it the tax."""
    session = get_open_session(sandbox, session_id)
    locate(sandbox, session)
    add_up(session)
    session.update(status="complete", url=None)
    return session


def locate(sandbox: Sandbox, session: Json) -> None:
    if not session["automatic_tax"]["enabled"] and session["billing_address_collection"] != "required":
        return
    address = {**ADDRESS, "state": "NY"}
    details = session["customer_details"] or {"email": None, "name": None}
    session["customer_details"] = {**details, "address": details.get("address") or address}
    session["_located"] = True
    customer = sandbox.store.get("customer", session["customer"] or "")
    if customer and session["_customer_update"].get("address") == "auto":
        customer["address"] = address
        tell(sandbox, "customer.updated", customer)


def pay(sandbox: Sandbox, session_id: str) -> Json:
    with sandbox.store.change():
        session = complete(sandbox, session_id)
        if session["amount_total"]:
            intent = ensure_intent(sandbox, session)
            take(sandbox, session, sandbox.store.put(shapes.make_charge(intent, "succeeded")))
        else:
            waive(sandbox, session)
        add_invoice(sandbox, session)
        tell(sandbox, "checkout.session.completed", session)
    return session


def take(sandbox: Sandbox, session: Json, charge: Json) -> None:
    intent = sandbox.store.objects[charge["payment_intent"]]
    charge.update(status="succeeded", paid=True, captured=True, amount_captured=charge["amount"])
    charge["receipt_url"] = f"{session['_origin']}/receipts/{charge['id']}"
    intent.update(status="succeeded", amount_received=intent["amount"], latest_charge=charge["id"])
    intent["last_payment_error"] = None
    session["payment_status"] = "paid"
    tell(sandbox, "charge.succeeded", charge)
    tell(sandbox, "payment_intent.succeeded", intent)


def waive(sandbox: Sandbox, session: Json) -> None:
    """Nothing is left to pay: no payment stays behind, not even one that was declined."""
    intent = sandbox.store.get("payment_intent", session["payment_intent"] or "")
    if intent:
        intent["status"] = "canceled"
        tell(sandbox, "payment_intent.canceled", intent)
    session.update(payment_intent=None, payment_status="no_payment_required")


def add_invoice(sandbox: Sandbox, session: Json) -> None:
    if not session["invoice_creation"]["enabled"]:
        return
    invoice = sandbox.store.put(shapes.make_invoice(session, len(sandbox.store.newest("invoice")) + 1))
    session["invoice"] = invoice["id"]
    tell(sandbox, "invoice.paid", invoice)


def decline(sandbox: Sandbox, session_id: str) -> Json:
    with sandbox.store.change():
        session = get_payable_session(sandbox, session_id)
        intent = ensure_intent(sandbox, session)
        refuse_money(sandbox, intent, sandbox.store.put(shapes.make_charge(intent, "failed")))
    return session


def refuse_money(sandbox: Sandbox, intent: Json, charge: Json) -> None:
    charge.update(status="failed", failure_code=DECLINE["code"], failure_message=DECLINE["message"])
    intent.update(status="requires_payment_method", latest_charge=charge["id"])
    intent["last_payment_error"] = {**DECLINE, "charge": charge["id"]}
    tell(sandbox, "charge.failed", charge)
    tell(sandbox, "payment_intent.payment_failed", intent)


def pay_later(sandbox: Sandbox, session_id: str) -> Json:
    """A bank debit, say: the page is complete, and the money is not there yet."""
    with sandbox.store.change():
        get_payable_session(sandbox, session_id)
        session = complete(sandbox, session_id)
        intent = ensure_intent(sandbox, session)
        charge = sandbox.store.put(shapes.make_charge(intent, "pending"))
        intent.update(status="processing", latest_charge=charge["id"])
        tell(sandbox, "charge.pending", charge)
        tell(sandbox, "payment_intent.processing", intent)
        tell(sandbox, "checkout.session.completed", session)
    return session


def get_late_charge(sandbox: Sandbox, session: Json) -> Json:
    intent = sandbox.store.get("payment_intent", session["payment_intent"] or "")
    if intent is None or intent["status"] != "processing":
        raise ApiError("No payment of this session is on its way.")
    charge: Json = sandbox.store.objects[intent["latest_charge"]]
    return charge


def finish_late_payment(sandbox: Sandbox, session_id: str) -> Json:
    with sandbox.store.change():
        session = get_session(sandbox, session_id)
        take(sandbox, session, get_late_charge(sandbox, session))
        add_invoice(sandbox, session)
        tell(sandbox, "checkout.session.async_payment_succeeded", session)
    return session


def fail_late_payment(sandbox: Sandbox, session_id: str) -> Json:
    with sandbox.store.change():
        session = get_session(sandbox, session_id)
        charge = get_late_charge(sandbox, session)
        refuse_money(sandbox, sandbox.store.objects[charge["payment_intent"]], charge)
        tell(sandbox, "checkout.session.async_payment_failed", session)
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


def apply_code(sandbox: Sandbox, session_id: str, code: str) -> Json:
    """The session says what was wrong with the code, if it was."""
    with sandbox.store.change():
        session = get_open_session(sandbox, session_id)
        if not session["allow_promotion_codes"]:
            raise ApiError("This session takes no promotion codes.")
        if session["_wrong_guesses"] >= MOST_GUESSES:
            session["_code_problem"] = "Too many codes have been tried. This page takes no more."
            return session
        promotion = find_promotion(sandbox, code)
        if promotion is None:
            session["_wrong_guesses"] += 1
            session["_code_problem"] = f"There is no code {code.strip()[:40]!r}. Check its spelling."
        else:
            set_promotion(session, promotion)
    return session


def find_promotion(sandbox: Sandbox, code: str) -> Json | None:
    promotions = sandbox.store.newest("promotion_code")
    return next((one for one in promotions if one["code"] == code.strip().upper()), None)


def set_promotion(session: Json, promotion: Json) -> None:
    session["discounts"] = [{"coupon": None, "promotion_code": promotion["id"]}]
    session.update(_percent_off=promotion["_percent_off"], _code=promotion["code"], _code_problem="")
    add_up(session)


def remove_code(sandbox: Sandbox, session_id: str) -> Json:
    with sandbox.store.change():
        session = get_open_session(sandbox, session_id)
        session.update(discounts=[], _percent_off=0, _code="", _code_problem="")
        add_up(session)
    return session
