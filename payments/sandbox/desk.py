"""The sandbox's own pages: every session with its story and what can be done to it, the events, the switches."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from payments.money import format_money, to_minor_units, to_units
from payments.sandbox import acts
from payments.sandbox.acts import Sandbox
from payments.sandbox.errors import ApiError
from payments.sandbox.rendering import Page, go, moment, render, totals_of
from payments.sandbox.store import Json

Form = dict[str, str]

MOST_SESSIONS = 30
MOST_EVENTS = 60
SWITCHES = {
    "duplicate": ("Duplicate", "each event arrives twice"),
    "reorder": ("Reorder", "the newest event arrives first"),
    "delay": ("Delay", "events wait a quarter of a minute"),
    "drop": ("Drop", "events never arrive, unless sent by hand"),
    "pending_refunds": ("Pending refunds", "refunds wait for your decision"),
}
OPENINGS = {
    "warning_needs_response": "Open an inquiry",
    "needs_response": "Open a dispute",
    "prevented": "Open a prevented dispute",
}


def overview(sandbox: Sandbox, form: Form) -> Page:
    store = sandbox.store
    with store.lock:
        sessions = [view_of(sandbox, session) for session in store.newest("checkout.session")[:MOST_SESSIONS]]
        events = [event_view(sandbox, event) for event in store.newest("event")[:MOST_EVENTS]]
    switches = [
        {"name": name, "title": title, "meaning": meaning, "is_on": store.switches[name]}
        for name, (title, meaning) in SWITCHES.items()
    ]
    return render("overview.html", sessions=sessions, events=events, switches=switches)


def session_page(sandbox: Sandbox, form: Form, session_id: str) -> Page:
    with sandbox.store.lock:
        session = view_of(sandbox, acts.get_session(sandbox, session_id))
    return render("session.html", session=session)


def view_of(sandbox: Sandbox, session: Json) -> Json:
    store = sandbox.store
    intent = store.get("payment_intent", session["payment_intent"] or "") or {}
    charge = store.get("charge", intent.get("latest_charge") or "") or {}
    disputes = [one for one in store.newest("dispute") if one["charge"] == charge.get("id")]
    left = charge["amount"] - charge["amount_refunded"] if charge.get("paid") else 0
    return {
        "id": session["id"],
        "totals": totals_of(session),
        "code": session["_code"],
        "email": (session["customer_details"] or {}).get("email") or "",
        "created": moment(session["created"]),
        "state": state_of(session, intent, charge, disputes),
        "is_open": session["status"] == "open",
        "is_late": intent.get("status") == "processing",
        "is_paid": charge.get("paid"),
        "left": format_money(left, session["currency"]) if left else "",
        "openings": OPENINGS,
        "refunds": [refund_view(one) for one in store.newest("refund") if one["charge"] == charge.get("id")],
        "disputes": [dispute_view(one) for one in disputes],
        "story": story_of(sandbox, session),
        "invoice": session["invoice"],
        "receipt": charge.get("receipt_url"),
    }


def state_of(session: Json, intent: Json, charge: Json, disputes: list[Json]) -> str:
    if disputes:
        return f"dispute {words(disputes[0]['status'])}"
    if charge.get("refunded"):
        return "refunded"
    if charge.get("amount_refunded"):
        return "partly refunded"
    if intent.get("status") == "processing":
        return "on its way"
    if session["status"] == "complete":
        return words(session["payment_status"])
    return str(session["status"])


def words(name: str) -> str:
    return name.replace("_", " ")


def refund_view(refund: Json) -> Json:
    return {
        "id": refund["id"],
        "amount": format_money(refund["amount"], refund["currency"]),
        "status": refund["status"],
        "can_succeed": refund["status"] == "pending",
        "can_fail": refund["status"] in ("pending", "succeeded"),
    }


def dispute_view(dispute: Json) -> Json:
    steps = acts.NEXT_STATUSES.get(dispute["status"], ())
    return {
        "id": dispute["id"],
        "amount": format_money(dispute["amount"], dispute["currency"]),
        "reason": dispute["reason"],
        "status": words(dispute["status"]),
        "due_by": moment(dispute["evidence_details"]["due_by"]) if steps else None,
        "steps": [{"status": step, "words": words(step)} for step in steps],
    }


def story_of(sandbox: Sandbox, session: Json) -> list[Json]:
    """The session's events, oldest first."""
    own = {session["id"], session["payment_intent"], session["invoice"]} - {None}
    events = reversed(sandbox.store.newest("event"))
    return [event_view(sandbox, event) for event in events if own & subjects_of(event)]


def subjects_of(event: Json) -> set[str]:
    thing = event["data"]["object"]
    return {thing["id"], thing.get("payment_intent") or ""}


def event_view(sandbox: Sandbox, event: Json) -> Json:
    delivery = sandbox.store.deliveries[event["id"]]
    thing = event["data"]["object"]
    return {
        "id": event["id"],
        "type": event["type"],
        "about": thing["id"],
        "status": words(thing.get("status") or ""),
        "created": moment(event["created"]),
        "attempts": delivery["attempts"],
        "answer": "dropped" if delivery["dropped"] else delivery["answer"] or "waiting",
        "delivered_at": moment(delivery["delivered_at"]) if delivery["delivered_at"] else None,
    }


def on_session(act: Callable[[Sandbox, str], Json]) -> Callable[..., Page]:
    def press(sandbox: Sandbox, form: Form, session_id: str) -> Page:
        act(sandbox, session_id)
        return go(f"/sessions/{session_id}")

    return press


def press_refund(sandbox: Sandbox, form: Form, session_id: str) -> Page:
    params: Json = {"reason": "requested_by_customer"}
    if form.get("amount", "").strip():
        params["amount"] = read_amount(form["amount"], acts.get_session(sandbox, session_id)["currency"])
    acts.refund(sandbox, payment_of(sandbox, session_id), params, pending=form.get("outcome") == "pending")
    return go(f"/sessions/{session_id}")


def read_amount(text: str, currency: str) -> int:
    """12.50 dollars as 1250."""
    try:
        return to_minor_units(Decimal(text.strip()), currency)
    except (InvalidOperation, OverflowError, ValueError):
        example = to_units(1250, currency)
        raise ApiError(f"Write the amount as a number, such as {example}.", param="amount") from None


def payment_of(sandbox: Sandbox, session_id: str) -> str:
    return acts.get_session(sandbox, session_id)["payment_intent"] or ""


def press_dispute(sandbox: Sandbox, form: Form, session_id: str) -> Page:
    acts.open_dispute(sandbox, payment_of(sandbox, session_id), status=form.get("status", ""))
    return go(f"/sessions/{session_id}")


def press_move(sandbox: Sandbox, form: Form, dispute_id: str) -> Page:
    return go_to_session(sandbox, acts.move_dispute(sandbox, dispute_id, form.get("status", "")))


def on_refund(act: Callable[[Sandbox, str], Json]) -> Callable[..., Page]:
    def press(sandbox: Sandbox, form: Form, refund_id: str) -> Page:
        return go_to_session(sandbox, act(sandbox, refund_id))

    return press


def go_to_session(sandbox: Sandbox, thing: Json) -> Page:
    sessions = sandbox.store.newest("checkout.session")
    return go(f"/sessions/{next(one['id'] for one in sessions if one['payment_intent'] == thing['payment_intent'])}")


def press_send(sandbox: Sandbox, form: Form, event_id: str) -> Page:
    acts.send_again(sandbox, event_id)
    return go("/")


def press_switch(sandbox: Sandbox, form: Form, name: str) -> Page:
    acts.flip_switch(sandbox, name)
    return go("/")


ROUTES: list[tuple[str, Callable[..., Page]]] = [
    (r"GET /", overview),
    (r"GET /sessions/(\w+)", session_page),
    (r"POST /sessions/(\w+)/refund", press_refund),
    (r"POST /sessions/(\w+)/dispute", press_dispute),
    (r"POST /sessions/(\w+)/succeed", on_session(acts.finish_late_payment)),
    (r"POST /sessions/(\w+)/fail", on_session(acts.fail_late_payment)),
    (r"POST /sessions/(\w+)/expire", on_session(acts.expire)),
    (r"POST /refunds/(\w+)/succeed", on_refund(acts.finish_refund)),
    (r"POST /refunds/(\w+)/fail", on_refund(acts.fail_refund)),
    (r"POST /disputes/(\w+)/move", press_move),
    (r"POST /events/(\w+)/send", press_send),
    (r"POST /switches/(\w+)", press_switch),
]
