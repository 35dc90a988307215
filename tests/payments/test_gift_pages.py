"""Access for a colleague, from the form to the colleague's courses."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from accounts.models import User
from accounts.queries import has_access
from payments import gateway
from payments.models import CheckoutSession, Gift, Refund
from payments.sandbox import acts
from payments.services.fulfilment import fulfil
from tests.conftest import make_user
from tests.payments.conftest import grants_of

pytestmark = pytest.mark.django_db

FRIEND = "friend@example.org"


@pytest.fixture
def friend(db) -> User:
    return make_user(FRIEND)


@pytest.fixture
def giving(client_for, bench):
    """Fill in the form; the id of the session that opens."""

    def press(user, recipient: str = FRIEND, message: str = "For your boards.\r\nYours, Ada") -> str:
        response = client_for(user).post("/gifts/", {"recipient": recipient, "message": message})
        assert response.status_code == 303
        return re.search(r"cs_test_\w+", response["Location"]).group()

    return press


@pytest.fixture
def give(bench, giving, come_back):
    """A gift that is paid."""

    def pay(user, recipient: str = FRIEND, **fields: str) -> Gift:
        session_id = giving(user, recipient, **fields)
        bench.press("pay", session_id)
        come_back(user, session_id)
        return Gift.objects.get(session__stripe_id=session_id)

    return pay


@pytest.fixture
def post(client_for, django_capture_on_commit_callbacks):
    def send(user, address: str, **data: str):
        with django_capture_on_commit_callbacks(execute=True):
            return client_for(user).post(address, data, follow=True)

    return send


def read(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    page = response.content.decode()
    assert "style=" not in page
    assert "<script>" not in page
    return page


def address_of(gift: Gift) -> str:
    return f"/gifts/{gift.token}/"


def test_gift_goes_from_the_form_to_the_courses(client_for, learner, friend, give, post):
    gift = give(learner)

    receipt, present = mail.outbox
    assert (receipt.to, present.to) == ([learner.email], [FRIEND])
    assert present.subject == "Somebody gives you every course of eScan Academy"
    assert f"http://testserver{address_of(gift)}" in present.body
    assert not has_access(learner)
    assert "Lindqvist" not in read(client_for(None), address_of(gift))
    page = read(client_for(friend), address_of(gift))
    assert "Ada Lindqvist, MD has paid for access" in page
    assert "For your boards" not in page

    response = post(friend, address_of(gift))

    assert response.redirect_chain == [(address_of(gift), 303)]
    page = response.content.decode()
    assert "The gift is yours" in page
    assert "It is from Ada Lindqvist, MD." in page
    assert "For your boards.<br>Yours, Ada" in page
    assert "For your boards" not in read(client_for(learner), address_of(gift))
    assert has_access(friend)
    assert not has_access(learner)
    assert mail.outbox[-1].subject == "Your gift for friend@example.org was accepted"
    assert "Accepted on" in read(client_for(learner), "/gifts/")
    assert "A gift from Ada Lindqvist, MD" in read(client_for(friend), "/accounts/purchases/")


@pytest.mark.parametrize(
    "data, told",
    [
        ({"recipient": ""}, "This field is required."),
        ({"recipient": "nobody"}, "Enter a valid email address."),
        ({"recipient": "learner@example.org"}, "That is your own address."),
        ({"recipient": FRIEND, "message": "x" * 501}, "at most 500 characters"),
    ],
)
def test_giving_refuses_what_cannot_arrive(client_for, learner, bench, data, told):
    response = client_for(learner).post("/gifts/", data)

    assert response.status_code == 200
    assert told in response.content.decode()
    assert not Gift.objects.exists()
    assert bench.sandbox.store.newest("checkout.session") == []


def test_a_line_break_counts_as_one_character(client_for, learner, bench):
    form = {"recipient": FRIEND, "message": "x" * 249 + "\r\n" + "y" * 250}

    assert client_for(learner).post("/gifts/", form).status_code == 303

    assert Gift.objects.get().message == "x" * 249 + "\n" + "y" * 250


def test_giving_twice_comes_to_the_same_page_and_leaving_it_leads_back(client_for, learner, bench, giving):
    assert giving(learner) == giving(learner)

    [session] = bench.sandbox.store.newest("checkout.session")
    assert session["cancel_url"] == "http://testserver/gifts/?canceled=1"
    page = read(client_for(learner), "/gifts/?canceled=1")
    assert "You left before paying. No money moved" in page
    assert "Not paid yet" in page
    assert f'href="{session["url"]}">Go on to pay' in page


def test_giving_when_stripe_is_away_says_that_no_money_moved(client_for, learner, bench, settings, monkeypatch):
    monkeypatch.setattr(gateway, "NETWORK_RETRIES", 0)
    settings.SANDBOX_URL = "http://127.0.0.1:9"

    response = client_for(learner).post("/gifts/", {"recipient": FRIEND, "message": "kept"})

    page = response.content.decode()
    assert "cannot be reached just now. No money moved" in page
    assert "kept" in page
    assert not Gift.objects.exists()


def test_return_page_speaks_of_the_gift(bench, learner, giving, come_back):
    session_id = giving(learner)
    assert "the gift goes to" in come_back(learner, session_id).content.decode()

    bench.press("pay", session_id)

    page = come_back(learner, session_id).content.decode()
    assert "Your gift is on its way." in page
    assert FRIEND in page


def test_a_gift_does_not_stand_in_the_way_of_buying(learner, give, checkout):
    give(learner)

    assert checkout(learner).startswith("cs_test_")


def test_stranger_is_led_to_an_account_and_back(client, learner, give):
    gift = give(learner)

    page = read(client, address_of(gift))

    assert f'href="/accounts/signup/?next=/gifts/{gift.token}/"' in page
    assert f'href="/accounts/login/?next=/gifts/{gift.token}/"' in page
    assert FRIEND not in page
    assert "f•••@example.org" in page
    assert "For your boards" not in page
    response = client.post(address_of(gift))
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next=/gifts/{gift.token}/")
    gift.refresh_from_db()
    assert gift.accepted_at is None


def test_forwarded_gift_opens_nothing_to_another_person(client_for, learner, other_learner, author, give, post):
    gift = give(learner)

    for person in (other_learner, author):
        page = read(client_for(person), address_of(gift))
        assert "f•••@example.org" in page
        assert FRIEND not in page
        assert "Accept the gift" not in page
        assert "made for another address" in post(person, address_of(gift)).content.decode()
    assert not has_access(author)
    assert Gift.objects.get().accepted_at is None


def test_address_that_was_not_proven_accepts_nothing(client_for, learner, friend, give, post):
    gift = give(learner)
    EmailAddress.objects.filter(user=friend).update(verified=False)

    assert "you have not proven yet that it is yours" in read(client_for(friend), address_of(gift))
    assert "Prove first that this address is yours" in post(friend, address_of(gift)).content.decode()
    assert not has_access(friend)
    assert Gift.objects.get().accepted_at is None


def test_address_is_the_same_however_it_is_written(learner, friend, give, post):
    gift = give(learner, "Friend@Example.ORG")

    post(friend, address_of(gift))

    assert has_access(friend)


def test_gift_is_accepted_once(client_for, learner, friend, give, post):
    gift = give(learner)
    post(friend, address_of(gift))
    User.objects.filter(pk=friend.pk).update(email="moved@example.org")
    late = make_user("late@example.org")
    User.objects.filter(pk=late.pk).update(email=FRIEND)
    EmailAddress.objects.filter(user=friend).update(email="moved@example.org")
    EmailAddress.objects.filter(user=late).update(email=FRIEND)
    late.refresh_from_db()

    assert "This gift was accepted already" in read(client_for(late), address_of(gift))
    assert "This gift was accepted already." in post(late, address_of(gift)).content.decode()
    assert not has_access(late)
    assert "This gift is yours" in read(client_for(friend), address_of(gift))


def test_whoever_has_everything_leaves_the_gift_to_another(client_for, learner, other_learner, give, post):
    gift = give(learner, other_learner.email)

    assert "Everything is open to you already" in read(client_for(other_learner), address_of(gift))
    assert "Everything is open to you already" in post(other_learner, address_of(gift)).content.decode()
    assert Gift.objects.get().accepted_at is None


def test_gift_that_is_not_paid_cannot_be_accepted(client_for, learner, friend, giving, post):
    giving(learner)
    gift = Gift.objects.get()

    assert "This gift is not paid yet" in read(client_for(friend), address_of(gift))
    assert "This gift is not paid yet." in post(friend, address_of(gift)).content.decode()
    assert not has_access(friend)
    assert FRIEND not in [address for message in mail.outbox for address in message.to]


def test_giver_changes_the_address(client_for, client, learner, friend, give, post):
    gift = give(learner, "freind@example.org")
    old = address_of(gift)

    response = post(learner, f"/gifts/given/{gift.pk}/address/", recipient=FRIEND)

    assert response.redirect_chain == [("/gifts/", 303)]
    assert client.get(old).status_code == 404
    gift.refresh_from_db()
    assert mail.outbox[-1].to == [FRIEND]
    assert address_of(gift) in mail.outbox[-1].body
    post(friend, address_of(gift))
    assert has_access(friend)
    assert "so its address stays" in read(client_for(learner), f"/gifts/given/{gift.pk}/address/")
    again = post(learner, f"/gifts/given/{gift.pk}/address/", recipient="x@y.zz")
    assert "so its address stays" in again.content.decode()
    assert Gift.objects.get().recipient == FRIEND


def test_giver_takes_the_gift_back(client_for, learner, friend, give, post):
    gift = give(learner)
    page = read(client_for(learner), f"/gifts/given/{gift.pk}/take-back/")
    assert "$79.00 go back the way they came" in page
    assert not Refund.objects.exists()

    response = post(learner, f"/gifts/given/{gift.pk}/take-back/")

    assert "The gift is taken back, and its refund is ordered." in response.content.decode()
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.status) == (7900, "gift", "succeeded")
    assert mail.outbox[-1].subject == "Refund: $79.00 from eScan Academy"
    assert "This gift came back" in read(client_for(friend), address_of(gift))
    assert "This gift was taken back." in post(friend, address_of(gift)).content.decode()
    assert not has_access(friend)
    assert "already" in post(learner, f"/gifts/given/{gift.pk}/take-back/").content.decode()
    assert Refund.objects.count() == 1
    assert "nothing to take back" in read(client_for(learner), f"/gifts/given/{gift.pk}/take-back/")


def test_accepted_gift_stays_accepted(client_for, learner, friend, give, post):
    gift = give(learner)
    post(friend, address_of(gift))

    post(learner, f"/gifts/given/{gift.pk}/take-back/")

    assert has_access(friend)
    assert not Refund.objects.exists()
    assert "The gift was accepted, so its money stays." in read(
        client_for(learner), f"/accounts/purchases/{gift.session_id}/"
    )


def test_unpaid_gift_is_not_taken_back(learner, giving, post):
    giving(learner)
    gift = Gift.objects.get()

    assert "not paid yet" in post(learner, f"/gifts/given/{gift.pk}/take-back/").content.decode()
    gift.refresh_from_db()
    assert gift.taken_back_at is None


@pytest.mark.parametrize("page", ["address", "take-back"])
def test_gift_of_another_does_not_exist(client_for, learner, friend, other_learner, admin, give, page):
    gift = give(learner)

    for person in (friend, other_learner, admin):
        client = client_for(person)
        assert client.get(f"/gifts/given/{gift.pk}/{page}/").status_code == 404
        assert client.post(f"/gifts/given/{gift.pk}/{page}/", {"recipient": "a@b.cc"}).status_code == 404
    gift.refresh_from_db()
    assert (gift.recipient, gift.taken_back_at) == (FRIEND, None)


def test_disputed_gift_closes_what_it_opened(client_for, learner, friend, bench, give, post):
    gift = give(learner)
    post(friend, address_of(gift))
    session = CheckoutSession.objects.get()
    acts.open_dispute(bench.sandbox, session.payment_intent)

    fulfil(session_id=str(session))

    assert grants_of(friend) == [("gift", str(session), False)]
    assert "This gift is no longer valid" in read(client_for(friend), address_of(gift))


@pytest.mark.parametrize("token", ["x", "given", "a" * 200, "..%2f.."])
def test_token_that_names_no_gift_is_not_found(client, db, token):
    assert client.get(f"/gifts/{token}/").status_code == 404
    assert client.post(f"/gifts/{token}/").status_code in (302, 404)


def test_list_of_gifts_asks_as_often_for_three_as_for_one(client_for, learner, give, django_assert_num_queries):
    client = client_for(learner)
    give(learner)
    with django_assert_num_queries(4):
        read(client, "/gifts/")
    give(learner, "second@example.org")
    give(learner, "third@example.org")
    with django_assert_num_queries(4):
        read(client, "/gifts/")
