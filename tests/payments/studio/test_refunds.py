import pytest

from accounts.queries import has_access
from payments.models import Refund
from tests.payments.studio.making import WHY, acts, address, make_dispute, make_purchase, make_refund, text_of

pytestmark = pytest.mark.usefixtures("nobody_asks_stripe")


@pytest.mark.parametrize(("amount", "cents"), [("20", 2000), ("20.50", 2050), ("79.00", 7900), ("0.01", 1)])
def test_staff_refund_a_part_or_all(client_for, admin, learner, amount, cents):
    purchase = make_purchase(learner)

    response = client_for(admin).post(address(purchase, "refund/"), {**WHY, "amount": amount, "left": 7900})

    assert response["Location"] == address(purchase)
    refund = Refund.objects.get()
    assert (refund.amount, refund.status, refund.reason) == (cents, "ordered", "staff")
    assert (refund.ordered_by, refund.note) == (admin, WHY["because"])
    assert acts() == [("payments.order_refund", admin.email, "staff")]


def test_staff_refund_a_part_in_yen(client_for, admin, learner):
    purchase = make_purchase(learner, currency="jpy")
    page = client_for(admin).get(address(purchase, "refund/")).content.decode()
    assert "At most ¥7,900" in page
    assert 'value="7900"' in page

    for amount in ("20.5", "7901", "0.5"):
        client_for(admin).post(address(purchase, "refund/"), {**WHY, "amount": amount, "left": 7900})
    assert Refund.objects.count() == 0
    client_for(admin).post(address(purchase, "refund/"), {**WHY, "amount": "2000", "left": 7900})

    assert (Refund.objects.get().amount, Refund.objects.get().currency) == (2000, "jpy")


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
