"""Stripe's objects in Stripe's own shapes, as of the API version that the production client pins."""

import secrets
import string
import time

from payments.sandbox.store import Json
from payments.sandbox.totals import add_up

API_VERSION = "2026-10-28.endive"
SESSION_LIFETIME = 24 * 60 * 60  # seconds
RESPONSE_TIME = 7 * 24 * 60 * 60  # seconds to answer a dispute
ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str) -> str:
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(24))


def now() -> int:
    return int(time.time())


def make_list(things: list[Json], url: str, limit: int = 10) -> Json:
    return {"object": "list", "data": things[:limit], "has_more": len(things) > limit, "url": url}


def make_customer(params: Json) -> Json:
    return {
        "id": new_id("cus_"),
        "object": "customer",
        "address": params.get("address"),
        "balance": 0,
        "created": now(),
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": params.get("description"),
        "email": params.get("email"),
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "name": params.get("name"),
        "phone": None,
        "shipping": None,
    }


def make_price(lookup_key: str, amount: int, currency: str) -> Json:
    return {
        "id": new_id("price_"),
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": now(),
        "currency": currency,
        "livemode": False,
        "lookup_key": lookup_key,
        "metadata": {},
        "nickname": None,
        "product": new_id("prod_"),
        "recurring": None,
        "tax_behavior": "exclusive",
        "type": "one_time",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }


def make_line(price: Json, quantity: int) -> Json:
    total = price["unit_amount"] * quantity
    return {
        "id": new_id("li_"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": price["currency"],
        "description": "eScan Academy: access to every course",
        "price": price,
        "quantity": quantity,
    }


def make_session(params: Json, lines: list[Json], customer: Json | None, origin: str) -> Json:
    session_id, made = new_id("cs_test_"), now()
    session = {
        "id": session_id,
        "object": "checkout.session",
        "allow_promotion_codes": params.get("allow_promotion_codes"),
        "automatic_tax": make_automatic_tax(params),
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": made,
        "currency": lines[0]["currency"],
        "custom_fields": [],
        "customer": customer["id"] if customer else None,
        "customer_details": make_customer_details(params, customer),
        "customer_email": params.get("customer_email"),
        "discounts": [],
        "expires_at": params.get("expires_at", made + SESSION_LIFETIME),
        "invoice": None,
        "invoice_creation": {"enabled": False, **params.get("invoice_creation", {})},
        "line_items": make_list(lines, f"/v1/checkout/sessions/{session_id}/line_items"),
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": params.get("metadata") or {},
        "mode": params["mode"],
        "payment_intent": None,
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "success_url": params["success_url"],
        "ui_mode": "hosted_page",
        "url": f"{origin}/c/pay/{session_id}",
        **make_hidden(params, customer, origin),
    }
    add_up(session)
    return session


def make_hidden(params: Json, customer: Json | None, origin: str) -> Json:
    """What the sandbox keeps with a session and never shows."""
    return {
        "_payment_intent_data": params.get("payment_intent_data") or {},
        "_customer_update": params.get("customer_update") or {},
        "_located": bool(customer and customer["address"]),
        "_origin": origin,
        "_percent_off": 0,
        "_code": "",
        "_code_problem": "",
        "_wrong_guesses": 0,
    }


def make_automatic_tax(params: Json) -> Json:
    if not params.get("automatic_tax", {}).get("enabled"):
        return {"enabled": False, "liability": None, "provider": None, "status": None}
    return {"enabled": True, "liability": {"type": "self"}, "provider": "stripe", "status": None}


def make_customer_details(params: Json, customer: Json | None) -> Json | None:
    if customer:
        return {"address": customer["address"], "email": customer["email"], "name": customer["name"]}
    if params.get("customer_email"):
        return {"address": None, "email": params["customer_email"], "name": None}
    return None


def make_promotion_code(code: str, percent: int) -> Json:
    return {
        "id": new_id("promo_"),
        "object": "promotion_code",
        "active": True,
        "code": code,
        "created": now(),
        "customer": None,
        "expires_at": None,
        "livemode": False,
        "max_redemptions": None,
        "metadata": {},
        "promotion": {"type": "coupon", "coupon": new_id("")},
        "restrictions": {"first_time_transaction": False, "minimum_amount": None, "minimum_amount_currency": None},
        "times_redeemed": 0,
        "_percent_off": percent,
    }


def make_payment_intent(session: Json) -> Json:
    return {
        "id": new_id("pi_"),
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_received": 0,
        "capture_method": "automatic_async",
        "client_secret": None,
        "created": now(),
        "currency": session["currency"],
        "customer": session["customer"],
        "description": session["_payment_intent_data"].get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": session["_payment_intent_data"].get("metadata") or {},
        "payment_method_types": ["card"],
        "statement_descriptor_suffix": session["_payment_intent_data"].get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
    }


def make_charge(intent: Json, status: str) -> Json:
    return {
        "id": new_id("ch_"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "captured": False,
        "created": now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": intent["metadata"],
        "paid": False,
        "payment_intent": intent["id"],
        "receipt_url": None,
        "refunded": False,
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": status,
    }


def make_refund(charge: Json, amount: int, params: Json, status: str) -> Json:
    return {
        "id": new_id("re_"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": now(),
        "currency": charge["currency"],
        "failure_reason": None,
        "metadata": params.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "pending_reason": "processing" if status == "pending" else None,
        "reason": params.get("reason"),
        "receipt_number": None,
        "status": status,
    }


def make_dispute(charge: Json, status: str, reason: str) -> Json:
    return {
        "id": new_id("du_"),
        "object": "dispute",
        "amount": charge["amount"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now(),
        "currency": charge["currency"],
        "evidence": {},
        "evidence_details": {
            "due_by": now() + RESPONSE_TIME,
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": status,
    }


def make_invoice(session: Json, number: int) -> Json:
    invoice_id, made = new_id("in_"), now()
    details = session["customer_details"] or {}
    data = session["invoice_creation"].get("invoice_data") or {}
    page = f"{session['_origin']}/invoices/{invoice_id}"
    return {
        "id": invoice_id,
        "object": "invoice",
        "amount_due": session["amount_total"],
        "amount_paid": session["amount_total"],
        "amount_remaining": 0,
        "created": made,
        "currency": session["currency"],
        "custom_fields": data.get("custom_fields"),
        "customer": session["customer"],
        "customer_address": details.get("address"),
        "customer_email": details.get("email"),
        "customer_name": details.get("name"),
        "description": data.get("description"),
        "footer": data.get("footer"),
        "hosted_invoice_url": page,
        "invoice_pdf": f"{page}/pdf",
        "lines": make_list([make_invoice_line(line) for line in session["line_items"]["data"]], f"{page}/lines"),
        "livemode": False,
        "metadata": data.get("metadata") or {},
        "number": f"SANDBOX-{number:04}",
        "status": "paid",
        "status_transitions": {"finalized_at": made, "paid_at": made},
        "subtotal": session["amount_subtotal"],
        "total": session["amount_total"],
        "total_discount_amounts": [{"amount": session["total_details"]["amount_discount"]}],
        "total_excluding_tax": session["amount_total"] - session["total_details"]["amount_tax"],
        "total_taxes": [{"amount": session["total_details"]["amount_tax"]}],
    }


def make_invoice_line(line: Json) -> Json:
    same = {name: line[name] for name in ("currency", "description", "quantity")}
    return {"id": new_id("il_"), "object": "line_item", "amount": line["amount_subtotal"], **same}


def make_event(kind: str, thing: Json) -> Json:
    return {
        "id": new_id("evt_"),
        "object": "event",
        "api_version": API_VERSION,
        "created": now(),
        "data": {"object": thing},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
