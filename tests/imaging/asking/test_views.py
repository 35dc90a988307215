"""Asking on the page: by a form, by the viewer, and the list that fills."""

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from imaging.asking import services
from imaging.models import AskedView, Mark
from tests.html import words
from tests.imaging.reading.test_views import ask, begin, data, lock, send

pytestmark = pytest.mark.usefixtures("no_pixels")


@pytest.fixture
def client(client_for, learner_with_access) -> Client:
    return client_for(learner_with_access)


def make_all() -> None:
    while services.make_next_view():
        pass
    AskedView.objects.filter(status="ready").update(shown_from=timezone.now())


def listed(client: Client, address: str) -> tuple[list[str], bool]:
    """What the list says, and whether it asks again."""
    soup = BeautifulSoup(client.get(f"{address}asked/").content.decode(), "html.parser")
    part = soup.select_one("#asked-list")
    assert part
    return [words(each) for each in part.select("li")], part.get("hx-trigger") == "every 3s"


def test_way_from_asking_by_a_form_to_a_mark_in_the_view(client, study):
    address = begin(client)
    send(client, address)
    page = client.post(f"{address}asked/", {"what": f"mark-{Mark.objects.get().key}"}, follow=True)
    assert page.redirect_chain == [(f"{address}#asked", 303)]
    assert "L MCC is asked for. It comes in 10 to 30 seconds" in page.content.decode()
    asked = AskedView.objects.get()
    assert (asked.x, asked.y) == (160.5, 190.25)
    assert listed(client, address) == (["L MCC Magnification, CC: is being made"], True)
    make_all()
    assert listed(client, address) == (["L MCC Magnification, CC: ready"], False)
    fresh = client.get(address).content.decode()
    assert [view["key"] for view in data(fresh)["views"]] == ["rcc", "lcc", "rmlo", "lmlo", "lmcc"]
    assert "L MCC in full size" in client.get(f"{address}views/lmcc/").content.decode()
    assert send(client, address, view="lmcc", x=165, y=190).status_code == 201
    told = data(lock(client, address))
    assert [(region["view"], region["found"]) for region in told["truth"]] == [
        ("lcc", True),
        ("lmlo", True),
        ("lmcc", True),
    ]


def test_viewer_asks_for_a_place_and_for_a_side(client, study):
    address = begin(client)
    spot = ask(client, address, view="rmlo", x=100, y=90)
    assert (spot.status_code, spot.json()["label"]) == (201, "R MMLO")
    lateral = ask(client, address, side="L")
    assert (lateral.status_code, lateral.json()["key"]) == (201, "lml")
    make_all()
    shown = BeautifulSoup(client.get(f"{address}asked/").content.decode(), "html.parser").select_one("#asked-views")
    assert shown
    assert [view["label"] for view in json.loads(shown.text)] == ["R MMLO", "L ML"]


@pytest.mark.parametrize(
    ("wish", "status", "sentence"),
    [
        ({}, 400, "Say a side, or a view with x and y."),
        ({"side": "L", "view": "lcc", "x": 1, "y": 1}, 400, "Say a side, or a view"),
        ({"side": "B"}, 400, "B is not one of the available choices"),
        ({"view": "lcc", "x": 1}, 400, "Say a side, or a view"),
        ({"view": "lcc", "x": "here", "y": 1}, 400, "x: Enter a number."),
        ({"view": "lcc", "x": -1, "y": 1}, 400, "outside of the image"),
        ({"view": "lcc", "x": 1e9, "y": 1}, 400, "outside of the image"),
        ({"view": "nothing", "x": 1, "y": 1}, 400, "no such view"),
    ],
)
def test_bad_wish_is_refused_with_the_reason(client, study, wish: dict[str, Any], status, sentence):
    address = begin(client)
    refused = ask(client, address, **wish)
    assert (refused.status_code, sentence in refused.json()["error"]) == (status, True), refused.content
    assert not AskedView.objects.exists()


def test_what_cannot_be_asked_for_is_said_on_the_page(client, study):
    address = begin(client)
    for number in range(services.MOST_ASKED):
        ask(client, address, view="lcc", x=number, y=1)
    assert ask(client, address, side="L").status_code == 409
    page = client.post(f"{address}asked/", {"what": "side-L"}, follow=True).content.decode()
    assert "All 4 additional views of this reading are used." in " ".join(page.split())
    assert 'name="what"' not in page
    page = client.post(f"{address}asked/", {"what": "mark-nothing"}, follow=True).content.decode()
    assert "is not one of the available choices" in page
    assert AskedView.objects.count() == services.MOST_ASKED


def test_view_of_another_reading_is_not_there(client, client_for, other_learner, study):
    address = begin(client)
    ask(client, address, side="L")
    make_all()
    assert client.get(f"{address}views/lml/").status_code == 200
    assert client_for(other_learner).get(f"{address}views/lml/").status_code == 404
    assert client_for(other_learner).get(f"{address}asked/").status_code == 404
    assert ask(client_for(other_learner), address, side="R").status_code == 404
    assert AskedView.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_page_asks_the_same_few_questions(client, study, count, django_assert_num_queries):
    address = begin(client)
    for number in range(count):
        ask(client, address, view="lcc", x=number, y=1)
    make_all()
    with django_assert_num_queries(9):
        client.get(address)
    with django_assert_num_queries(6):
        client.get(f"{address}asked/")
    lock(client, address)
    with django_assert_num_queries(11):
        client.get(address)
