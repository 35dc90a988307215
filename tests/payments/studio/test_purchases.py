"""What staff do about money and access, through the studio's pages."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import uuid4

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.models import AccessGrant, Mail, User
from accounts.queries import has_access
from payments import gateway
from payments.models import CheckoutSession, Dispute, Gift, Purchase, Reconciliation, Refund, WebhookEvent
from payments.services.fulfilment import settle_access
from payments.studio import statistics, story
from tests.html import flat

LIST = "/studio/payments/purchases/"
GRANTS = "/studio/payments/grants/"
EVENTS = "/studio/payments/events/"
RUNS = "/studio/payments/reconciliations/"
MONEY = "/studio/payments/money/"
WHY = {"because": "They asked on the telephone"}


@pytest.fixture(autouse=True)
def nobody_asks_stripe(monkeypatch):
    """Orders are rows; what Stripe answers is for the tests of the services."""
    for name in ("send_refund", "process_event"):
        monkeypatch.setattr(f"payments.tasks.{name}.delay", lambda pk: None)


def make_attempt(user: User | None, number: int = 1, **fields: object) -> CheckoutSession:
    now = timezone.now()
    defaults = {
        "user": user,
        "idempotency_key": uuid4(),
        "stripe_id": f"cs_test_{number}",
        "payment_intent": f"pi_{number}",
        "price": "price_1",
        "amount": 7900,
        "currency": "usd",
        "status": "complete",
        "payment_status": "paid",
        "created_at": now - timedelta(hours=number),
        "expires_at": now + timedelta(days=1),
    }
    return CheckoutSession.objects.create(**defaults | fields)


def make_purchase(user: User | None, number: int = 1, **fields: object) -> Purchase:
    session = make_attempt(user, number, is_gift=bool(fields.pop("is_gift", False)))
    defaults = {"session": session, "amount": 7900, "currency": "usd", "paid_at": timezone.now() - timedelta(minutes=9)}
    purchase = Purchase.objects.create(**defaults | fields)
    settle_access(purchase)
    return purchase


def make_refund(purchase: Purchase, **fields: object) -> Refund:
    defaults = {"amount": 2000, "currency": "usd", "status": "succeeded", "created_at": timezone.now()}
    return Refund.objects.create(purchase=purchase, idempotency_key=uuid4(), **defaults | fields)


def make_dispute(purchase: Purchase, **fields: object) -> Dispute:
    defaults = {"stripe_id": f"dp_{purchase.pk}", "amount": 7900, "currency": "usd", "status": "needs_response"}
    defaults |= {"reason": "fraudulent", "created_at": timezone.now()}
    return Dispute.objects.create(purchase=purchase, **defaults | fields)


def make_event(number: int = 1, **fields: object) -> WebhookEvent:
    now = timezone.now()
    defaults = {"stripe_id": f"evt_{number}", "type": "charge.refunded", "livemode": False, "created_at": now}
    defaults |= {"next_try_at": now, "status": "set-aside", "error": "UnknownReference: <b>nobody</b>"}
    return WebhookEvent.objects.create(**defaults | fields)


def address(purchase: Purchase, act: str = "") -> str:
    return f"{LIST}{purchase.session_id}/{act}"


def text_of(client, path: str) -> str:
    return client.get(path).content.decode()


def acts() -> list[tuple[str, str, object]]:
    """What the log holds of staff's acts: the act, by whom, and why."""
    rows = ModelLogEntry.objects.filter(action__startswith="payments.", user__isnull=False).order_by("pk")
    return [(row.action, row.user.email, row.data.get("reason")) for row in rows]


# --- Who may ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", [None, "learner", "author"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_acts_are_for_administrators(client_for, request, other_learner, person, method):
    purchase = make_purchase(other_learner)
    refund = make_refund(purchase, status="refused")
    grant = AccessGrant.objects.create(user=other_learner, source="staff", reference="1")
    event = make_event()
    client = client_for(request.getfixturevalue(person) if person else None)
    before = ModelLogEntry.objects.count()

    for path in [
        *[address(purchase, act) for act in ("", "refund/", "withhold/", "release/")],
        f"/studio/payments/refunds/{refund.pk}/retry/",
        f"{GRANTS}give/",
        f"{GRANTS}{grant.pk}/take-back/",
        f"{EVENTS}{event.pk}/retry/",
        f"{RUNS}run/",
        MONEY,
    ]:
        form = {**WHY, "amount": "10", "left": 5900, "email": other_learner.email}
        response = getattr(client, method)(path, form if method == "post" else None)
        assert response.status_code == 302, path
        assert not response["Location"].startswith("/studio/payments/"), path

    assert ModelLogEntry.objects.count() == before
    assert Refund.objects.get().status == "refused"
    assert AccessGrant.objects.get(source="staff").revoked_at is None
    assert WebhookEvent.objects.get().status == "set-aside"


def test_what_does_not_exist_is_not_found(client_for, admin, learner):
    client = client_for(admin)
    unpaid = make_attempt(learner, status="open", payment_status="unpaid")
    other = AccessGrant.objects.create(user=learner, source="purchase", reference="bought")
    for path in [
        *[f"{LIST}{unpaid.pk}/{act}/" for act in ("refund", "withhold", "release")],
        f"{LIST}0/",
        "/studio/payments/refunds/0/retry/",
        f"{EVENTS}0/retry/",
        f"{GRANTS}{other.pk}/take-back/",
    ]:
        assert client.get(path).status_code == 404, path


# --- Purchases --------------------------------------------------------------------------------------


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

    lines = b"".join(client.get(LIST, {"export": "csv"}).streaming_content).decode().splitlines()
    assert lines[0].startswith("Reference,Checkout session,Learner,Gift for,State,Paid,Refunded,Currency,Begun,Paid at")
    assert lines[1].startswith("pi_1,cs_test_1,'=1+1@example.org,,partly-refunded,79.00,20.00,usd,")

    book = openpyxl.load_workbook(BytesIO(b"".join(client.get(LIST, {"export": "xlsx"}).streaming_content)))
    [_, row] = book.active.values
    assert row[:8] == ("pi_1", "cs_test_1", "'=1+1@example.org", None, "partly-refunded", "79.00", "20.00", "usd")


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
    assert seen == {"purchases": 7, "grants": 7, "events": 7, "reconciliations": 7, "money": 9, "purchase": 17}


# --- The story --------------------------------------------------------------------------------------


def told(client, purchase: Purchase) -> list[str]:
    return [step.what for step in client.get(address(purchase)).context["steps"]]


def test_story_tells_everything_in_order(client_for, admin, learner):
    purchase = make_purchase(learner)
    event = make_event(1, object_id="cs_test_1", status="done", error="", attempts=1)
    make_event(2, payment_intent="pi_1")
    make_event(3, payment_intent="pi_other")
    Mail.objects.create(user=learner, to=learner.email, kind="receipt", reference=str(purchase.pk))
    make_refund(purchase, note="Half", ordered_by=admin, reason="staff", status="refused", problem="No <i>funds</i>")
    make_dispute(purchase, respond_by=timezone.now() + timedelta(days=7))
    client = client_for(admin)
    client.post(address(purchase, "withhold/"), WHY)

    assert set(told(client, purchase)) == {
        "Checkout begun",
        "Paid: $79.00",
        "Access granted",
        "Stripe told: charge.refunded",
        "Mail, receipt: waiting",
        "Refund of $20.00: refused",
        "Dispute of $79.00: needs a response",
        "Access withheld by staff",
        "Access revoked",
    }
    steps = client.get(address(purchase)).context["steps"]
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert [step.source for step in steps if step.source.startswith("evt")] == [event.stripe_id, "evt_2"]
    assert [step.what for step in steps][:2] == ["Checkout begun", "Paid: $79.00"]
    page = text_of(client, address(purchase))
    assert "No &lt;i&gt;funds&lt;/i&gt;" in page
    assert "They asked on the telephone" in page
    assert "dashboard.stripe.com" not in page


def test_story_of_a_gift(client_for, admin, learner, other_learner):
    purchase = make_purchase(learner, is_gift=True)
    gift = Gift.objects.create(session=purchase.session, recipient=other_learner.email)
    Mail.objects.create(to=gift.recipient, kind="gift", reference=str(gift.pk))
    Mail.objects.create(to=gift.recipient, kind="gift", reference=f"{gift.pk}-abc")
    Mail.objects.create(to=gift.recipient, kind="gift", reference=f"{gift.pk}1")
    client = client_for(admin)

    assert told(client, purchase) == [
        "Checkout of a gift begun",
        "Paid: $79.00",
        "Mail, gift: waiting",
        "Mail, gift: waiting",
    ]
    assert other_learner.email in text_of(client, address(purchase))


def test_story_of_a_deleted_learner_and_of_nothing_paid(client_for, admin, learner):
    purchase = make_purchase(None)
    unpaid = make_attempt(learner, 2, status="expired", payment_status="unpaid")
    client = client_for(admin)

    assert "Deleted account" in text_of(client, address(purchase))
    page = text_of(client, f"{LIST}{unpaid.pk}/")
    assert "Checkout expired" in page
    assert "Withhold access" not in page


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("sk_live_1", "https://dashboard.stripe.com/payments/pi_1"),
        ("sk_test_1", "https://dashboard.stripe.com/test/payments/pi_1"),
    ],
)
def test_story_links_to_stripe(settings, key, expected):
    settings.STRIPE_API_KEY, settings.SANDBOX_URL = key, ""
    assert story.get_dashboard_url("payments", "pi_1") == expected
    assert story.get_dashboard_url("payments", None) == ""
    settings.SANDBOX_URL = "http://127.0.0.1:8001"
    assert story.get_dashboard_url("payments", "pi_1") == ""


# --- Refunds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("amount", "cents"), [("20", 2000), ("20.50", 2050), ("79.00", 7900), ("0.01", 1)])
def test_staff_refund_a_part_or_all(client_for, admin, learner, amount, cents):
    purchase = make_purchase(learner)

    response = client_for(admin).post(address(purchase, "refund/"), {**WHY, "amount": amount, "left": 7900})

    assert response["Location"] == address(purchase)
    refund = Refund.objects.get()
    assert (refund.amount, refund.status, refund.reason) == (cents, "ordered", "staff")
    assert (refund.ordered_by, refund.note) == (admin, WHY["because"])
    assert acts() == [("payments.order_refund", admin.email, "staff")]


@pytest.mark.parametrize(
    "form",
    [
        {**WHY, "amount": "59.01", "left": 5900},
        {**WHY, "amount": "0", "left": 5900},
        {**WHY, "amount": "-1", "left": 5900},
        {**WHY, "amount": "1.001", "left": 5900},
        {**WHY, "amount": "NaN", "left": 5900},
        {**WHY, "amount": "Infinity", "left": 5900},
        {**WHY, "amount": "all", "left": 5900},
        {**WHY, "amount": "", "left": 5900},
        {**WHY, "amount": "10"},
        {"amount": "10", "left": 5900, "because": ""},
        {"amount": "10", "left": 5900, "because": "   "},
        {"amount": "10", "left": 5900, "because": "x" * 301},
    ],
)
def test_a_refund_that_makes_no_sense_is_not_ordered(client_for, admin, learner, form):
    purchase = make_purchase(learner)
    make_refund(purchase)

    response = client_for(admin).post(address(purchase, "refund/"), form)

    assert response.status_code == 422
    assert Refund.objects.count() == 1
    assert acts() == []


def test_a_form_sent_twice_refunds_a_part_once(client_for, admin, learner):
    purchase = make_purchase(learner)
    client = client_for(admin)
    form = {**WHY, "amount": "20", "left": 7900}

    client.post(address(purchase, "refund/"), form)
    response = client.post(address(purchase, "refund/"), form)

    assert response.status_code == 422
    assert "has changed since this page was opened" in response.content.decode()
    assert Refund.objects.count() == 1


def test_nothing_is_left_to_refund(client_for, admin, learner):
    purchase = make_purchase(learner)
    make_refund(purchase, amount=7900)
    client = client_for(admin)

    assert client.get(address(purchase, "refund/"))["Location"] == address(purchase)
    page = text_of(client, address(purchase))
    assert f'href="{address(purchase, "refund/")}"' not in page


def test_refund_page_says_what_follows(client_for, admin, learner):
    purchase = make_purchase(learner)
    make_refund(purchase)
    client = client_for(admin)

    page = text_of(client, address(purchase, "refund/"))
    assert "At most $59.00" in page
    assert 'value="59.00"' in page
    assert "cannot be fetched again" in page
    assert "bank asks" not in page
    make_dispute(purchase)
    assert "bank asks" in text_of(client, address(purchase, "refund/"))


def test_refused_refund_is_asked_for_again(client_for, admin, learner):
    purchase = make_purchase(learner)
    refund = make_refund(purchase, status="refused", problem="No funds", attempts=3)
    client = client_for(admin)
    path = f"/studio/payments/refunds/{refund.pk}/retry/"
    assert path in text_of(client, address(purchase))
    assert "No funds" in text_of(client, path)

    assert client.post(path, {}).status_code == 422
    assert Refund.objects.get().status == "refused"
    assert client.post(path, WHY)["Location"] == address(purchase)

    again = Refund.objects.get()
    assert (again.status, again.attempts) == ("ordered", 0)
    assert again.idempotency_key != refund.idempotency_key
    assert acts() == [("payments.retry_refund", admin.email, WHY["because"])]
    client.post(path, WHY)
    assert len(acts()) == 1


def test_refund_that_the_learner_asked_for_closes_access_when_tried_again(client_for, admin, learner):
    purchase = make_purchase(learner)
    refund = make_refund(purchase, amount=7900, status="refused", reason="requested")
    assert has_access(learner)

    client_for(admin).post(f"/studio/payments/refunds/{refund.pk}/retry/", WHY)

    assert not has_access(learner)


# --- Withholding ------------------------------------------------------------------------------------


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


# --- Access without payment -------------------------------------------------------------------------


def test_staff_give_access_and_take_it_back(client_for, admin, learner):
    client = client_for(admin)
    page = text_of(client, f"{GRANTS}give/?learner={learner.pk}")
    assert f'value="{learner.email}"' in page

    form = {"email": learner.email.upper(), "key": uuid4(), **WHY}
    assert client.post(f"{GRANTS}give/", form)["Location"] == GRANTS
    assert has_access(learner)
    client.post(f"{GRANTS}give/", form)  # a double click
    assert AccessGrant.objects.filter(source="staff").count() == 1
    page = text_of(client, GRANTS)
    assert WHY["because"] in page
    assert admin.email in page

    grant = AccessGrant.objects.get(source="staff")
    path = f"{GRANTS}{grant.pk}/take-back/"
    assert path in page
    assert client.post(path, {}).status_code == 422
    assert has_access(learner)
    client.post(path, {"because": "Left the faculty"})
    assert not has_access(learner)
    assert path not in text_of(client, GRANTS)
    client.post(path, {"because": "Left the faculty"})
    client.post(f"{GRANTS}give/", form)  # the first form, sent once more
    assert not has_access(learner)
    assert acts() == [
        ("payments.grant", admin.email, WHY["because"]),
        ("payments.revoke", admin.email, "Left the faculty"),
    ]


@pytest.mark.parametrize(
    "form", [{"email": "nobody@example.org", **WHY}, {"email": "x", **WHY}, {"because": "Faculty"}]
)
def test_access_is_given_to_somebody(client_for, admin, learner, form):
    assert client_for(admin).post(f"{GRANTS}give/", form).status_code == 422
    assert not AccessGrant.objects.exists()


def test_access_needs_a_reason(client_for, admin, learner):
    assert client_for(admin).post(f"{GRANTS}give/", {"email": learner.email}).status_code == 422
    assert not has_access(learner)


@pytest.mark.parametrize("learner_id", ["", "x", "0", "²", "9" * 30])
def test_the_learner_of_an_address_may_be_nobody(client_for, admin, learner_id):
    assert client_for(admin).get(f"{GRANTS}give/", {"learner": learner_id}).status_code == 200


def test_the_list_of_people_leads_there(client_for, admin, learner):
    page = text_of(client_for(admin), "/studio/users/")
    assert f"{GRANTS}give/?learner={learner.pk}" in page
    assert f"{LIST}?q=learner%40example.org" in page


# --- Events -----------------------------------------------------------------------------------------


def test_failed_events_are_listed_and_tried_again(client_for, admin):
    event = make_event(1)
    make_event(2, status="waiting", error="Unreachable: no answer")
    make_event(3, status="waiting", error="")
    make_event(4, status="done", error="")
    client = client_for(admin)

    page = text_of(client, EVENTS)
    assert [row.stripe_id for row in client.get(EVENTS).context["object_list"]] == ["evt_2", "evt_1"]
    assert "UnknownReference: &lt;b&gt;nobody&lt;/b&gt;" in page
    assert [row.stripe_id for row in client.get(EVENTS, {"q": "evt_4"}).context["object_list"]] == ["evt_4"]

    path = f"{EVENTS}{event.pk}/retry/"
    assert path in page
    assert client.post(path, {}).status_code == 422
    assert WebhookEvent.objects.get(pk=event.pk).status == "set-aside"
    assert client.post(path, WHY)["Location"] == EVENTS
    assert WebhookEvent.objects.get(pk=event.pk).status == "waiting"
    assert acts() == [("payments.retry_event", admin.email, WHY["because"])]


def test_event_that_is_done_is_not_tried_again(client_for, admin):
    event = make_event(1, status="done", error="")
    client_for(admin).post(f"{EVENTS}{event.pk}/retry/", WHY)
    assert WebhookEvent.objects.get().status == "done"
    assert acts() == []


# --- Reconciliation ---------------------------------------------------------------------------------


def test_reconciliations_are_listed(client_for, admin):
    now = timezone.now()
    Reconciliation.objects.create(started_at=now, finished_at=now, found=["evt_1 had <b>not</b> arrived."])
    Reconciliation.objects.create(started_at=now, finished_at=now)
    Reconciliation.objects.create(started_at=now)

    page = text_of(client_for(admin), RUNS)

    assert "evt_1 had &lt;b&gt;not&lt;/b&gt; arrived." in page
    assert "Nothing: all agree." in page
    assert "It has not come to its end." in page
    assert f"{RUNS}run/" in page


def test_staff_run_one_now(client_for, admin, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(gateway, "list_events", lambda **_: [])
    client = client_for(admin)
    assert client.post(f"{RUNS}run/", {}).status_code == 422
    assert not Reconciliation.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{RUNS}run/", WHY)["Location"] == RUNS

    assert Reconciliation.objects.get().finished_at
    assert acts() == [("payments.order_reconciliation", admin.email, WHY["because"])]


# --- Money by month ---------------------------------------------------------------------------------


def test_money_by_month(client_for, admin, learner, other_learner):
    now = datetime(2026, 3, 15, 12, tzinfo=UTC)
    make_purchase(learner, 1, paid_at=datetime(2026, 3, 1, tzinfo=UTC))
    old = make_purchase(other_learner, 2, paid_at=datetime(2026, 2, 28, 23, 59, tzinfo=UTC))
    CheckoutSession.objects.filter(pk=old.session_id).update(created_at=datetime(2026, 2, 28, tzinfo=UTC))
    CheckoutSession.objects.exclude(pk=old.session_id).update(created_at=datetime(2026, 3, 1, tzinfo=UTC))
    abandoned = make_attempt(learner, 3, status="expired", payment_status="unpaid")
    CheckoutSession.objects.filter(pk=abandoned.pk).update(created_at=datetime(2026, 3, 2, tzinfo=UTC))
    make_refund(old, created_at=now)
    make_refund(old, created_at=now, status="refused")
    make_dispute(old, created_at=now)

    *_, february, march = months = statistics.get_months(now)

    assert len(months) == 12
    assert months[0].name == "April 2025"
    assert (february.taken, february.payments, february.begun, february.paid) == (7900, 1, 1, 1)
    assert (march.taken, march.payments, march.begun, march.paid) == (7900, 1, 2, 1)
    assert (march.refunded, march.refunds, march.disputed, march.disputes) == (2000, 1, 7900, 1)
    assert (february.conversion, march.conversion, months[0].conversion) == ("100 %", "50 %", "")
    assert statistics.add_up(months).taken == 15800


def test_money_is_drawn_with_its_numbers_beside(client_for, admin, learner):
    make_purchase(learner)
    month = f"{timezone.now():%B %Y}"

    page = text_of(client_for(admin), MONEY)

    assert page.count('<svg class="studio-chart"') == 2
    assert f"<title>{month}, taken: $79</title>" in page
    assert f'<th scope="row">{month}</th><td>$79.00</td>' in flat(page)
    assert "style=" not in page[page.index("studio-money") : page.index("</table>")]


def test_money_says_that_there_is_none(client_for, admin):
    page = text_of(client_for(admin), MONEY)
    assert "Nothing was bought in the last twelve months." in page
    assert "studio-chart" not in page


@pytest.mark.parametrize(
    ("top", "step"), [(1, 1), (5, 1), (6, 2), (30, 10), (51, 20), (7900, 2000), (47400, 10000), (999_999, 200_000)]
)
def test_lines_stand_at_round_numbers(top, step):
    assert statistics.round_step(top) == step


def test_every_bar_stays_within_the_picture():
    first = datetime(2026, 1, 1, tzinfo=UTC)
    months = [statistics.Month(first=first, taken=10**9 * number, refunded=number) for number in range(12)]
    chart = statistics.draw(months, ["taken", "refunded"], str)
    assert len(chart.bars) == 22
    for bar in chart.bars:
        assert bar.height >= 1
        assert 0 <= bar.y <= bar.y + bar.height <= chart.height
        assert chart.left <= bar.x <= bar.x + bar.width <= chart.width
