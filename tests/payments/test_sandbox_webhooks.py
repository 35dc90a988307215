"""The sandbox tells the academy of events as Stripe does."""

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import stripe

from accounts.queries import has_access
from payments.sandbox import acts
from payments.sandbox.acts import core
from payments.sandbox.deliveries import Courier
from tests.payments.conftest import make_paid_session

SECRET = "whsec_sandbox"


class Endpoint(HTTPServer):
    """A shop's webhook endpoint, that fails as often as it is told to."""

    def __init__(self, port: int = 0, failures: int = 0) -> None:
        self.taken: list[tuple[str, str]] = []
        self.failures = failures
        super().__init__(("127.0.0.1", port), self.Handler)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    class Handler(BaseHTTPRequestHandler):
        server: "Endpoint"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.server.failures:
                self.server.failures -= 1
                self.send_response(500)
            else:
                self.server.taken.append((body, self.headers["Stripe-Signature"]))
                self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None: ...


def wait_until(condition, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def delivered(bench) -> bool:
    return all(delivery["delivered_at"] for delivery in list(bench.sandbox.store.deliveries.values()))


@pytest.fixture
def courier(bench):
    couriers = []

    def start(url: str) -> Courier:
        courier = Courier(bench.sandbox, url=url, secret=SECRET, first_wait=0.05)
        couriers.append(courier)
        courier.start()
        return courier

    yield start
    for one in couriers:
        one.stop()


def test_webhooks_are_signed_as_stripe_signs(bench, stripe_client, courier):
    endpoint = Endpoint()
    make_paid_session(bench, stripe_client)

    courier(f"http://127.0.0.1:{endpoint.server_port}/webhooks/stripe/")
    wait_until(lambda: delivered(bench))

    events = [stripe.Webhook.construct_event(body, signature, SECRET) for body, signature in endpoint.taken]
    assert [event.type for event in events] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]
    assert events[-1].data.object.payment_status == "paid"
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(*endpoint.taken[0], "whsec_another")
    endpoint.shutdown()


def test_webhooks_are_sent_again_while_the_endpoint_is_down(bench, stripe_client, courier):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    make_paid_session(bench, stripe_client)
    courier(f"http://127.0.0.1:{port}/webhooks/stripe/")
    wait_until(lambda: all(one["attempts"] >= 2 for one in bench.sandbox.store.deliveries.values()))
    assert {one["answer"] for one in bench.sandbox.store.deliveries.values()} == {"ConnectionRefusedError"}

    endpoint = Endpoint(port, failures=2)
    wait_until(lambda: delivered(bench))

    assert len(endpoint.taken) == 4
    assert {one["answer"] for one in bench.sandbox.store.deliveries.values()} == {"taken"}
    endpoint.shutdown()


def taken_kinds(endpoint: Endpoint) -> list[str]:
    """What arrived, in its order; each with a true signature."""
    return [stripe.Webhook.construct_event(body, signature, SECRET).type for body, signature in endpoint.taken]


IN_ORDER = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]


@pytest.mark.parametrize(
    "name, arriving",
    [("duplicate", [kind for kind in IN_ORDER for _ in range(2)]), ("reorder", IN_ORDER[::-1])],
)
def test_switch_duplicates_or_reorders(bench, stripe_client, courier, name, arriving):
    endpoint = Endpoint()
    acts.flip_switch(bench.sandbox, name)
    make_paid_session(bench, stripe_client)

    courier(f"http://127.0.0.1:{endpoint.server_port}/")
    wait_until(lambda: delivered(bench))

    assert taken_kinds(endpoint) == arriving
    endpoint.shutdown()


def test_switch_delays(bench, stripe_client, courier, monkeypatch):
    monkeypatch.setattr(core, "DELAY", 2)
    endpoint = Endpoint()
    acts.flip_switch(bench.sandbox, "delay")
    began = int(time.time())
    make_paid_session(bench, stripe_client)

    courier(f"http://127.0.0.1:{endpoint.server_port}/")
    wait_until(lambda: delivered(bench))

    assert min(one["delivered_at"] for one in bench.sandbox.store.deliveries.values()) >= began + 2
    endpoint.shutdown()


def test_dropped_events_arrive_when_sent_by_hand(bench, stripe_client, courier):
    endpoint = Endpoint()
    acts.flip_switch(bench.sandbox, "drop")
    make_paid_session(bench, stripe_client)
    acts.flip_switch(bench.sandbox, "drop")
    acts.tell(bench.sandbox, "customer.created", {"id": "cus_1", "object": "customer"})
    courier(f"http://127.0.0.1:{endpoint.server_port}/")
    wait_until(lambda: taken_kinds(endpoint) == ["customer.created"])
    lost = bench.event("checkout.session.completed")["id"]
    assert "dropped, 0 attempts" in bench.request("GET", "/")[1]

    assert bench.request("POST", f"/events/{lost}/send") == (303, "/")

    wait_until(lambda: len(endpoint.taken) == 2)
    assert taken_kinds(endpoint) == ["customer.created", "checkout.session.completed"]
    wait_until(lambda: bench.sandbox.store.deliveries[lost]["delivered_at"])
    bench.request("POST", f"/events/{lost}/send")
    wait_until(lambda: len(endpoint.taken) == 3)
    wait_until(lambda: bench.sandbox.store.deliveries[lost]["attempts"] == 2)
    assert "taken, 2 attempts, delivered" in bench.request("GET", "/")[1]
    endpoint.shutdown()


@pytest.mark.django_db(transaction=True)
def test_a_payment_reaches_the_academy_by_itself(bench, learner, checkout, courier, live_server):
    session_id = checkout(learner)
    bench.press("pay", session_id)

    courier(f"{live_server.url}/webhooks/stripe/")
    wait_until(lambda: delivered(bench))

    assert has_access(learner)
