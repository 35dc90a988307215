import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone
from wagtail.log_actions import registry as log_registry

from accounts.queries import has_access
from payments.models import CheckoutSession, Dispute, Purchase, Refund, WebhookEvent
from tests.html import flat

SET_ASIDE = "/studio/payments/set-aside/"


def make_event(number: int = 1, **fields: object) -> WebhookEvent:
    now = timezone.now()
    defaults = {
        "stripe_id": f"evt_{number}",
        "type": "checkout.session.completed",
        "object_id": f"cs_test_{number}",
        "payment_intent": f"pi_{number}",
        "livemode": False,
        "created_at": now,
        "received_at": now,
        "next_try_at": now,
        "status": "set-aside",
        "error": "UnknownReference: nobody <b>here</b>",
    }
    return WebhookEvent.objects.create(**defaults | fields)


def make_wrong_payment(number: int = 1, **fields: object) -> CheckoutSession:
    defaults = {
        "idempotency_key": uuid4(),
        "stripe_id": f"cs_test_{number}",
        "payment_intent": f"pi_{number}",
        "price": "price_1",
        "amount": 7900,
        "currency": "usd",
        "status": "complete",
        "payment_status": "paid",
        "created_at": timezone.now() - timedelta(days=1),
        "expires_at": timezone.now(),
    }
    return CheckoutSession.objects.create(**defaults | fields)


def rows_of(client) -> list[tuple[str, str, str]]:
    rows = client.get(SET_ASIDE).context["object_list"]
    return [(row["kind"], row["reference"], row["problem"]) for row in rows]


def test_studio_lists_what_is_set_aside(client_for, admin):
    make_event(1)
    make_event(2, payment_intent="", received_at=timezone.now() - timedelta(hours=1))
    make_event(3, status="done", error="")
    make_wrong_payment(4)
    make_wrong_payment(5, status="open", payment_status="unpaid")

    client = client_for(admin)

    assert rows_of(client) == [
        ("checkout.session.completed", "pi_1", "UnknownReference: nobody <b>here</b>"),
        ("checkout.session.completed", "cs_test_2", "UnknownReference: nobody <b>here</b>"),
        ("wrong payment", "pi_4", "Paid, but not as it was offered. Nothing was opened."),
    ]
    page = client.get(SET_ASIDE).content.decode()
    assert "nobody &lt;b&gt;here&lt;/b&gt;" in page
    assert "pi_4" in page
    assert client.get(f"{SET_ASIDE}results/").status_code == 200


def test_studio_lists_a_wrong_payment_once(client_for, admin):
    make_event(1, error="WrongPayment: another price")
    make_wrong_payment(1)

    assert rows_of(client_for(admin)) == [("checkout.session.completed", "pi_1", "WrongPayment: another price")]


def test_studio_leaves_out_what_is_well(client_for, admin, bench, learner, checkout, deliver):
    bench.press("pay", checkout(learner))
    deliver(bench.event("checkout.session.completed"))

    assert rows_of(client_for(admin)) == []


def test_studio_exports_what_is_set_aside(client_for, admin):
    make_event()

    response = client_for(admin).get(SET_ASIDE, {"export": "csv"})

    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "Time (UTC),Type,Reference at Stripe,What is wrong"
    assert lines[1].endswith(",checkout.session.completed,pi_1,UnknownReference: nobody <b>here</b>")


def test_studio_menu_shows_it_to_who_may_see_it(client_for, admin, author):
    assert SET_ASIDE in client_for(admin).get("/studio/").content.decode()
    assert SET_ASIDE not in client_for(author).get("/studio/").content.decode()


@pytest.mark.parametrize("person", ["learner", "author"])
@pytest.mark.parametrize("address", [SET_ASIDE, f"{SET_ASIDE}results/", f"{SET_ASIDE}?export=csv"])
def test_studio_keeps_payments_from_others(client_for, request, person, address):
    make_event()

    response = client_for(request.getfixturevalue(person)).get(address)

    assert response.status_code in (302, 403)
    assert "evt_1" not in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_studio_asks_the_same_number_of_queries(client_for, admin, django_assert_num_queries, count):
    for number in range(count):
        make_event(number)
        make_wrong_payment(number + 10)
    client = client_for(admin)
    client.get(SET_ASIDE)
    with django_assert_num_queries(8):
        client.get(SET_ASIDE)


# --- Home and menu ----------------------------------------------------------------------------------


def make_paid(user, number: int = 1) -> Purchase:
    session = make_wrong_payment(number, user=user)
    return Purchase.objects.create(session=session, amount=7900, currency="usd", paid_at=timezone.now())


def make_refused_refund(purchase: Purchase) -> Refund:
    return Refund.objects.create(
        purchase=purchase,
        amount=100,
        currency="usd",
        status="refused",
        created_at=timezone.now(),
        idempotency_key=uuid4(),
    )


def make_dispute(purchase: Purchase, **fields: object) -> Dispute:
    now = timezone.now()
    defaults = {"stripe_id": f"dp_{purchase.pk}", "amount": 7900, "currency": "usd", "created_at": now}
    defaults |= {"status": "needs_response", "reason": "fraudulent"}
    return Dispute.objects.create(purchase=purchase, **defaults | fields)


def test_home_says_nothing_where_nothing_waits(client_for, admin, learner):
    make_dispute(make_paid(learner), status="won")
    page = client_for(admin).get("/studio/").content.decode()
    assert "set aside</a>" not in page
    assert "to answer</a>" not in page
    assert "refused by Stripe" not in page


def test_home_counts_what_waits(client_for, admin, learner, other_learner):
    first, second = make_paid(learner, 1), make_paid(other_learner, 2)
    make_event(3)
    make_refused_refund(first)
    make_dispute(second, respond_by=timezone.now() + timedelta(days=2, minutes=5))

    page = flat(client_for(admin).get("/studio/").content.decode())

    assert ">1 payment set aside</a>" in page
    assert f'<a href="/studio/payments/purchases/{first.session_id}/">1 refund refused by Stripe</a>' in page
    assert f'<a href="/studio/payments/purchases/{second.session_id}/">1 dispute to answer</a>' in page
    assert "(2\N{NO-BREAK SPACE}days" in page


def test_home_leads_to_the_list_of_several(client_for, admin, learner, other_learner):
    for number, user in enumerate([learner, other_learner], 1):
        purchase = make_paid(user, number)
        make_refused_refund(purchase)
        make_dispute(purchase, status="warning_needs_response")

    page = flat(client_for(admin).get("/studio/").content.decode())

    assert '<a href="/studio/payments/purchases/?waiting=refunds">2 refunds refused by Stripe</a>' in page
    assert '<a href="/studio/payments/purchases/?waiting=disputes">2 disputes to answer</a>' in page
    assert "No deadline is known." in page


def test_home_keeps_money_from_authors(client_for, author, learner):
    make_event(3)
    make_dispute(make_paid(learner))
    page = client_for(author).get("/studio/").content.decode()
    assert "set aside</a>" not in page
    assert "dispute" not in page


def test_menu_has_one_group_for_payments(client_for, admin, author):
    names = ["purchases", "money", "grants", "events", "set-aside", "reconciliations"]
    page, other = (client_for(user).get("/studio/").content.decode() for user in (admin, author))
    for name in names:
        assert f"/studio/payments/{name}/" in page
        assert f"/studio/payments/{name}/" not in other


def test_every_act_that_is_logged_has_words():
    """Wagtail shows an act that is not registered as unknown."""
    source = "".join(path.read_text() for path in Path("payments").rglob("*.py"))
    logged = set(re.findall(r'log\([\w.]+(?:\([^)]*\))?, "(payments\.\w+)"', source))
    assert len(logged) >= 16
    assert logged <= {action for action, _ in log_registry.get_choices()}


# --- To Stripe and back -----------------------------------------------------------------------------


def test_refund_by_staff_reaches_stripe_and_closes_access(
    client_for, admin, bench, learner, checkout, deliver, django_capture_on_commit_callbacks
):
    bench.press("pay", checkout(learner))
    deliver(bench.event("checkout.session.completed"))
    purchase = Purchase.objects.get()
    address = f"/studio/payments/purchases/{purchase.session_id}/"
    client = client_for(admin)

    for amount, left, is_open in [("20", 7900, True), ("59", 5900, False)]:
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"{address}refund/", {"amount": amount, "left": left, "because": "By telephone"})
        assert has_access(learner) == is_open

    assert [(refund.amount, refund.status) for refund in Refund.objects.order_by("pk")] == [
        (2000, "succeeded"),
        (5900, "succeeded"),
    ]
    told = [step.what for step in client.get(address).context["steps"]]
    assert "Stripe reported: checkout.session.completed" in told
    assert "Refund of $59.00: succeeded" in told
    assert told.count("Refund recorded") == 2
    assert "Access revoked" in told
