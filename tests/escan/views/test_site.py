import pytest
from celery import current_app
from django.core.files.storage import default_storage
from django.db import connections


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
    assert '<a class="btn" href="/courses/chest-film/">Start with chest film</a>' in page
