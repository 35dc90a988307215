from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AccessGrant, User
from accounts.queries import has_access
from payments.models import Gift, Purchase, Reconciliation
from tests.payments.studio.making import (
    EVENTS,
    GRANTS,
    LIST,
    MONEY,
    RUNS,
    WHY,
    acts,
    address,
    make_attempt,
    make_dispute,
    make_event,
    make_purchase,
    make_refund,
    text_of,
)

pytestmark = pytest.mark.usefixtures("nobody_asks_stripe")


def states(client, **params: str) -> list[tuple[str, str]]:
    return [(row.stripe_id, row.state) for row in client.get(LIST, params).context["object_list"]]


@pytest.fixture
def every_state(learner, other_learner) -> dict[str, str]:
    """One attempt of each; the state that its list says, by Stripe's name."""
    people = [User.objects.create_user(f"p{number}@example.org") for number in range(6)]
    make_purchase(people[0], 1)
    make_refund(make_purchase(people[1], 2))
    make_refund(make_purchase(people[2], 3), amount=7900)
    make_refund(make_purchase(people[3], 4), amount=7900, status="ordered", reason="requested")
    make_dispute(make_purchase(people[4], 5))
    make_purchase(people[5], 6, withheld_because="Stolen card")
    make_attempt(learner, 7)
    make_attempt(learner, 8, payment_status="unpaid")
    make_attempt(learner, 9, payment_status="failed")
    make_attempt(learner, 10, payment_status="unpaid", status="open")
    make_attempt(learner, 11, payment_status="unpaid", status="expired")
    names = ["stands", "partly-refunded", "refunded", "refund-under-way", "disputed", "withheld"]
    names += ["held", "pending", "failed", "open", "expired"]
    return {f"cs_test_{number}": name for number, name in enumerate(names, 1)}


def test_list_says_the_state_of_each(client_for, admin, every_state):
    client = client_for(admin)

    shown = dict(list(every_state.items())[:9])
    assert dict(states(client)) == shown
    for name, state in every_state.items():
        assert states(client, state=state) == [(name, state)]


def test_list_and_purchase_agree_on_what_stands(client_for, admin, every_state):
    closed = {"refunded", "refund-under-way", "disputed", "withheld"}
    for purchase in Purchase.objects.select_related("session"):
        assert purchase.stands == (every_state[str(purchase.session)] not in closed)


def test_list_finds_by_address_and_reference(client_for, admin, learner, other_learner):
    make_purchase(learner, 1)
    make_attempt(other_learner, 2, payment_status="unpaid", status="expired")
    gift = make_purchase(other_learner, 3, is_gift=True)
    Gift.objects.create(session=gift.session, recipient="colleague@example.org")
    client = client_for(admin)

    assert [name for name, _ in states(client, q="learner@example")] == ["cs_test_1"]
    assert [name for name, _ in states(client, q="OTHER@example.org")] == ["cs_test_2", "cs_test_3"]
    assert [name for name, _ in states(client, q="colleague")] == ["cs_test_3"]
    assert [name for name, _ in states(client, q="pi_1")] == ["cs_test_1"]
    assert [name for name, _ in states(client, is_gift="true")] == ["cs_test_3"]
    assert states(client, q="nothing") == []


def test_list_finds_what_waits_for_staff(client_for, admin, learner, other_learner):
    make_refund(make_purchase(learner, 1), status="refused")
    make_dispute(make_purchase(other_learner, 2))
    client = client_for(admin)

    assert [name for name, _ in states(client, waiting="refunds")] == ["cs_test_1"]
    assert [name for name, _ in states(client, waiting="disputes")] == ["cs_test_2"]


def test_list_is_exported(client_for, admin, learner):
    purchase = make_purchase(learner)
    make_refund(purchase)
    User.objects.filter(pk=learner.pk).update(email="=1+1@example.org")
    client = client_for(admin)

    lines = b"".join(client.get(LIST, {"export": "csv"}).streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith(
        "Reference,Checkout session,Learner,Gift for,State,Paid,Refunded,Currency,Begun (UTC),Paid at (UTC)"
    )
    assert lines[1].startswith("pi_1,cs_test_1,'=1+1@example.org,,partly-refunded,79.00,20.00,usd,")

    book = openpyxl.load_workbook(BytesIO(b"".join(client.get(LIST, {"export": "xlsx"}).streaming_content)))
    [_, row] = book.active.values
    assert row[:8] == ("pi_1", "cs_test_1", "'=1+1@example.org", None, "partly-refunded", 79, 20, "usd")


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_the_same_number_of_queries(client_for, admin, count):
    for number in range(1, count + 1):
        person = User.objects.create_user(f"q{number}@example.org")
        purchase = make_purchase(person, number)
        for each in range(count):
            make_refund(purchase)
            make_refund(purchase, status="refused", ordered_by=admin)
            make_dispute(purchase, stripe_id=f"dp_{number}_{each}")
            make_event(number * 10 + each, payment_intent=f"pi_{number}")
        AccessGrant.objects.create(user=person, source="staff", reference=str(number))
        Reconciliation.objects.create(started_at=timezone.now(), found=["one", "two"])
    client = client_for(admin)
    client.get(address(purchase))
    seen = {}
    for path in (LIST, GRANTS, EVENTS, RUNS, MONEY, address(purchase)):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        seen[path.split("/")[3] if path.count("/") == 4 else "purchase"] = len(queries)
    assert seen == {"purchases": 8, "grants": 8, "events": 8, "reconciliations": 8, "money": 10, "purchase": 18}


def test_staff_withhold_and_release(client_for, admin, learner):
    purchase = make_purchase(learner)
    client = client_for(admin)

    assert client.post(address(purchase, "withhold/"), WHY)["Location"] == address(purchase)
    assert not has_access(learner)
    page = text_of(client, address(purchase))
    assert "closed by staff: They asked on the telephone" in page
    assert "Release access" in page

    client.post(address(purchase, "release/"), {"because": "A mistake"})
    assert has_access(learner)
    assert acts() == [
        ("payments.withhold", admin.email, WHY["because"]),
        ("payments.release", admin.email, "A mistake"),
    ]


@pytest.mark.parametrize("act", ["withhold/", "release/"])
def test_withholding_wants_a_reason(client_for, admin, learner, act):
    purchase = make_purchase(learner)

    response = client_for(admin).post(address(purchase, act), {"because": " "})

    assert response.status_code == 422
    assert has_access(learner)
    assert acts() == []


def test_releasing_says_what_still_closes_it(client_for, admin, learner):
    purchase = make_purchase(learner, withheld_because="Stolen card")
    make_dispute(purchase)

    response = client_for(admin).post(address(purchase, "release/"), WHY, follow=True)

    assert "It stays closed all the same: dispute: needs a response." in response.content.decode()
    assert not has_access(learner)
