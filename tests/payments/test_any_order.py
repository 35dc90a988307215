"""Any order of acts and news: what a learner may do is what was paid less what was given back.

The sandbox holds the truth, and this test reads it there with code of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client, TestCase
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import AccessGrant, Mail, User
from accounts.queries import has_access
from payments import tasks
from payments.errors import NoGift, NoRefund
from payments.models import CheckoutSession, Dispute, Gift, Purchase, Reconciliation, Refund, WebhookEvent
from payments.sandbox import acts
from payments.sandbox.errors import ApiError
from payments.sandbox.store import Json
from payments.services import events, reconciliation, staff
from payments.services.gifts import accept_gift, take_back_gift
from payments.services.reconciliation import compare_access, reconcile
from payments.services.refunds import request_refund
from tests.conftest import make_user
from tests.payments.conftest import Bench, post_event

pytestmark = pytest.mark.django_db

EXAMPLES = settings(
    max_examples=20,
    stateful_step_count=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
MONEY = ("checkout.session", "payment_intent", "charge", "refund", "dispute")
LEARNERS = st.integers(0, 2)
# Which of the things there are; the newest is the likeliest.
WHICH = st.integers(0, 4)
BEGINNINGS = ("paid", "paid twice", "cheaper", "later", "given")
# What takes the money, or keeps it in question.
CLOSING = {"needs_response", "under_review", "lost"}
TABLES = (AccessGrant, CheckoutSession, Gift, Purchase, Refund, Dispute, WebhookEvent, Mail)


class Shop(RuleBasedStateMachine):
    """Three learners, Stripe, staff, and a network that loses, doubles and mixes up what it carries."""

    bench: Bench
    learners: list[User]
    clients: list[Client]

    @initialize(beginnings=st.lists(st.sampled_from(BEGINNINGS), min_size=3, max_size=3))
    def open(self, beginnings: list[str]) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()
        self.store = self.bench.sandbox.store
        for kind in (*MONEY, "event", "customer", "invoice"):
            for thing in self.store.newest(kind):
                del self.store.objects[thing["id"]]
        self.store.answers.clear()
        self.on_its_way: list[Json] = []
        self.seen: set[str] = set()
        self.withheld: set[str] = set()
        self.requested: set[str] = set()
        for who, beginning in enumerate(beginnings):
            self.begin(who, beginning)

    def begin(self, who: int, beginning: str) -> None:
        if beginning == "paid twice":
            self.begin_checkout(who)
            self.open_another_tab(who)
        if beginning == "given":
            # A code that takes everything off is used in a tab that was open before the gift came.
            self.begin_checkout(who)
            self.give((who + 1) % len(self.learners), who)
            self.accept(0)
            self.pay_with_a_code(who)
        elif beginning != "later":
            self.buy(who, "COLLEAGUE20" if beginning == "cheaper" else "")
        if beginning == "paid twice":
            self.be_at_the_page(0, acts.pay)

    @contextmanager
    def step(self) -> Iterator[None]:
        """Whatever is enqueued runs after the commit; what Stripe says no to does not happen."""
        with TestCase.captureOnCommitCallbacks(execute=True), suppress(ApiError):
            yield
        new = [event for event in reversed(self.store.newest("event")) if event["id"] not in self.seen]
        self.seen.update(event["id"] for event in new)
        self.on_its_way.extend(event for event in new if event["type"] in events.HANDLERS)

    def pick(self, kind: str, which: int, **wanted: str) -> Json | None:
        things = [thing for thing in self.store.newest(kind) if wanted.items() <= thing.items()]
        return things[which % len(things)] if things else None

    # --- What learners do ---------------------------------------------------------------------------

    @rule(who=LEARNERS)
    def begin_checkout(self, who: int) -> None:
        with self.step():
            assert self.clients[who].post("/pricing/").status_code == 303

    @rule(who=LEARNERS)
    def open_another_tab(self, who: int) -> None:
        """Our own attempt ends, and its page stays open at Stripe."""
        CheckoutSession.objects.filter(user=self.learners[who], status="open").update(status="expired")
        self.begin_checkout(who)

    @rule(who=LEARNERS, code=st.sampled_from(["", "COLLEAGUE20", "WELCOME100"]))
    def buy(self, who: int, code: str) -> None:
        self.begin_checkout(who)
        with self.step():
            session = self.pick("checkout.session", 0, status="open")
            if session and code:
                acts.apply_code(self.bench.sandbox, session["id"], code)
            if session:
                acts.pay(self.bench.sandbox, session["id"])

    def pay_with_a_code(self, who: int) -> None:
        session = CheckoutSession.objects.filter(user=self.learners[who], is_gift=False).latest("pk")
        with self.step():
            acts.apply_code(self.bench.sandbox, str(session), "WELCOME100")
            acts.pay(self.bench.sandbox, str(session))

    @rule(who=LEARNERS, whom=LEARNERS)
    def give(self, who: int, whom: int) -> None:
        if who == whom:
            return
        with self.step():
            self.clients[who].post("/gifts/", {"recipient": self.learners[whom].email})
        if gift := CheckoutSession.objects.filter(is_gift=True, status="open", user=self.learners[who]).last():
            with self.step():
                acts.pay(self.bench.sandbox, str(gift))
            with self.step():
                self.clients[who].get("/pricing/done/", {"session_id": str(gift)})

    @precondition(lambda self: Gift.objects.exists())
    @rule(which=WHICH)
    def accept(self, which: int) -> None:
        gifts = list(Gift.objects.order_by("-pk"))
        gift = gifts[which % len(gifts)]
        user = next(one for one in self.learners if one.email == gift.recipient)
        with self.step(), suppress(NoGift):
            accept_gift(user=user, token=gift.token)

    @precondition(lambda self: Gift.objects.exists())
    @rule(which=WHICH)
    def take_back(self, which: int) -> None:
        gifts = list(Gift.objects.order_by("-pk"))
        with self.step(), suppress(NoGift):
            take_back_gift(gift_id=gifts[which % len(gifts)].pk)

    @precondition(lambda self: self.pick("checkout.session", 0, status="open"))
    @rule(which=WHICH, act=st.sampled_from([acts.pay, acts.pay, acts.pay_later, acts.decline, acts.expire]))
    def be_at_the_page(self, which: int, act) -> None:
        if session := self.pick("checkout.session", which, status="open"):
            with self.step():
                act(self.bench.sandbox, session["id"])

    @precondition(lambda self: self.pick("payment_intent", 0, status="processing"))
    @rule(which=WHICH, act=st.sampled_from([acts.finish_late_payment, acts.fail_late_payment]))
    def hear_from_the_bank(self, which: int, act) -> None:
        if session := self.pick("checkout.session", which, status="complete", payment_status="unpaid"):
            with self.step():
                act(self.bench.sandbox, session["id"])

    @rule(which=WHICH)
    def come_back(self, which: int) -> None:
        if session := self.pick("checkout.session", which):
            user = CheckoutSession.objects.get(stripe_id=session["id"]).user
            with self.step():
                page = self.clients[self.learners.index(user)].get("/pricing/done/", {"session_id": session["id"]})
                assert page.status_code == 200

    @precondition(lambda self: self.pick("checkout.session", 0, payment_status="paid"))
    @rule(which=WHICH)
    def ask_for_refund(self, which: int) -> None:
        if session := self.pick("checkout.session", which, payment_status="paid"):
            user = CheckoutSession.objects.get(stripe_id=session["id"]).user
            with self.step():
                try:
                    order = request_refund(user=user, session_id=session["id"])
                    self.requested.add(str(order.idempotency_key))
                except (NoRefund, Purchase.DoesNotExist):
                    pass

    # --- What happens at Stripe ---------------------------------------------------------------------

    @precondition(lambda self: self.pick("payment_intent", 0, status="succeeded"))
    @rule(which=WHICH, amount=st.sampled_from([0, 0, 1, 3950, 7899]), pending=st.booleans())
    def refund_at_stripe(self, which: int, amount: int, pending: bool) -> None:
        if intent := self.pick("payment_intent", which, status="succeeded"):
            with self.step():
                acts.refund(self.bench.sandbox, intent["id"], {"amount": amount} if amount else {}, pending=pending)

    @precondition(lambda self: self.pick("refund", 0))
    @rule(which=WHICH, act=st.sampled_from([acts.finish_refund, acts.fail_refund]))
    def decide_refund(self, which: int, act) -> None:
        if refund := self.pick("refund", which):
            with self.step():
                act(self.bench.sandbox, refund["id"])

    @rule()
    def flip_pending_refunds(self) -> None:
        acts.flip_switch(self.bench.sandbox, "pending_refunds")

    @precondition(lambda self: self.pick("payment_intent", 0, status="succeeded"))
    @rule(which=WHICH, status=st.sampled_from(acts.OPENINGS))
    def dispute(self, which: int, status: str) -> None:
        if intent := self.pick("payment_intent", which, status="succeeded"):
            with self.step():
                acts.open_dispute(self.bench.sandbox, intent["id"], status=status)

    @precondition(lambda self: self.pick("dispute", 0))
    @rule(which=WHICH, status=st.sampled_from(["under_review", "won", "lost", "needs_response", "warning_closed"]))
    def decide_dispute(self, which: int, status: str) -> None:
        if dispute := self.pick("dispute", which):
            with self.step():
                acts.move_dispute(self.bench.sandbox, dispute["id"], status)

    # --- What the network does ----------------------------------------------------------------------

    @precondition(lambda self: self.on_its_way)
    @rule(data=st.data(), again=st.booleans())
    def deliver(self, data: st.DataObject, again: bool) -> None:
        event = data.draw(st.sampled_from(self.on_its_way))
        with self.step():
            assert post_event(Client(), event).status_code == 200
        if not again:
            self.on_its_way.remove(event)

    @precondition(lambda self: self.on_its_way)
    @rule()
    def deliver_all_backwards(self) -> None:
        news, self.on_its_way = self.on_its_way[::-1], []
        with self.step():
            for event in news:
                assert post_event(Client(), event).status_code == 200

    @precondition(lambda self: self.on_its_way)
    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        self.on_its_way.remove(data.draw(st.sampled_from(self.on_its_way)))

    # --- What staff and time do ---------------------------------------------------------------------

    @precondition(lambda self: self.pick("checkout.session", 0, payment_status="paid"))
    @rule(which=WHICH, act=st.sampled_from([staff.withhold_purchase, staff.release_purchase]))
    def withhold_or_release(self, which: int, act) -> None:
        session = self.pick("checkout.session", which, status="complete")
        purchase = Purchase.objects.filter(session__stripe_id=session["id"]).first() if session else None
        if session and purchase:
            with self.step():
                act(purchase_id=purchase.pk, because="A test.", by=self.learners[0])
            (self.withheld.add if act is staff.withhold_purchase else self.withheld.discard)(session["id"])

    @rule()
    def reconcile(self) -> None:
        with self.step():
            reconcile()

    # --- What must be true --------------------------------------------------------------------------

    @invariant()
    def access_follows_at_once(self) -> None:
        """Nothing waits for the comparison: whatever a learner holds is open as soon as it is known to stand."""
        assert list(compare_access()) == []

    def settle(self) -> None:
        """Time passes: orders are sent again and the comparison runs. An order may follow from what it finds."""
        for _ in range(3):
            with self.step():
                Refund.objects.filter(status="ordered").update(next_try_at="2026-01-01T00:00Z")
                tasks.sweep_refunds()
            with self.step():
                reconcile()

    def opens(self, session: Json) -> bool:
        """Whether money of this session is here, as the sandbox has it."""
        if session["status"] != "complete" or session["id"] in self.withheld:
            return False
        if session["payment_status"] == "no_payment_required":
            return True
        if session["payment_status"] != "paid":
            return False
        intent = session["payment_intent"]
        mine = [refund for refund in self.store.newest("refund") if refund["payment_intent"] == intent]
        disputes = {one["status"] for one in self.store.newest("dispute") if one["payment_intent"] == intent}
        given = sum(refund["amount"] for refund in mine if refund["status"] == "succeeded")
        # Who asked for their money gives up the courses as soon as it is on its way; what was paid twice opens nothing.
        twice = Refund.objects.filter(reason__in=["paid-twice", "gift"]).values_list("idempotency_key", flat=True)
        orders = self.requested | {str(key) for key in twice}
        is_leaving = any(one["status"] == "pending" and one["metadata"].get("order") in orders for one in mine)
        return given < session["amount_total"] and not is_leaving and not disputes & CLOSING

    def teardown(self) -> None:
        try:
            self.settle()
            self.check_access()
            self.check_refunds()
            self.check_nothing_is_left_to_do()
        finally:
            self.store.switches["pending_refunds"] = False
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def check_access(self) -> None:
        for user in self.learners:
            own = user.checkout_sessions.filter(is_gift=False) | CheckoutSession.objects.filter(gift__accepted_by=user)
            keys = {str(key) for key in own.values_list("idempotency_key", flat=True)}
            mine = [one for one in self.store.newest("checkout.session") if one["client_reference_id"] in keys]
            paid = {session["id"] for session in mine if self.opens(session)}
            standing = list(AccessGrant.objects.active().filter(user=user).values_list("source", "reference"))
            assert has_access(user) is bool(paid), (user, paid)
            assert {reference for _, reference in standing} <= paid
            # A gift whose refund failed stands again beside what was bought meanwhile.
            assert sum(source == "purchase" for source, _ in standing) <= 1

    def check_refunds(self) -> None:
        """Nothing goes back twice, and what went back is written down."""
        for charge in self.store.newest("charge"):
            assert 0 <= charge["amount_refunded"] <= charge["amount"]
        there = {(one["id"], one["amount"], one["status"]) for one in self.store.newest("refund")}
        here = set(Refund.objects.exclude(stripe_id=None).values_list("stripe_id", "amount", "status"))
        assert here == there

    def check_nothing_is_left_to_do(self) -> None:
        def rows() -> list[object]:
            return [list(table.objects.order_by("pk").values()) for table in TABLES]

        before = rows()
        with self.step():
            reconcile()
        assert Reconciliation.objects.first().found == []
        assert rows() == before
        assert not WebhookEvent.objects.exclude(status="done").exists()


def test_access_is_what_was_paid_less_what_was_given_back_in_any_order(bench, monkeypatch, client_for):
    monkeypatch.setattr(reconciliation, "PATIENCE", timedelta(0))
    learners = [make_user(f"learner{number}@example.org") for number in range(3)]
    Shop.bench, Shop.learners, Shop.clients = bench, learners, [client_for(user) for user in learners]

    run_state_machine_as_test(Shop, settings=EXAMPLES)
