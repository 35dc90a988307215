"""The only module that talks to Stripe. It returns plain facts and knows no model."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar, cast

import stripe
from django.conf import settings
from pydantic import BaseModel, Field
from stripe.params import CustomerCreateParams
from stripe.params.checkout import SessionCreateParams

from payments.safety import LIVE_KEYS, find_dangers

API_VERSION = "2026-10-28.endive"
CONNECT_TIMEOUT = 5.0  # seconds
READ_TIMEOUT = 20.0  # seconds
NETWORK_RETRIES = 2
SIGNATURE_TOLERANCE = 300  # seconds
SESSION_DETAILS = ["invoice", "line_items", "payment_intent.latest_charge"]
# What every sale of the academy carries in its metadata, and no other on the same account.
ATTEMPT = "attempt"
# Of a payment that came to nothing after the session was complete.
FAILED_INTENT = frozenset(["requires_payment_method", "canceled"])


class GatewayError(Exception):
    """Stripe could not be asked, or its answer makes no sense."""


class Unreachable(GatewayError):
    """No answer: what was asked may have happened all the same."""


class Refused(GatewayError):
    """A definite no: what was asked did not happen."""


class Missing(Refused):
    """Stripe knows no such thing, or not any more: deleted, or made with other keys."""

    def __init__(self, message: str, *, param: str) -> None:
        super().__init__(message)
        self.param = param


class WrongPrice(GatewayError):
    """The price at Stripe is not the price of the settings."""


class Misconfigured(GatewayError):
    """The settings would mix the sandbox with the world outside."""


class BadEvent(Exception):
    """A webhook's body that Stripe did not sign, or not lately, or that is no event."""


@dataclass(frozen=True)
class Event:
    id: str
    type: str
    object_id: str
    payment_intent: str
    livemode: bool
    created_at: datetime


@dataclass(frozen=True)
class Session:
    id: str
    reference: str
    is_ours: bool
    status: str
    payment_status: str
    subtotal: int
    discount: int
    tax: int
    total: int
    currency: str
    prices: tuple[str, ...]
    payment_intent: str | None
    has_failed: bool
    charged_at: datetime | None
    paid_at: datetime | None
    url: str
    expires_at: datetime


@dataclass(frozen=True)
class Refund:
    id: str
    amount: int
    currency: str
    status: str
    order: str
    created_at: datetime


@dataclass(frozen=True)
class Dispute:
    id: str
    amount: int
    currency: str
    status: str
    reason: str
    respond_by: datetime | None
    created_at: datetime


@dataclass(frozen=True)
class Papers:
    """Stripe's own pages of a payment; empty where there is none."""

    invoice: str
    invoice_pdf: str
    receipt: str


class SignedObject(BaseModel):
    id: str = Field(default="", max_length=255, pattern=r"^\w*$")
    payment_intent: str | None = Field(default=None, max_length=255, pattern=r"^\w*$")


class SignedData(BaseModel):
    object: SignedObject


class SignedEvent(BaseModel):
    """As much of an event as we read."""

    id: str = Field(max_length=255, pattern=r"^evt_\w+$")
    type: str = Field(max_length=120, pattern=r"^[a-z0-9_.]+$")
    created: int = Field(ge=0, le=2**32)
    livemode: bool
    data: SignedData


P = ParamSpec("P")
R = TypeVar("R")


def vendor_call(function: Callable[P, R]) -> Callable[P, R]:
    """Turn the vendor's errors into ours."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (stripe.InvalidRequestError, stripe.IdempotencyError) as error:
            if error.code == "resource_missing":
                raise Missing(str(error), param=getattr(error, "param", None) or "") from error
            raise Refused(str(error)) from error
        except stripe.StripeError as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error

    return call


@cache
def client_for(api_key: str, sandbox_url: str) -> stripe.StripeClient:
    # Servers and workers start without the system checks.
    if dangers := find_dangers(api_key=api_key, sandbox_url=sandbox_url):
        raise Misconfigured(" ".join(dangers))
    return stripe.StripeClient(
        api_key,
        stripe_version=API_VERSION,
        base_addresses={"api": sandbox_url} if sandbox_url else {},
        max_network_retries=NETWORK_RETRIES,
        http_client=stripe.RequestsClient(timeout=(CONNECT_TIMEOUT, READ_TIMEOUT)),
    )


def client() -> stripe.StripeClient:
    return client_for(settings.STRIPE_API_KEY, settings.SANDBOX_URL)


def is_live() -> bool:
    """Whether our key moves real money."""
    return settings.STRIPE_API_KEY.startswith(LIVE_KEYS)


def given(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters that say something, at every depth. Stripe takes an empty one for an attempt to unset it."""
    deep = {name: given(value) if isinstance(value, dict) else value for name, value in params.items()}
    return {name: value for name, value in deep.items() if value not in ("", None, [], {})}


def named(stripe_id: str, what: str) -> str:
    """The id of the one thing that is asked about: a list that is asked for by an empty one is everybody's."""
    if not stripe_id:
        raise Missing(f"No {what} is named.", param=what)
    return stripe_id


def verify_event(*, body: bytes, signature: str) -> Event:
    """What Stripe tells, if it was Stripe and now."""
    try:
        stripe.WebhookSignature.verify_header(
            body, signature, settings.STRIPE_WEBHOOK_SECRET, tolerance=SIGNATURE_TOLERANCE
        )
        refuse_future(signature)
        event = SignedEvent.model_validate_json(body)
    # The library fails in more ways than its own; a body that is not UTF-8 or no event is a ValueError.
    except (stripe.SignatureVerificationError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise BadEvent(type(error).__name__) from error
    return event_of(event)


def refuse_future(signature: str) -> None:
    """The library looks at the past alone. Dated ahead, a signature that somebody has seen could be used until then."""
    signed_at, _ = stripe.WebhookSignature._get_timestamp_and_signatures(
        signature, stripe.WebhookSignature.EXPECTED_SCHEME
    )
    if signed_at > time.time() + SIGNATURE_TOLERANCE:
        raise ValueError("dated in the future")


def event_of(event: SignedEvent) -> Event:
    return Event(
        id=event.id,
        type=event.type,
        object_id=event.data.object.id,
        payment_intent=event.data.object.payment_intent or "",
        livemode=event.livemode,
        created_at=moment(event.created),
    )


@vendor_call
def create_customer(*, email: str, name: str, reference: str, idempotency_key: str) -> str:
    customer = client().v1.customers.create(
        cast(CustomerCreateParams, given({"email": email, "name": name, "metadata": {"learner": reference}})),
        {"idempotency_key": idempotency_key},
    )
    return customer.id


@vendor_call
def change_email(*, customer: str, email: str) -> None:
    client().v1.customers.update(named(customer, "customer"), {"email": email})


@vendor_call
def find_price() -> str:
    """The price that the lookup key names, if it asks what the settings say."""
    found = client().v1.prices.list({"lookup_keys": [settings.STRIPE_PRICE_LOOKUP_KEY], "active": True, "limit": 1})
    if not found.data:
        raise WrongPrice(f"No active price has the lookup key {settings.STRIPE_PRICE_LOOKUP_KEY!r}.")
    price = found.data[0]
    if (price.unit_amount, price.currency) != (settings.PRICE_AMOUNT, settings.PRICE_CURRENCY):
        raise WrongPrice(f"{price.id} asks {price.unit_amount} {price.currency}, not the amount of the settings.")
    return price.id


@vendor_call
def create_checkout_session(
    *, idempotency_key: str, customer: str, price: str, success_url: str, cancel_url: str
) -> Session:
    """Safe to repeat for 24 hours: the same key gives the same session."""
    metadata = {ATTEMPT: idempotency_key}
    params: dict[str, Any] = {
        "mode": "payment",
        "customer": customer,
        "client_reference_id": idempotency_key,
        "line_items": [{"price": price, "quantity": 1}],
        "metadata": metadata,
        "payment_intent_data": {
            "metadata": metadata,
            "statement_descriptor_suffix": settings.STATEMENT_DESCRIPTOR_SUFFIX,
        },
        "invoice_creation": {"enabled": True},
        "allow_promotion_codes": settings.PROMOTION_CODES,
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expand": SESSION_DETAILS,
    }
    if settings.AUTOMATIC_TAX:
        params |= {"automatic_tax": {"enabled": True}, "customer_update": {"address": "auto"}}
    session = client().v1.checkout.sessions.create(
        cast(SessionCreateParams, given(params)), {"idempotency_key": idempotency_key}
    )
    return session_of(session)


@vendor_call
def retrieve_checkout_session(session_id: str) -> Session:
    return session_of(client().v1.checkout.sessions.retrieve(named(session_id, "session"), {"expand": SESSION_DETAILS}))


@vendor_call
def find_session_id(payment_intent: str) -> str | None:
    """The checkout session that a payment came from."""
    found = client().v1.checkout.sessions.list({"payment_intent": named(payment_intent, "payment"), "limit": 1})
    return found.data[0].id if found.data else None


@vendor_call
def list_refunds(payment_intent: str) -> list[Refund]:
    refunds = client().v1.refunds.list({"payment_intent": named(payment_intent, "payment"), "limit": 100})
    return [
        Refund(
            id=refund.id,
            amount=refund.amount,
            currency=refund.currency,
            status=refund.status or "pending",
            order=order_of(refund.metadata),
            created_at=moment(refund.created),
        )
        for refund in refunds.auto_paging_iter()
    ]


def order_of(metadata: Any) -> str:
    """The name that `create_refund` gave it; empty where somebody else made the refund."""
    return str(metadata["order"]) if metadata and "order" in metadata else ""


@vendor_call
def create_refund(*, payment_intent: str, amount: int, order: str) -> None:
    """Give money back. The order names it: repeated within 24 hours it gives nothing twice."""
    client().v1.refunds.create(
        {"payment_intent": named(payment_intent, "payment"), "amount": amount, "metadata": {"order": order}},
        {"idempotency_key": order},
    )


@vendor_call
def list_disputes(payment_intent: str) -> list[Dispute]:
    disputes = client().v1.disputes.list({"payment_intent": named(payment_intent, "payment"), "limit": 100})
    return [
        Dispute(
            id=dispute.id,
            amount=dispute.amount,
            currency=dispute.currency,
            status=dispute.status,
            reason=dispute.reason,
            respond_by=moment(dispute.evidence_details.due_by) if dispute.evidence_details.due_by else None,
            created_at=moment(dispute.created),
        )
        for dispute in disputes.auto_paging_iter()
    ]


@vendor_call
def list_events(*, since: datetime, types: Iterable[str]) -> list[Event]:
    """What Stripe tells since then, oldest first. It keeps events for 30 days."""
    found = client().v1.events.list({"created": {"gte": int(since.timestamp())}, "types": list(types), "limit": 100})
    events = [event_of(SignedEvent.model_validate(event.to_dict())) for event in found.auto_paging_iter()]
    return events[::-1]


@vendor_call
def find_papers(session_id: str) -> Papers:
    session = client().v1.checkout.sessions.retrieve(named(session_id, "session"), {"expand": SESSION_DETAILS})
    invoice: Any = session.invoice
    intent: Any = session.payment_intent
    charge = intent.latest_charge if intent else None
    return Papers(
        invoice=(invoice.hosted_invoice_url or "") if invoice else "",
        invoice_pdf=(invoice.invoice_pdf or "") if invoice else "",
        receipt=(charge.receipt_url or "") if charge else "",
    )


def session_of(session: Any) -> Session:
    """Our words for a session that was fetched with SESSION_DETAILS."""
    lines = session.line_items.data if session.line_items else []
    intent = session.payment_intent
    details = session.total_details
    paid_at = session.invoice.status_transitions.paid_at if session.invoice else None
    is_unpaid = session.status == "complete" and session.payment_status == "unpaid"
    return Session(
        id=session.id,
        reference=session.client_reference_id or "",
        is_ours=ATTEMPT in (session.metadata or {}),
        status=session.status,
        payment_status=session.payment_status,
        subtotal=session.amount_subtotal or 0,
        discount=details.amount_discount if details else 0,
        tax=details.amount_tax if details else 0,
        total=session.amount_total or 0,
        currency=session.currency or "",
        prices=tuple(line.price.id for line in lines if line.price),
        payment_intent=intent.id if intent else None,
        has_failed=is_unpaid and intent is not None and intent.status in FAILED_INTENT,
        # A bank's debit is a charge from the day on which it began; the invoice says when its money was here.
        charged_at=moment(intent.latest_charge.created) if intent and intent.latest_charge else None,
        paid_at=moment(paid_at) if paid_at else None,
        url=session.url or "",
        expires_at=moment(session.expires_at),
    )


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
