"""Stripe's objects in Stripe's own shapes, as of the API version that the production client pins."""

import secrets
import string
import time

from payments.sandbox.store import Json

API_VERSION = "2026-10-28.endive"
SESSION_LIFETIME = 24 * 60 * 60  # seconds
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


def make_session(params: Json, lines: list[Json], customer: Json | None, page: str) -> Json:
    session_id, made = new_id("cs_test_"), now()
    total = sum(line["amount_total"] for line in lines)
    return {
        "id": session_id,
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": made,
        "currency": lines[0]["currency"],
        "custom_fields": [],
        "customer": customer["id"] if customer else None,
        "customer_details": {"email": customer["email"], "name": customer["name"]} if customer else None,
        "customer_email": None,
        "discounts": [],
        "expires_at": params.get("expires_at", made + SESSION_LIFETIME),
        "invoice": None,
        "invoice_creation": {"enabled": False, **params.get("invoice_creation", {})},
        "line_items": make_list(lines, f"/v1/checkout/sessions/{session_id}/line_items"),
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "mode": params["mode"],
        "payment_intent": None,
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{page}{session_id}",
        # Ours alone, never shown: what the payment intent will carry.
        "_payment_intent_data": params.get("payment_intent_data") or {},
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
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": session["_payment_intent_data"].get("metadata") or {},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
    }


def make_charge(intent: Json, decline: Json | None = None) -> Json:
    return {
        "id": new_id("ch_"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0 if decline else intent["amount"],
        "amount_refunded": 0,
        "captured": decline is None,
        "created": now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "disputed": False,
        "failure_code": decline["code"] if decline else None,
        "failure_message": decline["message"] if decline else None,
        "livemode": False,
        "metadata": intent["metadata"],
        "paid": decline is None,
        "payment_intent": intent["id"],
        "receipt_url": None,
        "refunded": False,
        "status": "failed" if decline else "succeeded",
    }


def make_refund(charge: Json, amount: int, params: Json) -> Json:
    return {
        "id": new_id("re_"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": now(),
        "currency": charge["currency"],
        "metadata": params.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "status": "succeeded",
    }


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
