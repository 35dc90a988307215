"""The sandbox's own pages, and the list of events that the API gives."""

from typing import Any

import pytest
import stripe

from payments.sandbox import acts
from payments.sandbox.acts import Sandbox
from payments.sandbox.errors import ApiError
from payments.sandbox.store import Store
from tests.html import flat
from tests.payments.conftest import make_paid_session, session_params


def post(bench, path: str, body: str = "") -> int:
    return bench.request("POST", path, body)[0]


def test_a_session_tells_its_story(bench, stripe_client):
    session = make_paid_session(bench, stripe_client)
    make_paid_session(bench, stripe_client)

    status, text = bench.request("GET", f"/sessions/{session.id}")
    text = flat(text)

    assert status == 200
    assert '<span class="state">paid</span>' in text
    kinds = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]
    places = [text.index(f'<p class="id">{kind}') for kind in kinds]
    assert places == sorted(places)
    # The other session's are not of this story.
    assert text.count('<p class="id">checkout.session.completed') == 1
    assert session.id in bench.request("GET", "/")[1]


def test_refund_of_a_part_then_of_all(bench, stripe_client):
    session = make_paid_session(bench, stripe_client)

    assert bench.request("POST", f"/sessions/{session.id}/refund", "amount=12.50") == (303, f"/sessions/{session.id}")
    page = bench.request("GET", f"/sessions/{session.id}")[1]
    assert '<span class="state">partly refunded</span>' in page
    assert "Amount, or empty for all of $66.50" in page
    assert post(bench, f"/sessions/{session.id}/refund", "amount=&outcome=pending") == 303

    refunds = bench.sandbox.store.newest("refund")
    assert [(one["amount"], one["status"]) for one in refunds] == [(6650, "pending"), (1250, "succeeded")]
    page = bench.request("GET", f"/sessions/{session.id}")[1]
    assert '<span class="state">refunded</span>' in page
    assert f"/sessions/{session.id}/refund" not in page
    assert f"/refunds/{refunds[0]['id']}/succeed" in page
    assert f"/refunds/{refunds[1]['id']}/succeed" not in page
    assert f"/refunds/{refunds[1]['id']}/fail" in page


@pytest.mark.parametrize("amount", ["much", "1.005", "80", "-1", "nan", "inf"])
def test_refund_of_no_amount_changes_nothing(bench, stripe_client, amount):
    session = make_paid_session(bench, stripe_client)

    status, text = bench.request("POST", f"/sessions/{session.id}/refund", f"amount={amount}")

    assert status == 400
    assert "Nothing was changed." in text
    assert bench.sandbox.store.newest("refund") == []


def test_dispute_goes_through_its_buttons(bench, stripe_client):
    session = make_paid_session(bench, stripe_client)
    assert post(bench, f"/sessions/{session.id}/dispute", "status=needs_response") == 303
    [dispute] = bench.sandbox.store.newest("dispute")
    page = bench.request("GET", f"/sessions/{session.id}")[1]
    assert '<span class="state">dispute needs response</span>' in page
    for step in ("under_review", "won", "lost"):
        assert f'name="status" value="{step}"' in page

    assert bench.request("POST", f"/disputes/{dispute['id']}/move", "status=lost") == (303, f"/sessions/{session.id}")

    assert dispute["status"] == "lost"
    page = bench.request("GET", f"/sessions/{session.id}")[1]
    assert f"/disputes/{dispute['id']}/move" not in page


def test_late_payment_and_expiry_have_buttons(bench, stripe_client):
    late = stripe_client.v1.checkout.sessions.create(session_params(bench))
    left = stripe_client.v1.checkout.sessions.create(session_params(bench))
    bench.press("later", late.id)

    page = bench.request("GET", "/")[1]
    assert f"/sessions/{late.id}/succeed" in page
    assert f"/sessions/{late.id}/fail" in page
    assert f"/sessions/{left.id}/expire" in page
    assert post(bench, f"/sessions/{left.id}/expire") == 303
    assert post(bench, f"/sessions/{left.id}/expire") == 400

    assert '<span class="state">expired</span>' in bench.request("GET", f"/sessions/{left.id}")[1]


@pytest.mark.parametrize("name", ["duplicate", "reorder", "delay", "drop", "pending_refunds"])
def test_switch_turns_on_off_and_outlives_a_restart(bench, tmp_path, name):
    store = bench.sandbox.store
    assert post(bench, f"/switches/{name}") == 303
    assert [one for one, is_on in store.switches.items() if is_on] == [name]
    assert bench.request("GET", "/")[1].count('<span class="state">on</span>') == 1
    assert post(bench, f"/switches/{name}") == 303
    assert not any(store.switches.values())

    path = tmp_path / "state.json"
    offer: dict[str, Any] = {"lookup_key": "unlimited-access", "amount": 7900, "currency": "usd"}
    acts.flip_switch(Sandbox(Store(path), **offer), name)
    assert Store(path).switches[name] is True


def test_unknown_switch_and_unknown_things(bench):
    assert post(bench, "/switches/nonsense") == 400
    with pytest.raises(ApiError, match="There is no switch nonsense"):
        acts.flip_switch(bench.sandbox, "nonsense")
    for path in ("/refunds/re_none/fail", "/disputes/du_none/move", "/events/evt_none/send", "/sessions/cs_none/fail"):
        assert post(bench, path) == 404


def test_state_of_an_older_sandbox_is_not_read(tmp_path):
    path = tmp_path / "state.json"
    path.write_text('{"objects": {"cs_1": {}}, "answers": {}, "deliveries": {}}')

    assert Store(path).objects == {}


def test_events_are_listed_newest_first_by_kind_and_time(bench, stripe_client):
    make_paid_session(bench, stripe_client)
    oldest = bench.event("payment_intent.created")
    oldest["created"] -= 100
    since = oldest["created"] + 50

    def kinds(**params: object) -> list[str]:
        return [event.type for event in stripe_client.v1.events.list(params).auto_paging_iter()]

    everything = ["checkout.session.completed", "payment_intent.succeeded", "charge.succeeded"]
    assert kinds(created={"gte": since}) == everything
    assert kinds(created={"lt": since}) == ["payment_intent.created"]
    assert kinds(created={"gte": since}, limit=1) == everything
    assert kinds(types=["charge.succeeded", "payment_intent.created"]) == ["charge.succeeded", "payment_intent.created"]
    assert kinds(type="payment_intent.*") == ["payment_intent.succeeded", "payment_intent.created"]
    after = bench.event("payment_intent.succeeded")["id"]
    assert kinds(starting_after=after) == ["charge.succeeded", "payment_intent.created"]


@pytest.mark.parametrize(
    "params, message",
    [
        ({"starting_after": "evt_none"}, "No such object: 'evt_none'"),
        ({"type": "a", "types": ["b"]}, "but not both"),
        ({"delivery_success": True}, "does not know delivery_success yet"),
        ({"created": {"since": 1}}, "Received unknown parameter: created"),
        ({"created": {"gte": "soon"}}, "Invalid created[gte]"),
        ({"limit": 101}, "Invalid limit"),
    ],
)
def test_events_reject(stripe_client, params, message):
    with pytest.raises(stripe.InvalidRequestError) as caught:
        stripe_client.v1.events.list(params)
    assert message in str(caught.value)


def test_the_desk_refunds_a_part_in_yen(bench, stripe_client):
    bench.sandbox.store.newest("price")[0]["currency"] = "jpy"
    session = make_paid_session(bench, stripe_client)
    assert "¥7,900" in bench.request("GET", f"/sessions/{session.id}")[1]

    status, page = bench.request("POST", f"/sessions/{session.id}/refund", "amount=12.50")
    assert (status, "such as 1250" in page) == (400, True)
    bench.request("POST", f"/sessions/{session.id}/refund", "amount=1250")

    [refund] = bench.sandbox.store.newest("refund")
    assert refund["amount"] == 1250
