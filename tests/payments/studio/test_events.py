import pytest

from payments.models import WebhookEvent
from tests.payments.studio.making import EVENTS, WHY, acts, make_event, text_of

pytestmark = pytest.mark.usefixtures("nobody_asks_stripe")


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
