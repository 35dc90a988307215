from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from payments.models import CheckoutSession, WebhookEvent

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

    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0] == "Time,Type,Reference at Stripe,What is wrong"
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
