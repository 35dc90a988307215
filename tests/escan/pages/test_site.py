import pytest
from bs4 import BeautifulSoup
from celery import current_app
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.db import OperationalError, connections
from django.template import loader
from django.test import Client
from PIL import Image
from redis.exceptions import ConnectionError as CacheUnreachable

from escan.pages import site
from imaging.models import Study
from tests.html import flat, words
from tests.imaging.conftest import write_study


def test_healthz_answers_without_the_database(client):
    # No database fixture: a query would fail this test.
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"alive\n")


def test_readyz_answers_when_everything_does(client, db):
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready\n")


@pytest.fixture
def broker(monkeypatch):
    """Point the broker elsewhere."""

    def set_to(url: str) -> None:
        connect = current_app.connection_for_write
        monkeypatch.setattr(current_app, "connection_for_write", lambda: connect(url))

    return set_to


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "redis://nowhere.invalid:6379/0"])
def test_readyz_says_no_when_the_broker_is_unreachable(client, db, broker, url):
    broker(url)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content.startswith(b"not ready: ")
    assert b"redis://" not in response.content
    assert client.get("/healthz").status_code == 200


def test_readyz_says_no_when_the_database_is_down(client, db, monkeypatch):
    def broken(*_: object) -> None:
        raise ConnectionError("secret host name")

    with monkeypatch.context() as patch:
        patch.setattr(connections["default"], "cursor", broken)
        response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"not ready: ConnectionError\n")


def test_readyz_says_no_when_the_storage_is_down(client, db, monkeypatch):
    def broken(*_: object) -> None:
        raise OSError("secret path")

    monkeypatch.setattr(default_storage, "exists", broken)
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"not ready: OSError\n")


def test_home_leads_to_the_first_course(client, course):
    page = client.get("/").content.decode()
    assert '<a class="btn" href="/courses/chest-film/">Start with chest film</a>' in flat(page)


def test_home_gives_a_taste_of_what_is_open_to_everyone(client, course):
    page = BeautifulSoup(client.get("/").content, "html.parser")
    assert page.select_one("main .plates figcaption").get_text().startswith("For everyone.")
    assert words(page.select_one('.acts a[href$="/first-look/"]')) == "Read a lesson now"
    assert page.select_one(".people h3").get_text() == "Ada Example, MD"


def test_home_tells_the_price_to_strangers_alone(client, client_for, learner, course):
    """A member may have paid, or something waits for them."""
    assert "$79 once opens the rest." in client.get("/").content.decode()
    assert "$79 once opens the rest" not in client_for(learner).get("/").content.decode()


def test_home_invites_to_read_a_study_once_one_is_ready(client, course):
    study = write_study(is_open=True)
    assert "Read a study now" in client.get("/").content.decode()
    Study.objects.filter(pk=study.pk).update(status="making")
    assert "Read a study now" not in client.get("/").content.decode()


def test_home_asks_the_same_number_of_queries(client, course, write_course, django_assert_num_queries):
    """All of them are kept: tests/escan/pages/test_kept_parts.py."""
    with django_assert_num_queries(11):
        client.get("/")
    write_course("another", [])
    with django_assert_num_queries(11):
        client.get("/")


def test_favicon_leads_to_the_file(client):
    """No database fixture: a query would fail this test."""
    response = client.get("/favicon.ico")
    assert (response.status_code, response["Location"]) == (302, "/static/img/favicon.ico")
    assert response["Cache-Control"] == "max-age=86400"
    assert Image.open(finders.find("img/favicon.ico")).info["sizes"] == {(16, 16), (32, 32), (48, 48)}


@pytest.mark.parametrize("address", ["/", "/courses/", "/courses/chest-film/", "/courses/chest-film/first-look/"])
def test_page_for_strangers_holds_nothing_of_theirs(client, course, address):
    """So that a copy of it can be given to everyone."""
    response = client.get(address)
    assert response.cookies == {}
    assert b"csrf" not in response.content


def test_design_page_shows_every_component(client, course):
    page = BeautifulSoup(client.get("/design/").content, "html.parser")
    assert page.select_one("meta[name=robots]")["content"] == "noindex"
    shown = [".btn", ".flash.error", ".status", ".toc", ".outline", ".people", ".steps", ".call.pit", ".plates"]
    assert [name for name in shown if not page.select(name)] == []


def test_design_page_needs_no_course(client, db):
    assert client.get("/design/").status_code == 200


# --- Errors -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "status", "told"),
    [
        (ZeroDivisionError(), 500, "Something went wrong."),
        (OperationalError("secret host"), 503, "The academy is away for a moment."),
        (CacheUnreachable("secret host"), 503, "The academy is away for a moment."),
    ],
)
def test_fault_is_told_without_the_database(client, monkeypatch, fault, status, told):
    """No database fixture: a query would fail this test."""

    def broken(*_: object) -> None:
        raise fault

    client.raise_request_exception = False
    monkeypatch.setattr(site, "get_front", broken)
    response = client.get("/")
    page = BeautifulSoup(response.content, "html.parser")
    assert (response.status_code, page.h1.get_text()) == (status, told)
    assert "secret" not in str(page)
    assert response.headers.get("Retry-After") == ("30" if status == 503 else None)


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "500.html", "503.html"])
def test_page_of_last_resort_is_whole(name):
    """Rendered with nothing at hand, and its style sheet is there under its plain name."""
    page = BeautifulSoup(loader.get_template(name).render(), "html.parser")
    assert page.h1.get_text().endswith(".")
    assert page.title.get_text().endswith(" · eScan Academy")
    sheet = str(page.select_one("link[rel=stylesheet]")["href"]).removeprefix("/static/")
    assert finders.find(sheet)


def test_expired_form_is_told_and_changes_nothing(learner, db):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(learner, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = browser.post("/accounts/profile/", {"name": "Somebody Else"})
    assert response.status_code == 403
    assert "This form is too old." in response.content.decode()
    learner.refresh_from_db()
    assert learner.name != "Somebody Else"
