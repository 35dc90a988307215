"""The real sandbox on a free port, and ways to act as a learner and as Stripe."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

import pytest
import stripe
from django.conf import settings
from django.core import mail
from django.http import HttpResponse
from django.test import Client

from accounts.models import AccessGrant, User
from accounts.queries import has_access
from payments import gateway
from payments.models import Purchase
from payments.sandbox.acts import Sandbox
from payments.sandbox.server import make_server
from payments.sandbox.store import Store

Json = dict[str, Any]


@dataclass
class Bench:
    """A running sandbox, with its address and what a person would press."""

    sandbox: Sandbox
    address: str

    def press(self, button: str, session_id: str) -> tuple[int, str]:
        """Press a button of the hosted page; the status and where it leads."""
        return self.request("POST", f"/c/pay/{session_id}/{button}")

    def request(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str]:
        connection = HTTPConnection(self.address.removeprefix("http://"), timeout=10)
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, response.headers.get("Location") or text

    def event(self, kind: str) -> Json:
        """The newest event of the kind, as it would be sent."""
        return next(event for event in self.sandbox.store.newest("event") if event["type"] == kind)


@pytest.fixture
def bench(settings) -> Iterator[Bench]:
    sandbox = Sandbox(
        store=Store(),
        lookup_key=settings.STRIPE_PRICE_LOOKUP_KEY,
        amount=settings.PRICE_AMOUNT,
        currency=settings.PRICE_CURRENCY,
    )
    server = make_server(sandbox, port=0)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    settings.SANDBOX_URL = f"http://127.0.0.1:{server.server_port}"
    yield Bench(sandbox, settings.SANDBOX_URL)
    server.shutdown()
    server.server_close()


def grants_of(user: User) -> list[tuple[str, str, bool]]:
    """Source, reference, and whether the grant stands."""
    rows = AccessGrant.objects.filter(user=user).order_by("pk")
    return [(grant.source, grant.reference, grant.revoked_at is None) for grant in rows]


def assert_nothing_opened(user: User) -> None:
    assert not has_access(user)
    assert grants_of(user) == []
    assert Purchase.objects.count() == 0
    assert mail.outbox == []


def signed(body: str, *, secret: str | None = None, at: int | None = None) -> str:
    """Stripe's own signature."""
    return stripe.WebhookSignature.generate_signature_header(
        body, settings.STRIPE_WEBHOOK_SECRET if secret is None else secret, at
    )


def post_event(client: Client, event: Json) -> Any:
    body = json.dumps(event)
    return client.post(
        "/webhooks/stripe/", body, content_type="application/json", headers={"Stripe-Signature": signed(body)}
    )


@pytest.fixture
def deliver(db, client, django_capture_on_commit_callbacks) -> Callable[[Json], HttpResponse]:
    """Deliver an event to the endpoint, and let the work that it enqueues run."""

    def send(event: Json) -> HttpResponse:
        with django_capture_on_commit_callbacks(execute=True):
            return post_event(client, event)

    return send


@pytest.fixture
def checkout(client_for, bench) -> Callable[..., str]:
    """Press the button on the pricing page; the id of the session that opens."""

    def press(user) -> str:
        response = client_for(user).post("/pricing/")
        assert response.status_code == 303
        assert response["Location"].startswith(f"{bench.address}/c/pay/cs_test_")
        return re.search(r"cs_test_\w+", response["Location"]).group()

    return press


@pytest.fixture
def come_back(client_for, django_capture_on_commit_callbacks) -> Callable[..., HttpResponse]:
    """Open the page that Stripe sends the learner back to."""

    def visit(user, session_id: str, **headers: str) -> HttpResponse:
        with django_capture_on_commit_callbacks(execute=True):
            return client_for(user).get("/pricing/done/", {"session_id": session_id}, headers=headers)

    return visit


@pytest.fixture
def stripe_client(bench) -> stripe.StripeClient:
    return gateway.client()


def session_params(bench, **changes: object) -> dict[str, object]:
    [price] = bench.sandbox.store.newest("price")
    return {
        "mode": "payment",
        "line_items": [{"price": price["id"], "quantity": 1}],
        "success_url": "http://testserver/done?session_id={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://testserver/cancel",
        **changes,
    }


def make_paid_session(bench, stripe_client) -> stripe.checkout.Session:
    session = stripe_client.v1.checkout.sessions.create(session_params(bench))
    bench.press("pay", session.id)
    return stripe_client.v1.checkout.sessions.retrieve(session.id)
