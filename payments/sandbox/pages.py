"""The pages that a person sees: the hosted payment page, and the list of sessions."""

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from django.template import Context, Engine

from payments.money import format_money
from payments.sandbox import acts
from payments.sandbox.acts import Sandbox
from payments.sandbox.store import Json

HERE = Path(__file__).parent
ENGINE = Engine(dirs=[str(HERE / "templates")])
STYLE = (HERE / "sandbox.css").read_bytes()

Page = tuple[int, str]
"""A status, and either a page's HTML or, with 303, where to go."""


def render(template: str, status: int = 200, **context: object) -> Page:
    return status, ENGINE.get_template(template).render(Context(context))


def not_here(sandbox: Sandbox) -> Page:
    return render("nothing.html", HTTPStatus.NOT_FOUND)


def checkout_page(sandbox: Sandbox, session_id: str) -> Page:
    session = acts.get_session(sandbox, session_id)
    intent = sandbox.store.get("payment_intent", session["payment_intent"] or "")
    return render(
        "checkout.html",
        session=session,
        lines=[{**line, "amount": money_of(line)} for line in session["line_items"]["data"]],
        amount=money_of(session),
        decline=intent["last_payment_error"] if intent else None,
        success_url=success_url(session),
    )


def press_pay(sandbox: Sandbox, session_id: str) -> Page:
    session = acts.get_session(sandbox, session_id)
    # Another tab was quicker: the page says so.
    if session["status"] != "open":
        return HTTPStatus.SEE_OTHER, f"/c/pay/{session_id}"
    acts.pay(sandbox, session_id)
    return HTTPStatus.SEE_OTHER, success_url(session)


def press_decline(sandbox: Sandbox, session_id: str) -> Page:
    if acts.get_session(sandbox, session_id)["status"] == "open":
        acts.decline(sandbox, session_id)
    return HTTPStatus.SEE_OTHER, f"/c/pay/{session_id}"


def press_refund(sandbox: Sandbox, session_id: str) -> Page:
    payment_intent = acts.get_session(sandbox, session_id)["payment_intent"]
    acts.refund(sandbox, payment_intent or "", {"reason": "requested_by_customer"})
    return HTTPStatus.SEE_OTHER, "/"


def press_expire(sandbox: Sandbox, session_id: str) -> Page:
    acts.expire(sandbox, session_id)
    return HTTPStatus.SEE_OTHER, "/"


def overview(sandbox: Sandbox) -> Page:
    sessions = [summary(sandbox, session) for session in sandbox.store.newest("checkout.session")]
    events = [event_summary(sandbox, event) for event in sandbox.store.newest("event")[:20]]
    return render("overview.html", sessions=sessions, events=events)


def summary(sandbox: Sandbox, session: Json) -> Json:
    intent = sandbox.store.get("payment_intent", session["payment_intent"] or "")
    charge = sandbox.store.get("charge", intent["latest_charge"] or "") if intent else None
    is_refunded = bool(charge and charge["refunded"])
    is_paid = session["payment_status"] == "paid"
    return {
        "id": session["id"],
        "amount": money_of(session),
        "email": (session["customer_details"] or {}).get("email") or "",
        "state": "refunded" if is_refunded else "paid" if is_paid else session["status"],
        "created": datetime.fromtimestamp(session["created"], UTC),
        "is_open": session["status"] == "open",
        "is_refundable": is_paid and not is_refunded,
    }


def event_summary(sandbox: Sandbox, event: Json) -> Json:
    delivery = sandbox.store.deliveries[event["id"]]
    return {
        "type": event["type"],
        "created": datetime.fromtimestamp(event["created"], UTC),
        "attempts": delivery["attempts"],
        "answer": delivery["answer"] or "waiting",
    }


def money_of(thing: Json) -> str:
    return format_money(thing["amount_total"], thing["currency"])


def success_url(session: Json) -> str:
    address: str = session["success_url"]
    return address.replace("{CHECKOUT_SESSION_ID}", session["id"])


def policy(sandbox: Sandbox) -> str:
    """The pages run nothing, and their forms may be answered with the way back to the shop."""
    addresses = [urlsplit(session["success_url"]) for session in sandbox.store.newest("checkout.session")]
    shops = sorted({f"{address.scheme}://{address.netloc}" for address in addresses})
    forms = " ".join(["form-action 'self'", *shops])
    return f"default-src 'none'; style-src 'self'; {forms}; frame-ancestors 'none'; base-uri 'none'"


ROUTES: list[tuple[str, Callable[..., Page]]] = [
    (r"GET /", overview),
    (r"GET /c/pay/(\w+)", checkout_page),
    (r"POST /c/pay/(\w+)/pay", press_pay),
    (r"POST /c/pay/(\w+)/decline", press_decline),
    (r"POST /sessions/(\w+)/refund", press_refund),
    (r"POST /sessions/(\w+)/expire", press_expire),
]
