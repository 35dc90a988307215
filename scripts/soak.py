"""`make soak`: payments under a storm, and whether access is right when it is over.

Learners pay, pay late, get refunds and dispute at the sandbox. Its signed events, some again and again and none in
order, go to the production web process at a steady rate, while web, worker and Redis are killed in turn. What was not
taken is sent again, as Stripe does. Then the academy gets time for its sweeps, and what each learner may do is compared
with what the sandbox says was paid and given back.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import requests

from scripts.rehearse import databases, make_environment
from scripts.stage import Failed, Stage
from tests.browser.conftest import free_port

RATE = 1_000  # events a minute
SENDERS = 8
# Seconds between two kills, and until what was killed is back.
CALM = (4.0, 10.0)
ABSENCE = (0.5, 3.0)
# Every sweep has run twice by then.
PATIENCE = 300  # seconds
VICTIMS = ("web", "worker", "redis")


@dataclass
class Storm:
    """What is sent, and what became of it."""

    sandbox: Any
    url: str
    headers: dict[str, str]
    secret: str
    rng: random.Random
    seconds: list[float] = field(default_factory=list)
    sent: int = 0
    refused: int = 0
    again: list[str] = field(default_factory=list)

    def send(self, body: str) -> None:
        from payments.sandbox.deliveries import sign  # noqa: PLC0415 - Django is set up by then

        headers = self.headers | {"Stripe-Signature": sign(body, self.secret, int(time.time()))}
        began = time.perf_counter()
        try:
            taken = requests.post(self.url, body.encode(), headers=headers, timeout=20).status_code == 200
        except requests.RequestException:
            taken = False
        self.sent += 1
        if taken:
            self.seconds.append(time.perf_counter() - began)
        else:
            self.refused += 1
            self.again.append(body)

    def blow(self, bodies: list[str]) -> None:
        """All of them at the steady rate, then what was refused until all is taken."""
        with ThreadPoolExecutor(SENDERS) as pool:
            for number, body in enumerate(self.at_the_rate(bodies)):
                pool.submit(self.send, body)
                if number % 50 == 49:
                    self.again, failed = [], self.again
                    for each in failed:
                        pool.submit(self.send, each)
        deadline = time.monotonic() + PATIENCE
        while self.again:
            if time.monotonic() > deadline:
                raise Failed(f"{len(self.again)} events were never taken")
            time.sleep(1)
            self.again, failed = [], self.again
            for body in failed:
                self.send(body)

    def at_the_rate(self, bodies: list[str]) -> Iterator[str]:
        began = time.monotonic()
        for number, body in enumerate(bodies):
            time.sleep(max(0.0, began + number * 60 / RATE - time.monotonic()))
            yield body


class Killer(threading.Thread):
    """Kills one process after another, at random, and starts it again."""

    def __init__(self, stage: Stage, start: dict[str, Callable[[], None]], rng: random.Random) -> None:
        super().__init__(daemon=True)
        self.stage, self.start_again, self.rng = stage, start, rng
        self.over = threading.Event()
        self.kills = dict.fromkeys(VICTIMS, 0)

    def run(self) -> None:
        while not self.over.wait(self.rng.uniform(*CALM)):
            victim = self.rng.choice(VICTIMS)
            self.stage.kill(victim)
            self.kills[victim] += 1
            time.sleep(self.rng.uniform(*ABSENCE))
            self.start_again[victim]()

    def stop(self) -> None:
        self.over.set()
        self.join()


# --- What happens at the sandbox --------------------------------------------------------------------


def make_learners(number: int) -> list[Any]:
    from accounts.models import User  # noqa: PLC0415 - Django is set up by now

    users = [User(email=f"soak-{n}@example.org", name=f"Learner {n}", password="!") for n in range(number)]
    return list(User.objects.bulk_create(users))


def live(sandbox: Any, user: Any, rng: random.Random) -> None:
    """One learner's story: begins at the academy's own checkout, goes on at the sandbox."""
    from payments.sandbox import acts  # noqa: PLC0415 - Django is set up by now
    from payments.services.checkout import start_checkout  # noqa: PLC0415 - Django is set up by now

    session_id = start_checkout(user=user).rpartition("/")[2]
    story = rng.choice(["paid", "paid", "paid", "late", "failed", "expired", "refunded", "part", "disputed", "won"])
    if story == "expired":
        acts.expire(sandbox, session_id)
        return
    if story in ("late", "failed"):
        acts.pay_later(sandbox, session_id)
        finish = acts.finish_late_payment if story == "late" else acts.fail_late_payment
        finish(sandbox, session_id)
        return
    intent = acts.pay(sandbox, session_id)["payment_intent"]
    if story in ("refunded", "part"):
        acts.refund(sandbox, intent, {} if story == "refunded" else {"amount": 1_000})
    if story in ("disputed", "won"):
        dispute = acts.open_dispute(sandbox, intent)
        if story == "won":
            acts.move_dispute(sandbox, dispute["id"], "won")


def may_read(sandbox: Any, user: Any) -> bool:
    """By the sandbox's own objects alone."""
    from payments.models import CheckoutSession  # noqa: PLC0415 - Django is set up by now

    for name in CheckoutSession.objects.filter(user=user).values_list("stripe_id", flat=True):
        session = sandbox.store.objects[name]
        if session["payment_status"] != "paid":
            continue
        charges = [c for c in sandbox.store.newest("charge") if c["payment_intent"] == session["payment_intent"]]
        [charge] = [charge for charge in charges if charge["paid"]]
        disputes = [each for each in sandbox.store.newest("dispute") if each["charge"] == charge["id"]]
        is_disputed = any(each["status"] in ("needs_response", "under_review", "lost") for each in disputes)
        if charge["amount_refunded"] < charge["amount"] and not is_disputed:
            return True
    return False


def shuffled(events: list[Any], number: int, rng: random.Random) -> list[str]:
    """Every event at least once, some again and again, each within some hundred places of where it belongs."""
    chosen = [*range(len(events)), *(rng.randrange(len(events)) for _ in range(max(0, number - len(events))))]
    chosen.sort(key=lambda place: place + rng.uniform(-200, 200))
    return [json.dumps(events[place]) for place in chosen]


# --- The whole --------------------------------------------------------------------------------------


def wait_until_settled() -> None:
    from payments.models import Refund, WebhookEvent  # noqa: PLC0415 - Django is set up by now

    deadline = time.monotonic() + PATIENCE
    while True:
        events = WebhookEvent.objects.filter(status="waiting").count()
        refunds = Refund.objects.filter(status="ordered").count()
        if not events and not refunds:
            return
        if time.monotonic() > deadline:
            raise Failed(f"{events} events and {refunds} refunds still wait")
        time.sleep(2)


def check(sandbox: Any, users: list[Any], events: list[Any]) -> None:
    from accounts.models import Mail  # noqa: PLC0415 - Django is set up by now
    from accounts.queries import has_access  # noqa: PLC0415 - Django is set up by now
    from payments.models import Purchase, WebhookEvent  # noqa: PLC0415 - Django is set up by now

    wrong = [user.email for user in users if has_access(user) != may_read(sandbox, user)]
    if wrong:
        raise Failed(f"{len(wrong)} learners have what they should not, or lack what they paid for: {wrong[:5]}")
    kept = set(WebhookEvent.objects.values_list("stripe_id", flat=True))
    if lost := [event["id"] for event in events if event["id"] not in kept]:
        raise Failed(f"{len(lost)} events are lost")
    if WebhookEvent.objects.filter(status="set-aside").exists():
        raise Failed("Events were set aside")
    sessions = {name for (name,) in Purchase.objects.values_list("session__stripe_id")}
    paid = {each["id"] for each in sandbox.store.newest("checkout.session") if each["payment_status"] == "paid"}
    if sessions != paid:
        raise Failed(f"{len(paid - sessions)} payments are lost, {len(sessions - paid)} were never made")
    receipts = Mail.objects.filter(kind="receipt").count()
    print(f"Right in the end: {len(users)} learners, {len(paid)} payments, {receipts} receipts, {len(kept)} events")


def starters(stage: Stage) -> dict[str, Callable[[], None]]:
    """How to start what is killed."""
    redis = ("redis-server", "--port", stage.environment["REDIS_URL"].rpartition(":")[2].split("/")[0], "--save", "")
    return {
        "web": lambda: stage.start("web"),
        "worker": lambda: stage.start("worker"),
        "redis": lambda: stage.start("redis", *redis),
    }


def make_storm(stage: Stage, sandbox: Any, rng: random.Random) -> Storm:
    environment = stage.environment
    return Storm(
        sandbox=sandbox,
        url=f"http://127.0.0.1:{environment['PORT']}/webhooks/stripe/",
        headers={"Host": environment["SITE_URL"].partition("//")[2], "X-Forwarded-Proto": "https"}
        | {"X-Forwarded-For": "127.0.0.1", "Content-Type": "application/json"},
        secret=environment["STRIPE_WEBHOOK_SECRET"],
        rng=rng,
    )


def report(storm: Storm, killer: Killer) -> None:
    kills = ", ".join(f"{name} {number} times" for name, number in killer.kills.items())
    print(f"{storm.sent} sent, {storm.refused} of them refused and sent again; killed: {kills}", flush=True)
    slowest = quantiles(storm.seconds, n=20)[-1]
    print(
        f"An event is answered in {1000 * median(storm.seconds):.0f} ms at the median, 19 of 20 in {1000 * slowest:.0f}"
    )


def soak(stage: Stage, sandbox: Any, minutes: float, seed: int) -> None:
    rng = random.Random(seed)
    start = starters(stage)
    start["redis"]()
    stage.run("release")
    users = make_learners(int(minutes * RATE / 8))
    for user in users:
        live(sandbox, user, rng)
    events = sandbox.store.newest("event")[::-1]
    for service in ("web", "worker"):
        start[service]()
    stage.start("beat")
    stage.wait("web", lambda: stage.is_healthy("web"), 60)
    storm = make_storm(stage, sandbox, rng)
    print(f"{len(users)} learners, {len(events)} events; the storm begins", flush=True)
    killer = Killer(stage, start, rng)
    killer.start()
    try:
        storm.blow(shuffled(events, int(minutes * RATE), rng))
    finally:
        killer.stop()
    report(storm, killer)
    wait_until_settled()
    check(sandbox, users, events)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    chosen = parser.parse_args()
    print(f"Seed {chosen.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="academy-soak-") as folder, databases("academy_soak") as [database]:
        work = Path(folder)
        environment = make_environment(work, database) | {"REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}
        environment = {name: value for name, value in environment.items() if not name.startswith("S3_")}
        (work / "var").mkdir()
        os.environ.update(environment, DJANGO_SETTINGS_MODULE="escan.settings", LOG_LEVEL="ERROR")
        import django  # noqa: PLC0415 - the environment stands only now

        django.setup()
        from django.conf import settings  # noqa: PLC0415 - Django is set up by now
        from django.db import connections  # noqa: PLC0415 - Django is set up by now

        from payments.sandbox.acts import Sandbox  # noqa: PLC0415 - Django is set up by now
        from payments.sandbox.server import make_server  # noqa: PLC0415 - Django is set up by now
        from payments.sandbox.store import Store  # noqa: PLC0415 - Django is set up by now

        sandbox = Sandbox(Store(), settings.STRIPE_PRICE_LOOKUP_KEY, settings.PRICE_AMOUNT, settings.PRICE_CURRENCY)
        server = make_server(sandbox, port=int(environment["STRIPE_SANDBOX_URL"].rpartition(":")[2]))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stage = Stage(work, environment)
        try:
            soak(stage, sandbox, chosen.minutes, chosen.seed)
        except Failed as failure:
            stage.tell_logs()
            sys.exit(f"\n{failure}")
        finally:
            with suppress(Exception):
                stage.end()
            server.shutdown()
            connections.close_all()


if __name__ == "__main__":
    main()
