"""Signed webhooks, sent again with growing waits while nobody answers."""

import hashlib
import hmac
import json
import threading
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from payments.sandbox.acts import Sandbox, expire_old
from payments.sandbox.store import Json

TIMEOUT = 20.0  # seconds
LONGEST_WAIT = 60.0  # seconds; Stripe itself waits for hours
MOST_FAILURES = 100
TICK = 0.2  # seconds


def sign(body: str, secret: str, at: int) -> str:
    """The Stripe-Signature header, scheme v1: HMAC-SHA256 over the time and the raw body."""
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def post(url: str, body: str, signature: str) -> str:
    """Empty when the endpoint took it, otherwise what went wrong."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
    try:
        connection.request("POST", parts.path or "/", body.encode(), headers)
        status = connection.getresponse().status
        return "" if 200 <= status < 300 else f"HTTP {status}"
    except (OSError, HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()


class Courier(threading.Thread):
    """Carries the events to the one endpoint, oldest first unless the switch says otherwise."""

    def __init__(self, sandbox: Sandbox, *, url: str, secret: str, first_wait: float = 1.0) -> None:
        super().__init__(name="courier", daemon=True)
        self.sandbox = sandbox
        self.url = url
        self.secret = secret
        self.first_wait = first_wait
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(TICK):
            expire_old(self.sandbox)
            for event_id in self.due():
                self.deliver(event_id)

    def stop(self) -> None:
        self.stopped.set()
        self.join()

    def due(self) -> list[str]:
        with self.sandbox.store.lock:
            waiting = [item for item in self.sandbox.store.deliveries.items() if is_due(item[1])]
        in_order = [event_id for event_id, delivery in waiting if not delivery["newest_first"]]
        return in_order + [event_id for event_id, delivery in reversed(waiting) if delivery["newest_first"]]

    def deliver(self, event_id: str) -> None:
        body = json.dumps(self.sandbox.store.objects[event_id])
        copies = self.sandbox.store.deliveries[event_id]["copies"]
        problems = [post(self.url, body, sign(body, self.secret, int(time.time()))) for _ in range(copies)]
        with self.sandbox.store.change():
            self.note(self.sandbox.store.deliveries[event_id], problems)

    def note(self, delivery: Json, problems: list[str]) -> None:
        delivery["answer"] = problems[-1] or "taken"
        delivery["attempts"] += len(problems)
        if not all(problems):
            delivery["delivered_at"] = time.time()
            return
        delivery["failures"] += 1
        delivery["next_at"] = time.time() + min(self.first_wait * 2 ** min(delivery["failures"], 10), LONGEST_WAIT)


def is_due(delivery: Json) -> bool:
    is_waiting = delivery["delivered_at"] is None and not delivery["dropped"] and delivery["failures"] < MOST_FAILURES
    return is_waiting and bool(delivery["next_at"] <= time.time())
