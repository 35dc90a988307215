"""The people's pages, and the message that reaches staff."""

import json
import re

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as django_settings
from django.urls import Resolver404, resolve

from accounts.known import COOKIE as KNOWN_BROWSER
from accounts.models import Mail
from escan.loader.content import load_pages
from escan.loader.rows import BrokenFile
from escan.models import CONTACT, INFORMATION, ContactMessage, InformationPage, Topic

pytestmark = pytest.mark.django_db

PAGES = django_settings.BASE_DIR / "content" / "pages"
WORDS = {
    "topic": "grievance",
    "name": "Ada Lindqvist",
    "email": "ada@example.org",
    "message": "The certificate names\nthe wrong <course>.",
}


@pytest.fixture
def pages() -> None:
    list(load_pages(PAGES))


def read(client, address: str) -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


# --- Pages ------------------------------------------------------------------------------------------


def test_every_page_has_its_file_and_no_other():
    assert {path.stem for path in PAGES.glob("*.md")} == {*INFORMATION, CONTACT}


@pytest.mark.parametrize("slug", [*INFORMATION, CONTACT])
def test_page_is_there_and_linked_from_the_foot_of_every_page(client, pages, slug):
    page = InformationPage.objects.get(slug=slug)
    found = read(client, f"/{slug}/")

    assert found.h1.text == page.title
    assert found.select_one(f'footer a[href="/{slug}/"]') is not None
    assert "data-block-key" not in str(found)


def test_pages_link_to_what_exists(client_for, learner, pages):
    for page in InformationPage.objects.all():
        for link in BeautifulSoup(page.body, "html.parser").select("a"):
            address, _, place = str(link["href"]).partition("#")
            path, _, query = address.partition("?")
            try:
                resolve(path)
            except Resolver404:
                pytest.fail(f"{page.slug} links to {link['href']}")
            topic = re.fullmatch(r"topic=(\w+)", query)
            assert not query or (topic and topic[1] in Topic.values), link["href"]
            if place:
                there = client_for(learner).get(path)
                assert BeautifulSoup(there.content, "html.parser").find(id=place) is not None, link["href"]


def test_page_needs_one_query(client, pages, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/privacy/")


def test_page_that_is_not_published_is_not_there(client, pages):
    InformationPage.objects.get(slug="terms").unpublish()

    assert client.get("/terms/").status_code == 404


def test_no_cookies_are_set_but_the_four_that_privacy_tells_of(client, learner, pages):
    assert "Four cookies" in InformationPage.objects.get(slug="privacy").body
    client.get("/contact/")
    client.post("/accounts/login/", {"login": learner.email, "password": "correct horse battery"})
    client.post("/contact/", WORDS)

    django = {django_settings.SESSION_COOKIE_NAME, django_settings.CSRF_COOKIE_NAME, "messages"}
    assert set(client.cookies) == django | {KNOWN_BROWSER}


def as_typed(words: str) -> str:
    """What the studio's editor sends."""
    block = {"key": "aaaaa", "text": words, "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
    return json.dumps({"blocks": [block], "entityMap": {}})


# --- The studio, and the loader ---------------------------------------------------------------------


def test_studio_edits_a_page_and_the_loader_leaves_it(client_for, admin, pages, tmp_path):
    page = InformationPage.objects.get(slug="terms")
    address = f"/studio/snippets/escan/informationpage/edit/{page.pk}/"
    client = client_for(admin)
    body = as_typed("Our own.")
    fields = {"title": "Terms", "summary": "Short.", "body": body, "action-publish": "1"}
    assert client.post(address, fields).status_code == 302
    assert "Our own." in client.get("/terms/").content.decode()
    file = tmp_path / "terms.md"
    file.write_text((PAGES / "terms.md").read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")

    assert list(load_pages(tmp_path)) == [
        "page/terms: edited in the studio since; the file's version waits there as a draft"
    ]
    assert "Our own." in client.get("/terms/").content.decode()


def test_studio_previews_a_page(client_for, admin, pages):
    page = InformationPage.objects.get(slug="terms")
    client = client_for(admin)
    address = f"/studio/snippets/escan/informationpage/preview/{page.pk}/"
    body = as_typed("Not yet.")
    assert client.post(address, {"title": "Terms", "summary": "Short.", "body": body}).json()["is_valid"] is True

    assert "Not yet." in client.get(address, {"mode": ""}).content.decode()
    assert "Not yet." not in client.get("/terms/").content.decode()


@pytest.mark.parametrize("act", ["add/", "delete/{pk}/"])
def test_studio_neither_adds_nor_deletes_a_page(client_for, admin, pages, act):
    page = InformationPage.objects.get(slug="terms")
    address = f"/studio/snippets/escan/informationpage/{act.format(pk=page.pk)}"

    assert client_for(admin).post(address, {}).status_code == 302
    assert InformationPage.objects.count() == 7


def test_loader_runs_again_without_a_change(pages):
    assert list(load_pages(PAGES)) == []


def test_loader_refuses_a_page_that_has_no_address(tmp_path):
    (tmp_path / "imprint.md").write_text("---\ntitle: Imprint\nsummary: Who.\n---\nWe.\n")

    with pytest.raises(BrokenFile, match=r"imprint\.md.*is not one of terms, privacy"):
        list(load_pages(tmp_path))
    assert not InformationPage.objects.exists()


# --- Writing to staff -------------------------------------------------------------------------------


def test_message_is_kept_mailed_to_staff_and_confirmed(
    client, pages, settings, mailoutbox, django_capture_on_commit_callbacks
):
    settings.CONTACT_EMAIL = "people@academy.example"
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post("/contact/", WORDS, follow=True).content.decode()

    assert "Your message is with us. A confirmation is on its way to ada@example.org." in page
    row = ContactMessage.objects.get()
    assert {name: getattr(row, name) for name in WORDS} == WORDS
    assert (row.user, row.handled_at) == (None, None)
    to_staff, to_sender = mailoutbox
    assert (to_staff.to, to_staff.reply_to) == (["people@academy.example"], ["ada@example.org"])
    assert to_staff.subject == f"A grievance about CME credit or an activity: message {row.pk} from Ada Lindqvist"
    assert "The certificate names\nthe wrong <course>." in to_staff.body
    assert "wrong &lt;course&gt;." in to_staff.alternatives[0][0]
    assert "Not signed in: the address is not proven." in to_staff.body
    assert (to_sender.to, to_sender.reply_to) == (["ada@example.org"], ["people@academy.example"])
    assert f"Its number is {row.pk}" in to_sender.body


def test_message_is_not_lost_with_the_mail_server(client, pages, settings, django_capture_on_commit_callbacks):
    settings.EMAIL_BACKEND = "tests.payments.broken_mail.EmailBackend"
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/contact/", WORDS).status_code == 302

    assert ContactMessage.objects.count() == 1
    assert sorted(Mail.objects.values_list("kind", "status")) == [("confirmation", "waiting"), ("message", "waiting")]


def test_form_knows_who_is_signed_in_and_what_it_is_about(client_for, learner, pages):
    found = read(client_for(learner), "/contact/?topic=refund")

    assert found.select_one("[name=name]")["value"] == "Ada Lindqvist, MD"
    assert found.select_one("[name=email]")["value"] == "learner@example.org"
    assert found.select_one("option[selected]")["value"] == "refund"


def test_form_ignores_a_topic_that_there_is_not(client, pages):
    assert read(client, "/contact/?topic=%3Cscript%3E").select_one("option[selected]")["value"] == ""


def test_message_of_somebody_who_is_signed_in_names_the_account(client_for, learner, pages):
    client_for(learner).post("/contact/", WORDS)

    assert ContactMessage.objects.get().user == learner


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"topic": ""}, "Please choose one from the list."),
        ({"topic": "complaint"}, "Please choose one from the list."),
        ({"name": " "}, "Please give your name."),
        ({"name": "Ada\u202eLindqvist"}, "invisible characters"),
        ({"email": ""}, "Please give an address, so that we can answer."),
        ({"email": "ada@"}, "Enter a valid email address."),
        ({"email": "ada@example.org\nBcc: all@example.org"}, "Enter a valid email address."),
        ({"message": " \n "}, "Please write what we can do for you."),
        ({"message": "x" * 5001}, "at most 5000 characters"),
        ({"website": "https://spam.example"}, "Please send your message once more."),
    ],
)
def test_form_says_what_is_wrong_and_keeps_the_words(client, pages, changes, told):
    given = {**WORDS, **changes}
    response = client.post("/contact/", given)

    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    assert told in str(page)
    assert page.title.text.startswith("Error: ")
    assert page.select_one("[name=message]").text.strip() == given["message"].strip()
    assert not ContactMessage.objects.exists()
    assert not Mail.objects.exists()


def test_trap_for_programs_is_out_of_the_way_of_people(client, pages):
    trap = read(client, "/contact/").select_one("[name=website]")

    assert (trap["tabindex"], trap.parent["aria-hidden"], trap.parent["class"]) == ("-1", "true", ["vh"])


def test_messages_are_limited(client, pages, settings):
    settings.RATE_LIMITS = {"contact": ("POST", 2, 3600)}
    client.defaults["REMOTE_ADDR"] = "203.0.113.77"

    assert [client.post("/contact/", WORDS).status_code for _ in range(3)] == [302, 302, 429]
    assert ContactMessage.objects.count() == 2


def test_pages_that_were_written_are_listed_in_the_studio(client_for, admin, pages):
    page = InformationPage.objects.get(slug="terms")
    page.save_revision(user=admin).publish()
    told = client_for(admin).get("/studio/snippets/escan/informationpage/").content.decode()
    assert page.title in told and "Live" in told
