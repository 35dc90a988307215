"""The pages that a buyer sees: the hosted payment page, the invoice and the receipt."""

from collections.abc import Callable
from urllib.parse import urlsplit

from payments.money import format_money
from payments.sandbox import acts, desk
from payments.sandbox.acts import Sandbox
from payments.sandbox.rendering import Page, go, moment, render, totals_of
from payments.sandbox.store import Json
from payments.sandbox.totals import with_tax

Form = dict[str, str]


def checkout_page(sandbox: Sandbox, form: Form, session_id: str) -> Page:
    session = with_tax(acts.get_session(sandbox, session_id))
    intent = sandbox.store.get("payment_intent", session["payment_intent"] or "") or {}
    totals = totals_of(session)
    return render(
        "checkout.html",
        session=session,
        lines=[
            line | {"amount": format_money(line["amount_subtotal"], line["currency"])} for line in lines_of(session)
        ],
        totals=totals,
        amount=totals["total"],
        code=session["_code"],
        code_problem=session["_code_problem"],
        is_late=intent.get("status") == "processing",
        decline=intent.get("last_payment_error"),
        success_url=success_url(session),
    )


def lines_of(session: Json) -> list[Json]:
    lines: list[Json] = session["line_items"]["data"]
    return lines


def price_of(line: Json) -> str:
    return format_money(line["amount_subtotal"], line["currency"])


def success_url(session: Json) -> str:
    address: str = session["success_url"]
    return address.replace("{CHECKOUT_SESSION_ID}", session["id"])


def to_shop(act: Callable[[Sandbox, str], Json]) -> Callable[..., Page]:
    """A button that ends the visit and leads back to the shop."""

    def press(sandbox: Sandbox, form: Form, session_id: str) -> Page:
        session = acts.get_session(sandbox, session_id)
        # Another tab was quicker: the page says so.
        if session["status"] != "open":
            return go(f"/c/pay/{session_id}")
        act(sandbox, session_id)
        return go(success_url(session))

    return press


def and_stay(act: Callable[[Sandbox, str], Json]) -> Callable[..., Page]:
    """A button after which the page goes on."""

    def press(sandbox: Sandbox, form: Form, session_id: str) -> Page:
        if acts.get_session(sandbox, session_id)["status"] == "open":
            act(sandbox, session_id)
        return go(f"/c/pay/{session_id}")

    return press


def press_code(sandbox: Sandbox, form: Form, session_id: str) -> Page:
    acts.apply_code(sandbox, session_id, form.get("code", ""))
    return go(f"/c/pay/{session_id}")


def invoice_page(sandbox: Sandbox, form: Form, invoice_id: str) -> Page:
    invoice = acts.get_thing(sandbox, "invoice", invoice_id)
    session = next(one for one in sandbox.store.newest("checkout.session") if one["invoice"] == invoice_id)
    return render("paper.html", title=f"Invoice {invoice['number']}", **paper_of(session, invoice["created"]))


def receipt_page(sandbox: Sandbox, form: Form, charge_id: str) -> Page:
    charge = acts.get_thing(sandbox, "charge", charge_id)
    sessions = sandbox.store.newest("checkout.session")
    session = next(one for one in sessions if one["payment_intent"] == charge["payment_intent"])
    refunded = format_money(charge["amount_refunded"], charge["currency"]) if charge["amount_refunded"] else ""
    return render("paper.html", title="Receipt", refunded=refunded, **paper_of(session, charge["created"]))


def paper_of(session: Json, created: int) -> Json:
    return {
        "email": (session["customer_details"] or {}).get("email") or "",
        "lines": lines_of(session),
        "totals": totals_of(session),
        "created": moment(created),
    }


def policy(sandbox: Sandbox) -> str:
    """The pages run nothing, and their forms may be answered with the way back to the shop."""
    addresses = [urlsplit(session["success_url"]) for session in sandbox.store.newest("checkout.session")]
    shops = sorted({f"{address.scheme}://{address.netloc}" for address in addresses})
    forms = " ".join(["form-action 'self'", *shops])
    return f"default-src 'none'; style-src 'self'; {forms}; frame-ancestors 'none'; base-uri 'none'"


ROUTES: list[tuple[str, Callable[..., Page]]] = [
    (r"GET /c/pay/(\w+)", checkout_page),
    (r"POST /c/pay/(\w+)/pay", to_shop(acts.pay)),
    (r"POST /c/pay/(\w+)/later", to_shop(acts.pay_later)),
    (r"POST /c/pay/(\w+)/decline", and_stay(acts.decline)),
    (r"POST /c/pay/(\w+)/expire", and_stay(acts.expire)),
    (r"POST /c/pay/(\w+)/code", press_code),
    (r"POST /c/pay/(\w+)/no-code", and_stay(acts.remove_code)),
    (r"GET /invoices/(\w+)(?:/pdf)?", invoice_page),
    (r"GET /receipts/(\w+)", receipt_page),
    *desk.ROUTES,
]
