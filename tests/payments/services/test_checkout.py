from datetime import timedelta

import pytest
from django.utils import timezone

from payments import gateway
from payments.errors import AlreadyPaid
from payments.models import CheckoutSession, Customer
from payments.services.checkout import start_checkout

pytestmark = pytest.mark.django_db


def test_start_checkout_tells_stripe_who_buys_what(bench, learner):
    url = start_checkout(user=learner)

    attempt = CheckoutSession.objects.get()
    [session] = bench.sandbox.store.newest("checkout.session")
    [customer] = bench.sandbox.store.newest("customer")
    key = str(attempt.idempotency_key)
    assert url == attempt.url == session["url"]
    assert (attempt.user, attempt.stripe_id, attempt.status) == (learner, session["id"], "open")
    assert (attempt.amount, attempt.currency) == (7900, "usd")
    assert (session["client_reference_id"], session["metadata"]) == (key, {"attempt": key})
    assert session["_payment_intent_data"] == {"metadata": {"attempt": key}}
    assert session["invoice_creation"] == {"enabled": True}
    assert session["success_url"] == "http://testserver/pricing/done/?session_id={CHECKOUT_SESSION_ID}"
    assert session["cancel_url"] == "http://testserver/pricing/?canceled=1"
    assert session["customer"] == customer["id"] == Customer.objects.get(user=learner).stripe_id
    assert (customer["email"], customer["metadata"]) == ("learner@example.org", {"learner": str(learner.pk)})


def test_start_checkout_reuses_the_open_session(bench, learner):
    assert start_checkout(user=learner) == start_checkout(user=learner)
    assert CheckoutSession.objects.count() == 1
    assert len(bench.sandbox.store.newest("checkout.session")) == 1


def test_start_checkout_refuses_who_has_access(bench, learner_with_access):
    with pytest.raises(AlreadyPaid):
        start_checkout(user=learner_with_access)

    assert CheckoutSession.objects.count() == 0
    assert bench.sandbox.store.newest("checkout.session") == []


def test_start_checkout_keeps_learners_apart(bench, learner, author):
    assert start_checkout(user=learner) != start_checkout(user=author)
    assert Customer.objects.count() == 2


def test_start_checkout_keeps_the_customer_over_sessions(bench, learner):
    start_checkout(user=learner)
    CheckoutSession.objects.update(status="expired")

    start_checkout(user=learner)

    assert len(bench.sandbox.store.newest("checkout.session")) == 2
    assert len(bench.sandbox.store.newest("customer")) == 1


@pytest.mark.parametrize("age, attempts", [(timedelta(hours=23), 1), (timedelta(hours=24), 2)])
def test_start_checkout_starts_anew_after_the_key_ended(bench, learner, monkeypatch, age, attempts):
    def time_out(**kwargs: str) -> gateway.Session:
        raise gateway.Unreachable("timed out")

    with monkeypatch.context() as patch:
        patch.setattr(gateway, "create_checkout_session", time_out)
        with pytest.raises(gateway.Unreachable):
            start_checkout(user=learner)
    CheckoutSession.objects.update(expires_at=timezone.now() + timedelta(hours=24) - age)

    start_checkout(user=learner)

    assert CheckoutSession.objects.count() == attempts
    assert CheckoutSession.objects.filter(status="open").count() == 1


def test_start_checkout_after_a_definite_no_uses_a_new_key(bench, learner):
    [price] = bench.sandbox.store.newest("price")
    hidden = bench.sandbox.store.objects
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gateway, "find_price", lambda: "price_gone")
        with pytest.raises(gateway.Refused, match="No such price: 'price_gone'"):
            start_checkout(user=learner)
    assert CheckoutSession.objects.get().status == "expired"

    start_checkout(user=learner)

    assert price["id"] in hidden
    assert list(CheckoutSession.objects.order_by("pk").values_list("status", "price")) == [
        ("expired", "price_gone"),
        ("open", price["id"]),
    ]


def wipe(bench) -> None:
    """As after another account's keys: Stripe knows nothing of what it told us."""
    store = bench.sandbox.store
    store.objects.clear()
    store.answers.clear()
    store.deliveries.clear()
    bench.sandbox.__post_init__()


def test_start_checkout_goes_on_when_stripe_has_forgotten_everything(bench, learner):
    first = start_checkout(user=learner)
    wipe(bench)

    second = start_checkout(user=learner)

    [session] = bench.sandbox.store.newest("checkout.session")
    [customer] = bench.sandbox.store.newest("customer")
    assert second == session["url"] != first
    assert session["customer"] == customer["id"] == Customer.objects.get(user=learner).stripe_id
    # The first, whose session is gone; the second, whose customer was gone; and the one that is open.
    assert list(CheckoutSession.objects.order_by("pk").values_list("status", "url")) == [
        ("expired", first),
        ("expired", ""),
        ("open", second),
    ]
    assert start_checkout(user=learner) == second


def test_start_checkout_makes_a_new_customer_for_one_deleted_at_stripe(bench, learner):
    start_checkout(user=learner)
    stale = Customer.objects.get().stripe_id
    CheckoutSession.objects.update(status="expired")
    del bench.sandbox.store.objects[stale]

    start_checkout(user=learner)

    assert Customer.objects.get().stripe_id != stale
    assert CheckoutSession.objects.filter(status="open").count() == 1


def test_start_checkout_keeps_the_open_session_when_stripe_cannot_say(bench, learner, monkeypatch):
    start_checkout(user=learner)

    def time_out(session_id: str) -> gateway.Session:
        raise gateway.Unreachable("timed out")

    monkeypatch.setattr(gateway, "retrieve_checkout_session", time_out)
    with pytest.raises(gateway.Unreachable):
        start_checkout(user=learner)

    assert CheckoutSession.objects.get().status == "open"


def test_start_checkout_refused_leaves_what_another_tab_has_opened(bench, learner, monkeypatch):
    def open_elsewhere(**kwargs: str) -> gateway.Session:
        CheckoutSession.objects.update(stripe_id="cs_test_other", url="http://stripe.test/pay")
        raise gateway.Refused("The key is in use.")

    monkeypatch.setattr(gateway, "create_checkout_session", open_elsewhere)
    with pytest.raises(gateway.Refused):
        start_checkout(user=learner)

    assert CheckoutSession.objects.values_list("status", "stripe_id").get() == ("open", "cs_test_other")
