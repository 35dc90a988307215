"""Nobody is asked to pay whose money is on its way, or for whom a gift waits."""

import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress

from accounts.models import User
from accounts.queries import has_access
from payments.models import CheckoutSession, Gift, Purchase
from payments.sandbox import acts
from payments.services.fulfilment import fulfil
from payments.services.gifts import take_back_gift
from tests.conftest import make_user
from tests.html import flat
from tests.payments.conftest import Bench

pytestmark = pytest.mark.django_db

PAY = '<button class="btn" type="submit">Pay $79</button>'
OFFER = "A gift waits for you"
Give = Callable[..., str]


@pytest.fixture
def giver(db) -> User:
    return make_user("giver@example.org", name="Nils Öberg, MD")


@pytest.fixture
def give(bench: Bench, client_for, giver: User) -> Give:
    """A gift to the address, whose page is completed in the given way; its session."""

    def press(recipient: str, act=acts.pay) -> str:
        page = client_for(giver).post("/gifts/", {"recipient": recipient, "message": ""})["Location"]
        session_id = re.search(r"cs_test_\w+", page).group()
        act(bench.sandbox, session_id)
        fulfil(session_id=session_id)
        return session_id

    return press


@pytest.fixture
def pending(bench, learner, checkout) -> str:
    session_id: str = checkout(learner)
    acts.pay_later(bench.sandbox, session_id)
    fulfil(session_id=session_id)
    return session_id


def read(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return flat(response.content.decode())


def test_money_on_its_way_stands_where_the_price_would(client_for, learner, pending):
    client = client_for(learner)
    number = CheckoutSession.objects.get().pk

    dashboard, pricing = read(client, "/learn/"), read(client, "/pricing/")

    assert f'<a href="/accounts/purchases/{number}/">Your payment of $79.00</a>is on its way' in dashboard
    assert "$79 once" not in dashboard
    assert "Your payment of $79.00 is on its way" in pricing
    assert "Please do not pay again." in pricing
    assert f'<a class="btn" href="/accounts/purchases/{number}/">See the payment</a>' in pricing
    assert ("Pay $79" in pricing, pricing.count('class="btn"')) == (False, 1)


LOCKED = "/courses/chest-film/second-look/"


@pytest.mark.parametrize("address", ["/courses/chest-film/", LOCKED, "/courses/chest-film/post-test/"])
def test_a_course_does_not_offer_the_price_while_money_is_on_its_way(client_for, learner, pending, course, address):
    page = flat(client_for(learner).get(address).content.decode())

    assert "Your payment of $79.00 is on its way" in page
    assert f'href="/accounts/purchases/{CheckoutSession.objects.get().pk}/">See the payment</a>' in page
    assert "$79 once" not in page


@pytest.mark.parametrize("address", ["/courses/chest-film/", LOCKED])
def test_a_course_does_not_offer_the_price_while_a_gift_waits(client_for, learner, give, course, address):
    give(learner.email)

    page = flat(client_for(learner).get(address).content.decode())

    assert "A gift from Nils Öberg, MD waits for you" in page
    assert f'href="/gifts/{Gift.objects.get().token}/">See the gift</a>' in page
    assert "$79 once" not in page


@pytest.mark.parametrize("address", ["/courses/chest-film/", LOCKED])
def test_a_course_offers_the_price_to_whom_nothing_waits_for(client_for, client, learner, giver, give, course, address):
    give("friend@example.org")

    for visitor in (client_for(learner), client):
        assert "Open everything, $79 once" in visitor.get(address).content.decode()


def test_who_presses_pay_all_the_same_is_told(client_for, learner, pending, bench):
    """A page that was open before."""
    page = client_for(learner).post("/pricing/", follow=True).content.decode()

    assert "Your payment is on its way" in page
    assert len(bench.sandbox.store.newest("checkout.session")) == 1


def test_after_it_failed_the_price_is_back(client_for, learner, pending, bench):
    acts.fail_late_payment(bench.sandbox, pending)
    fulfil(session_id=pending)

    assert PAY in read(client_for(learner), "/pricing/")
    assert "$79 once" in read(client_for(learner), "/learn/")


def test_after_it_arrived_everything_is_open(client_for, learner, pending, bench):
    acts.finish_late_payment(bench.sandbox, pending)
    fulfil(session_id=pending)

    assert "Everything is open to you." in read(client_for(learner), "/pricing/")
    assert "on its way" not in read(client_for(learner), "/learn/")


def test_a_payment_for_a_gift_does_not_stand_in_the_way_of_ones_own(client_for, giver, give):
    give("friend@example.org", acts.pay_later)

    assert PAY in read(client_for(giver), "/pricing/")


@pytest.mark.parametrize("when", ["before the account", "after it"])
def test_a_gift_is_offered_until_it_is_taken(client_for, give, when):
    if when == "before the account":
        give("friend@example.org")
    friend = make_user("friend@example.org")
    if when == "after it":
        give("Friend@Example.org")
    client = client_for(friend)
    address = f"/gifts/{Gift.objects.get().token}/"

    # The first page after signing up is the profile, and the dashboard comes next.
    form = {"name": "Fred", "profession": "physician", "time_zone": "UTC"}
    dashboard = flat(client.post("/accounts/profile/", form, follow=True).content.decode())

    assert OFFER in dashboard
    assert "From Nils Öberg, MD" in dashboard
    assert f'<a class="btn" href="{address}">See the gift</a>' in dashboard
    assert "$79 once" not in dashboard
    pricing = read(client, "/pricing/")
    assert "A gift from Nils Öberg, MD waits for you" in pricing
    assert f'<a class="btn" href="{address}">See the gift</a>' in pricing
    assert '<button class="btn quiet" type="submit">Pay $79 all the same</button>' in pricing

    client.post(address)

    assert has_access(friend)
    assert OFFER not in read(client, "/learn/")
    assert "waits for you" not in read(client, "/pricing/")


def lose_proof(bench: Bench, session_id: str) -> None:
    EmailAddress.objects.filter(email="friend@example.org").update(verified=False)


def take_back(bench: Bench, session_id: str) -> None:
    take_back_gift(gift_id=Gift.objects.get().pk)


def refund(bench: Bench, session_id: str) -> None:
    acts.refund(bench.sandbox, CheckoutSession.objects.get(stripe_id=session_id).payment_intent, {})
    fulfil(session_id=session_id)


def dispute(bench: Bench, session_id: str) -> None:
    acts.open_dispute(bench.sandbox, CheckoutSession.objects.get(stripe_id=session_id).payment_intent)
    fulfil(session_id=session_id)


def withhold(bench: Bench, session_id: str) -> None:
    Purchase.objects.update(withheld_because="A test.")


@pytest.mark.parametrize("change", [lose_proof, take_back, refund, dispute, withhold])
def test_a_gift_that_cannot_be_taken_is_not_offered(client_for, bench, give, change):
    friend = make_user("friend@example.org")
    session_id = give("friend@example.org")
    assert OFFER in read(client_for(friend), "/learn/")

    change(bench, session_id)

    assert OFFER not in read(client_for(friend), "/learn/")
    assert PAY in read(client_for(friend), "/pricing/")


@pytest.mark.parametrize("act", [acts.pay_later, acts.decline, acts.expire])
def test_a_gift_that_is_not_paid_is_not_offered(client_for, give, act):
    friend = make_user("friend@example.org")
    give("friend@example.org", act)

    assert OFFER not in read(client_for(friend), "/learn/")
    assert PAY in read(client_for(friend), "/pricing/")


def test_a_gift_is_nobody_elses(client_for, learner, giver, learner_with_access, give):
    give("friend@example.org")
    give(learner_with_access.email)

    for person in (learner, giver, learner_with_access):
        assert OFFER not in read(client_for(person), "/learn/")


def test_what_waits_is_asked_for_as_often_for_three_gifts_as_for_one(
    client_for, bench, learner, django_assert_num_queries
):
    def give_from(number: int) -> None:
        giver = client_for(make_user(f"giver{number}@example.org"))
        session_id = re.search(r"cs_test_\w+", giver.post("/gifts/", {"recipient": learner.email})["Location"]).group()
        bench.press("pay", session_id)
        fulfil(session_id=session_id)

    client = client_for(learner)
    give_from(1)
    with django_assert_num_queries(11):
        read(client, "/pricing/")
    give_from(2)
    give_from(3)
    with django_assert_num_queries(11):
        read(client, "/pricing/")


@pytest.mark.parametrize(
    "act, told",
    [(acts.pay_later, "Your payment for a gift to this address is on its way"), (acts.pay, "paid for a gift")],
)
def test_a_gift_is_not_paid_twice(client_for, giver, give, bench, act, told):
    give("friend@example.org", act)

    page = client_for(giver).post("/gifts/", {"recipient": "friend@example.org", "message": "Another"})

    assert (page.status_code, told in page.content.decode()) == (200, True)
    assert len(bench.sandbox.store.newest("checkout.session")) == 1


def test_after_a_failed_or_returned_gift_another_can_be_given(client_for, giver, give, bench):
    session_id = give("friend@example.org", acts.pay_later)
    acts.fail_late_payment(bench.sandbox, session_id)
    fulfil(session_id=session_id)
    give("friend@example.org")
    take_back_gift(gift_id=Gift.objects.latest("pk").pk)

    assert client_for(giver).post("/gifts/", {"recipient": "friend@example.org"}).status_code == 303
