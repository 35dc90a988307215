"""Where one source of access closes, whatever else the learner holds opens at once."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connections
from django.test import Client

from accounts.models import AccessGrant, User
from accounts.queries import has_access
from payments.models import CheckoutSession, Gift, Purchase, Refund
from payments.sandbox import acts
from payments.services import fulfilment
from payments.services.fulfilment import fulfil
from payments.services.gifts import accept_gift
from payments.services.staff import refund_purchase, release_purchase, withhold_purchase
from tests.payments.conftest import Bench, grants_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def give(bench: Bench, client_for, author: User) -> Callable[[User], str]:
    """A gift to the learner, paid and accepted; its session."""

    def press(user: User) -> str:
        page = client_for(author).post("/gifts/", {"recipient": user.email})["Location"]
        session_id = re.search(r"cs_test_\w+", page).group()
        bench.press("pay", session_id)
        fulfil(session_id=session_id)
        accept_gift(user=user, token=Gift.objects.get(session__stripe_id=session_id).token)
        return session_id

    return press


def pay_with_a_code(bench: Bench, session_id: str) -> None:
    acts.apply_code(bench.sandbox, session_id, "WELCOME100")
    bench.press("pay", session_id)


@pytest.fixture
def both(bench, learner, checkout, give) -> tuple[str, str]:
    """An accepted gift, and a purchase by a code of 100 % whose page was open before."""
    own = checkout(learner)
    gift = give(learner)
    pay_with_a_code(bench, own)
    fulfil(session_id=own)
    assert grants_of(learner) == [("gift", gift, True)]
    return gift, own


def intent_of(session_id: str) -> str:
    return CheckoutSession.objects.get(stripe_id=session_id).payment_intent


def refund_at_stripe(bench: Bench, gift: str, admin: User) -> None:
    acts.refund(bench.sandbox, intent_of(gift), {})
    fulfil(session_id=gift)


def dispute(bench: Bench, gift: str, admin: User) -> None:
    acts.open_dispute(bench.sandbox, intent_of(gift))
    fulfil(session_id=gift)


def withhold(bench: Bench, gift: str, admin: User) -> None:
    withhold_purchase(purchase_id=Purchase.objects.get(session__stripe_id=gift).pk, because="A test.", by=admin)


@pytest.mark.parametrize("close", [refund_at_stripe, dispute, withhold])
def test_a_purchase_beside_a_gift_opens_when_the_gift_closes(bench, learner, admin, both, close):
    gift, own = both

    close(bench, gift, admin)

    assert has_access(learner)
    assert grants_of(learner) == [("gift", gift, False), ("purchase", own, True)]


def test_it_opens_for_staffs_refund_too(bench, learner, admin, both, django_capture_on_commit_callbacks):
    gift, own = both
    purchase = Purchase.objects.get(session__stripe_id=gift)

    with django_capture_on_commit_callbacks(execute=True):
        refund_purchase(purchase_id=purchase.pk, amount=7900, left=7900, note="", by=admin)

    assert grants_of(learner) == [("gift", gift, False), ("purchase", own, True)]


def test_a_gift_that_comes_back_stands_beside_what_opened_meanwhile(bench, learner, admin, both):
    gift, own = both
    withhold(bench, gift, admin)

    release_purchase(purchase_id=Purchase.objects.get(session__stripe_id=gift).pk, because="A test.", by=admin)

    assert grants_of(learner) == [("gift", gift, True), ("purchase", own, True)]
    assert Refund.objects.count() == 0


def test_who_is_refunded_keeps_the_courses_by_a_code(bench, learner, checkout, client_for):
    """Two tabs: one was paid, the other cost nothing."""
    paid = checkout(learner)
    CheckoutSession.objects.update(status="expired")
    free = checkout(learner)
    bench.press("pay", paid)
    fulfil(session_id=paid)
    pay_with_a_code(bench, free)
    fulfil(session_id=free)
    number = CheckoutSession.objects.get(stripe_id=paid).pk

    page = client_for(learner).post(f"/accounts/purchases/{number}/refund/", follow=True).content.decode()

    assert "The courses stay open by what you have beside it." in page
    assert grants_of(learner) == [("purchase", paid, False), ("purchase", free, True)]


def test_nothing_opens_that_is_closed_itself(bench, learner, admin, both):
    gift, own = both
    withhold(bench, own, admin)

    refund_at_stripe(bench, gift, admin)

    assert not has_access(learner)
    assert grants_of(learner) == [("gift", gift, False)]


def test_the_others_of_the_giver_are_their_own(bench, learner, author, checkout, admin, both):
    gift, _ = both
    mine = checkout(author)
    bench.press("pay", mine)
    fulfil(session_id=mine)

    refund_at_stripe(bench, gift, admin)

    assert grants_of(author) == [("purchase", mine, True)]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_gift_closes_at_the_moment_when_a_code_is_used(bench, learner, checkout, give, monkeypatch):
    """Each looks at what the other writes: without the lock on whoever accepted, both see nothing to do."""
    own = checkout(learner)
    gift = give(learner)
    pay_with_a_code(bench, own)
    acts.refund(bench.sandbox, intent_of(gift), {})
    both_have_looked = threading.Barrier(2)
    settle = fulfilment.settle_access

    def settle_and_wait(purchase: Purchase) -> bool:
        """Neither is committed before the other has looked, unless a lock holds the other back."""
        changed = settle(purchase)
        with suppress(threading.BrokenBarrierError):
            both_have_looked.wait(timeout=2)
        return changed

    monkeypatch.setattr(fulfilment, "settle_access", settle_and_wait)

    def hear(session_id: str) -> None:
        try:
            fulfil(session_id=session_id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(hear, [own, gift]))

    assert AccessGrant.objects.active().get(user=learner).reference == own


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_who_gave_to_each_other_are_refunded_at_the_same_moment(bench, learner, other_learner, client_for):
    AccessGrant.objects.all().delete()
    gifts = []
    for giver, taker in ((learner, other_learner), (other_learner, learner)):
        page = client_for(giver).post("/gifts/", {"recipient": taker.email})["Location"]
        session_id = re.search(r"cs_test_\w+", page).group()
        bench.press("pay", session_id)
        fulfil(session_id=session_id)
        accept_gift(user=taker, token=Gift.objects.get(session__stripe_id=session_id).token)
        gifts.append(session_id)
    for session_id in gifts:
        acts.refund(bench.sandbox, intent_of(session_id), {})

    def hear(session_id: str) -> None:
        try:
            fulfil(session_id=session_id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(hear, gifts * 8))

    assert not AccessGrant.objects.active().exists()


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_gift_is_accepted_at_the_moment_when_it_is_refunded(bench, learner, author, checkout, client_for):
    own = checkout(learner)
    page = client_for(author).post("/gifts/", {"recipient": learner.email})["Location"]
    gift = re.search(r"cs_test_\w+", page).group()
    bench.press("pay", gift)
    fulfil(session_id=gift)
    acts.refund(bench.sandbox, intent_of(gift), {})
    token = Gift.objects.get().token
    starter = threading.Barrier(3)

    def run(call: Callable[[], object]) -> None:
        starter.wait()
        try:
            call()
        except Exception as error:
            assert "taken back" in str(error)
        finally:
            connections.close_all()

    calls = [
        lambda: accept_gift(user=learner, token=token),
        lambda: fulfil(session_id=gift),
        lambda: Client().get("/pricing/"),
    ]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(run, calls))
    pay_with_a_code(bench, own)
    fulfil(session_id=own)

    assert AccessGrant.objects.active().get(user=learner).reference == own
