"""The development mailbox: it exists only with its backend."""

import importlib

import pytest
from bs4 import BeautifulSoup
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import NoReverseMatch, clear_url_caches, reverse

import escan.urls
from tests.html import words

BACKEND = "accounts.mail.mailbox.EmailBackend"


@pytest.fixture
def mailbox(settings, tmp_path):
    """The addresses as they are in development; afterwards as they were."""
    backend = settings.EMAIL_BACKEND
    settings.MAILBOX_DIR = tmp_path / "mail"
    settings.EMAIL_BACKEND = BACKEND
    importlib.reload(escan.urls)
    clear_url_caches()
    yield settings.MAILBOX_DIR
    settings.EMAIL_BACKEND = backend
    importlib.reload(escan.urls)
    clear_url_caches()


def send(subject: str, html: str = "", attachment: str = "") -> None:
    message = EmailMultiAlternatives(
        subject, "Plain words: é ü 中", "from@example.org", ["to@example.org"], connection=get_connection(BACKEND)
    )
    if html:
        message.attach_alternative(html, "text/html")
    if attachment:
        message.attach(attachment, b"%PDF-1.7", "application/pdf")
    assert message.send() == 1


@pytest.mark.parametrize("address", ["/mail/", "/mail/x/", "/mail/x/html/", "/mail/x/y.pdf"])
def test_mailbox_is_not_there_with_another_backend(client, db, admin, client_for, address):
    assert client.get(address).status_code == 404
    assert client_for(admin).get(address).status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("mailbox")
    assert "mailbox" not in client.get("/").content.decode().lower()


def test_mailbox_says_when_it_is_empty(mailbox, client):
    assert "Nothing has been mailed yet." in client.get("/mail/").content.decode()
    assert "Development mailbox" in client.get("/mail/").content.decode()


def test_mailbox_shows_the_newest_first(mailbox, client):
    send("First ✓")
    send("Second <b>")
    page = BeautifulSoup(client.get("/mail/").content, "html.parser")
    assert [link.get_text() for link in page.select("ol a")] == ["Second <b>", "First ✓"]
    assert [words(text) for text in page.select("ol p")] == ["To to@example.org"] * 2
    assert list(mailbox.glob("*.part")) == []
    mail = BeautifulSoup(client.get(page.select("ol a")[0]["href"]).content, "html.parser")
    assert mail.h1.get_text() == "Second <b>"
    assert mail.pre.get_text().strip() == "Plain words: é ü 中"
    assert mail.iframe is None


def test_mail_as_html_runs_nothing(mailbox, client):
    send("Hello", html="<p>Hi</p><script>alert(1)</script>")
    address = BeautifulSoup(client.get("/mail/").content, "html.parser").select_one("ol a")["href"]
    mail = BeautifulSoup(client.get(address).content, "html.parser")
    assert mail.iframe["src"] == f"{address}html/"
    response = client.get(f"{address}html/")
    assert "<p>Hi</p>" in response.content.decode()
    assert response.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    )
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_mail_without_html_has_none(mailbox, client):
    send("Plain")
    address = BeautifulSoup(client.get("/mail/").content, "html.parser").select_one("ol a")["href"]
    assert client.get(f"{address}html/").status_code == 404


def test_attachment_is_downloaded(mailbox, client):
    send("Certificate", attachment="Your certificate.pdf")
    address = BeautifulSoup(client.get("/mail/").content, "html.parser").select_one("ol a")["href"]
    mail = BeautifulSoup(client.get(address).content, "html.parser")
    link = mail.find("a", string="Your certificate.pdf")
    response = client.get(link["href"])
    assert (response.status_code, response.content) == (200, b"%PDF-1.7")
    assert response.headers["Content-Type"] == "application/pdf"
    assert client.get(f"{address}nothing.pdf").status_code == 404


@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e", "..%2fsecret", "a%2fb"])
def test_mail_that_is_not_there(mailbox, client, name):
    (mailbox.parent / "secret.eml").write_text("Subject: secret\n\nsecret")
    assert client.get(f"/mail/{name}/").status_code == 404
