import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import AccessGrant
from payments import gateway
from payments.models import CheckoutSession, Purchase, WebhookEvent
from payments.sandbox import acts
from tests.conftest import make_user
from tests.html import flat

pytestmark = pytest.mark.django_db

CAST = ["stranger", "learner", "learner_with_access", "other_learner", "author", "admin"]


@pytest.fixture
def person(request):
    """A member of the cast by name; a stranger is nobody."""
    return None if request.param == "stranger" else request.getfixturevalue(request.param)


def test_addresses_are_as_promised():
    assert reverse("payments:pricing") == "/pricing/"
    assert reverse("payments:payment_return") == "/pricing/done/"
    assert reverse("payments:stripe_webhook") == "/webhooks/stripe/"


@pytest.mark.parametrize(
    "person, button",
    [
        ("stranger", '<a class="btn" href="/accounts/signup/?next=/pricing/">Get access</a>'),
        ("learner", '<button class="btn" type="submit">Pay $79</button>'),
        ("learner_with_access", '<a class="btn" href="/courses/">Go to the courses</a>'),
        ("other_learner", '<a class="btn" href="/courses/">Go to the courses</a>'),
        ("author", '<button class="btn" type="submit">Pay $79</button>'),
        ("admin", '<button class="btn" type="submit">Pay $79</button>'),
    ],
    indirect=["person"],
)
def test_pricing_shows_each_person_one_filled_button(client_for, person, button):
    response = client_for(person).get("/pricing/")

    page = flat(response.content.decode())
    assert response.status_code == 200
    assert '<p class="amount">$79</p>' in page
    assert button in page
    assert page.count('class="btn"') == 1
    assert ("Everything is open to you." in page) == ("Go to the courses" in button)


@pytest.mark.parametrize("address, form", [("/pricing/", {}), ("/gifts/", {"recipient": "colleague@example.org"})])
def test_a_learner_without_a_name_comes_to_the_payment_page(client_for, bench, address, form):
    nameless = make_user("nameless@example.org")

    response = client_for(nameless).post(address, form)

    [customer] = bench.sandbox.store.newest("customer")
    assert response.status_code == 303
    assert response["Location"].startswith(f"{bench.address}/c/pay/cs_test_")
    assert (customer["email"], customer["name"]) == ("nameless@example.org", None)


def test_pricing_takes_the_price_from_the_settings(client, settings):
    settings.PRICE_AMOUNT, settings.PRICE_CURRENCY = 124950, "eur"

    assert '<p class="amount">€1,249.50</p>' in client.get("/pricing/").content.decode()


@pytest.mark.parametrize("name, queries", [("stranger", 6), ("learner", 9), ("learner_with_access", 8)])
def test_pricing_query_count(request, client_for, django_assert_num_queries, name, queries):
    """Five are for what is kept: what apps above tell of the offer, and the words of staff."""
    client = client_for(None if name == "stranger" else request.getfixturevalue(name))

    with django_assert_num_queries(queries):
        client.get("/pricing/")


def test_pricing_after_leaving_says_that_no_money_moved(client):
    assert "You left before paying. No money moved" in client.get("/pricing/?canceled=1").content.decode()
    assert "You left before paying" not in client.get("/pricing/").content.decode()


def test_pricing_sends_a_stranger_to_sign_up(client, bench):
    response = client.post("/pricing/")

    assert response.status_code == 302
    assert response["Location"] == "/accounts/signup/?next=/pricing/"
    assert CheckoutSession.objects.count() == 0
    assert bench.sandbox.store.newest("checkout.session") == []


def test_pricing_refuses_a_second_purchase_kindly(client_for, learner_with_access, bench):
    response = client_for(learner_with_access).post("/pricing/", follow=True)

    assert response.redirect_chain == [("/pricing/", 303)]
    assert "Everything is open to you already, so there is nothing to pay." in response.content.decode()
    assert CheckoutSession.objects.count() == 0
    assert bench.sandbox.store.newest("checkout.session") == []


def test_pricing_when_stripe_is_away_says_that_no_money_moved(client_for, learner, settings, monkeypatch):
    settings.SANDBOX_URL = "http://127.0.0.1:9"
    monkeypatch.setattr(gateway, "NETWORK_RETRIES", 0)

    response = client_for(learner).post("/pricing/", follow=True)

    assert response.redirect_chain == [("/pricing/", 303)]
    assert "cannot be reached just now. No money moved" in response.content.decode()
    assert CheckoutSession.objects.count() == 0


def test_pricing_form_needs_the_csrf_token(learner, bench):
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.post("/pricing/").status_code == 403
    assert CheckoutSession.objects.count() == 0


def test_pricing_two_clicks_come_to_the_same_page(bench, learner, checkout):
    assert checkout(learner) == checkout(learner)
    assert CheckoutSession.objects.count() == 1
    assert len(bench.sandbox.store.newest("checkout.session")) == 1


def test_pricing_after_paying_in_another_tab_refuses(bench, learner, checkout, client_for):
    bench.press("pay", checkout(learner))

    response = client_for(learner).post("/pricing/", follow=True)

    assert "Everything is open to you already" in response.content.decode()
    assert len(bench.sandbox.store.newest("checkout.session")) == 1
    assert AccessGrant.objects.filter(user=learner, revoked_at=None).count() == 1


@pytest.mark.parametrize(
    "person, status",
    [
        ("stranger", 302),
        ("learner", 200),
        ("learner_with_access", 404),
        ("other_learner", 404),
        ("author", 404),
        ("admin", 404),
    ],
    indirect=["person"],
)
def test_payment_return_is_the_learners_own(bench, learner, checkout, come_back, person, status):
    session_id = checkout(learner)

    assert come_back(person, session_id).status_code == status


@pytest.mark.parametrize("query", ["", "?session_id=", "?session_id=" + "x" * 300, "?since=1"])
def test_payment_return_without_a_session_is_not_found(client_for, learner, query):
    assert client_for(learner).get(f"/pricing/done/{query}").status_code == 404


def test_payment_return_waits_and_asks_again(bench, learner, checkout, come_back):
    session_id = checkout(learner)

    page = come_back(learner, session_id).content.decode()

    assert "Waiting for your payment" in page
    assert "vendor/js/htmx.min.js" in page
    assert f'hx-get="/pricing/done/?session_id={session_id}&amp;since=' in page
    assert 'hx-trigger="every 2s"' in page
    assert f'<a class="btn" href="/pricing/done/?session_id={session_id}">Look again</a>' in flat(page)
    assert f'<a class="btn quiet" href="{bench.address}/c/pay/{session_id}">' in page
    assert "<script>" not in page
    assert "style=" not in page


def test_payment_return_polling_changes_nothing_until_there_is_news(bench, learner, checkout, client_for):
    session_id = checkout(learner)
    client = client_for(learner)

    def poll(since: int) -> tuple[int, str]:
        query = {"session_id": session_id, "since": since}
        response = client.get("/pricing/done/", query, headers={"HX-Request": "true"})
        return response.status_code, response.content.decode()

    assert poll(since=9_999_999_999) == (204, "")
    assert poll(since=0) == (286, "")
    bench.press("pay", session_id)
    status, part = poll(since=0)
    assert status == 200
    assert part.lstrip().startswith("<h1>Everything is open.</h1>")
    assert "hx-get" not in part
    assert "<html" not in part


def test_payment_return_paid_leads_to_the_courses(bench, learner, checkout, come_back):
    session_id = checkout(learner)
    bench.press("pay", session_id)

    response = come_back(learner, session_id)

    page = response.content.decode()
    assert "Your payment of $79.00 arrived. A receipt is on its way to learner@example.org." in page
    assert '<a class="btn" href="/courses/">Go to the courses</a>' in page
    assert '<a class="btn quiet" href="/learn/">Your dashboard</a>' in page
    assert "htmx" not in page
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_payment_return_after_a_decline_still_waits(bench, learner, checkout, come_back):
    session_id = checkout(learner)
    assert bench.press("decline", session_id) == (303, f"/c/pay/{session_id}")

    assert "Waiting for your payment" in come_back(learner, session_id).content.decode()
    assert AccessGrant.objects.count() == 0
    assert mail.outbox == []


def test_payment_return_when_stripe_is_away_shows_what_is_known(
    bench, learner, checkout, come_back, settings, monkeypatch
):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    monkeypatch.setattr(gateway, "NETWORK_RETRIES", 0)
    settings.SANDBOX_URL = "http://127.0.0.1:9"

    response = come_back(learner, session_id)

    assert response.status_code == 200
    assert "Waiting for your payment" in response.content.decode()
    assert AccessGrant.objects.count() == 0


def test_payment_return_expired_offers_another_try(bench, learner, checkout, come_back):
    session_id = checkout(learner)
    acts.expire(bench.sandbox, session_id)

    page = come_back(learner, session_id).content.decode()

    assert "It was left unpaid, so no money moved." in page
    assert '<a class="btn" href="/pricing/">Try again</a>' in flat(page)


def test_payment_return_pending_says_that_the_bank_has_it_and_stops_asking(bench, learner, checkout, come_back):
    session_id = checkout(learner)
    bench.press("later", session_id)

    page = come_back(learner, session_id).content.decode()

    assert "Your payment is on its way" in page
    assert "no reason to pay again" in page
    assert "hx-get" not in page
    poll = come_back(learner, session_id, **{"HX-Request": "true"})
    assert poll.status_code == 200
    assert "hx-get" not in poll.content.decode()


def test_pricing_while_a_payment_is_on_its_way_asks_for_no_second(bench, learner, checkout, client_for):
    bench.press("later", checkout(learner))

    response = client_for(learner).post("/pricing/", follow=True)

    assert "Your payment is on its way" in response.content.decode()
    assert CheckoutSession.objects.count() == 1
    assert len(bench.sandbox.store.newest("checkout.session")) == 1


def test_payment_return_failed_says_that_no_money_moved(bench, learner, checkout, come_back):
    session_id = checkout(learner)
    bench.press("later", session_id)
    acts.fail_late_payment(bench.sandbox, session_id)

    page = come_back(learner, session_id).content.decode()

    assert "Your payment did not come through" in page
    assert "No money moved, and nothing opened." in page
    assert '<a class="btn" href="/pricing/">Try again</a>' in flat(page)
    assert checkout(learner) != session_id


def test_payment_return_paid_twice_says_that_the_second_goes_back(bench, learner, checkout, come_back):
    first = checkout(learner)
    CheckoutSession.objects.update(status="expired")
    second = checkout(learner)
    for session_id in (first, second):
        bench.press("pay", session_id)
        page = come_back(learner, session_id).content.decode()

    assert "You paid twice, so this payment goes back" in page
    assert "it stays open" in page
    assert "Everything is open." in come_back(learner, first).content.decode()


def test_payment_return_closed_by_staff_says_whom_to_ask(bench, learner, checkout, come_back):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    come_back(learner, session_id)
    Purchase.objects.update(withheld_because="a note for staff alone")

    page = come_back(learner, session_id).content.decode()

    assert "Our staff closed what your payment of $79.00 opened." in page
    assert '<a class="btn" href="/contact/">Write to us</a>' in page
    assert "a note for staff alone" not in page


def test_payment_return_closed_by_staff_after_a_promotion_of_everything_is_no_refund(
    bench, learner, checkout, come_back
):
    session_id = checkout(learner)
    bench.press("pay", session_id)
    come_back(learner, session_id)
    Purchase.objects.update(amount=0, discount=7900, withheld_because="shared")

    assert "This purchase is closed" in come_back(learner, session_id).content.decode()


def test_payment_return_takes_no_address_to_go_to(learner, checkout, come_back, client_for):
    query = {"session_id": checkout(learner), "next": "https://evil.example/", "url": "https://evil.example/"}

    response = client_for(learner).get("/pricing/done/", query)

    assert response.status_code == 200
    assert "evil.example" not in response.content.decode()


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
def test_stripe_webhook_takes_post_only(client, method):
    assert getattr(client, method)("/webhooks/stripe/").status_code == 405


@pytest.mark.parametrize("person", CAST, indirect=True)
def test_stripe_webhook_believes_a_signature_and_nobody(client_for, person):
    response = client_for(person).post("/webhooks/stripe/", "{}", content_type="application/json")

    assert response.status_code == 400
    assert WebhookEvent.objects.count() == 0
