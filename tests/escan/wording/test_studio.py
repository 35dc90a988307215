"""Staff change the words of a page or a mail: as a draft, looked at, published, and back to the shipped ones."""

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from django.core.management import call_command
from wagtail.models import ModelLogEntry

from accounts.mail.emails import build_email
from core.texts import PLACES
from escan.models import WordSet
from tests.escan.support.conftest import read

pytestmark = pytest.mark.django_db

EDIT = "/studio/snippets/escan/wordset/"


def address(slug: str, act: str = "edit") -> str:
    return f"{EDIT}{act}/{WordSet.objects.get(slug=slug).pk}/"


def form_of(slug: str, **changed: str) -> dict[str, str]:
    """What the form is sent with, as it was shipped but for what is changed."""
    sent = {f"words-{text.name}": str(text.shipped) for text in PLACES[slug].texts}
    return sent | {f"words-{name.replace('_', '-')}": words for name, words in changed.items()}


def publish(client, slug: str, **changed: str):
    return client.post(address(slug), form_of(slug, **changed) | {"action-publish": "1"}, follow=True)


@pytest.fixture
def desk(client_for, admin):
    return client_for(admin)


def test_every_place_has_a_row_after_a_migration():
    assert set(WordSet.objects.values_list("slug", flat=True)) == set(PLACES)
    WordSet.objects.filter(slug="home").delete()
    call_command("migrate", verbosity=0)
    assert WordSet.objects.get(slug="home").words == {}


def test_places_are_listed_with_how_much_was_changed(desk):
    publish(desk, "home", headline="See more.", lede="Short.")
    told = read(desk.get(EDIT))
    assert "Home page" in told and "Mail: the receipt" in told and "Add texts" not in told
    assert "Live" in told and "As shipped" in told
    assert told.index("Home page") < told.index("Page of the price") < told.index("Mail: a gift")


def test_list_asks_no_question_for_each_row(desk, django_assert_max_num_queries):
    for slug in PLACES:
        WordSet.objects.get(slug=slug).save_revision().publish()
    with django_assert_max_num_queries(30) as seen:
        desk.get(EDIT)
    WordSet.objects.exclude(slug="home").delete()
    with django_assert_max_num_queries(len(seen)):
        desk.get(EDIT)


def test_headline_is_published_and_goes_back_to_the_shipped_words(desk, client, course):
    page = desk.get(address("home")).content.decode()
    assert 'value="Learn what to see."' in page and "At most 26 characters." in page and "Must hold {price}" in page
    publish(desk, "home", headline="See the sign.")
    assert WordSet.objects.get(slug="home").words == {"headline": "See the sign."}
    assert "See the sign." in (told := read(client.get("/"))) and "Learn what to see." not in told
    assert "Shipped: Learn what to see." in read(desk.get(address("home")))

    restore = f"/studio/texts/{WordSet.objects.get(slug='home').pk}/shipped/"
    assert restore in desk.get(address("home")).content.decode()
    assert "See the sign." in read(client.get("/"))
    assert "shows the shipped words again" in read(desk.post(restore, follow=True))
    assert "Learn what to see." in (told := read(client.get("/"))) and "See the sign." not in told
    told = read(desk.get(address("home", "history")))
    assert "Shipped words restored" in told and "Published" in told


def test_draft_is_seen_by_nobody_else(desk, client, course):
    desk.post(address("home"), form_of("home", headline="A draft."), follow=True)
    assert "Learn what to see." in read(client.get("/"))
    assert WordSet.objects.get(slug="home").latest_revision.as_object().words == {"headline": "A draft."}


def test_words_that_do_not_fit_are_refused_beside_the_text(desk, client):
    response = publish(desk, "home", open="No price.", headline="A headline that is far too long for its line")
    told = read(response)
    assert "{price} must stand in it: a fact is put there." in told
    assert "It has 44 characters, and the design bears 26." in told
    assert "These texts cannot stand as they are: Headline, first line, What is open, for strangers." in told
    assert "No price." in response.content.decode()
    assert WordSet.objects.get(slug="home").words == {} and not WordSet.objects.get(slug="home").latest_revision


def test_empty_text_and_spaces_mean_the_shipped_words(desk):
    publish(desk, "home", headline="  See \n the   sign. ", lede="  ")
    assert WordSet.objects.get(slug="home").words == {"headline": "See the sign."}


def test_mail_goes_out_with_the_words_of_staff(desk):
    publish(desk, "access-given", subject="Welcome, all is open", opening="Dear <reader>, sign in with {address}.")
    message = build_email(template="accounts/email/access_given", to="a@b.org", context={"address": "a@b.org"})
    assert message.subject == "Welcome, all is open"
    assert message.body.startswith("Dear <reader>, sign in with a@b.org.\n")
    assert "Dear &lt;reader&gt;, sign in with a@b.org." in str(message.alternatives[0][0])
    title = BeautifulSoup(str(message.alternatives[0][0]), "html.parser").title
    assert title and title.get_text(strip=True) == "Welcome, all is open"


def test_unpublished_texts_are_the_shipped_ones(desk, client, course):
    publish(desk, "home", headline="See the sign.")
    desk.post(address("home", "unpublish"))
    assert "Learn what to see." in read(client.get("/"))


@pytest.mark.parametrize("slug", sorted(PLACES))
def test_every_place_is_previewed_as_a_draft(desk, course, slug):
    place = PLACES[slug]
    text = max(place.texts, key=lambda each: each.most)
    draft = "Draft " + " ".join(f"{{{name}}}" for name in sorted(text.placeholders))
    where = address(slug, "preview")
    sent = desk.post(where, form_of(slug) | {f"words-{text.name}": draft})
    assert sent.json() == {"is_valid": True, "is_available": True}
    for mode in ["html", "text"] if place.is_mail else [""]:
        page = desk.get(where, {"mode": mode})
        assert page.status_code == 200
        assert ("Draft" in page.content.decode()) == (not is_left_out(slug, text.name, mode)), mode
    assert WordSet.objects.get(slug=slug).words == {}


def is_left_out(slug: str, name: str, mode: str) -> bool:
    """What a page or a sample does not show: a text of another state."""
    return (slug, name) in {("refund", "on-its-way")}


def test_preview_of_a_page_is_what_a_stranger_sees(desk, course):
    where = address("home", "preview")
    desk.post(where, form_of("home", headline="A draft."))
    page = BeautifulSoup(desk.get(where, {"mode": ""}).content, "html.parser")
    assert page.h1.get_text(" ", strip=True) == "A draft. Then say what it means."
    assert page.select_one(".note.price")


def test_preview_of_a_mail_has_its_own_styles(desk):
    where = address("receipt", "preview")
    desk.post(where, form_of("receipt", opening="Many thanks."))
    page = desk.get(where, {"mode": "html"})
    assert "Many thanks." in page.content.decode() and "$79" in page.content.decode()
    assert "style-src 'self' 'unsafe-inline'" in page["Content-Security-Policy"]
    plain = read(desk.get(where, {"mode": "text"}))
    assert plain.startswith("Receipt: $79") and "Many thanks." in plain


def test_kept_page_is_dropped_when_a_text_is_published(
    desk, client, course, settings, django_capture_on_commit_callbacks, django_assert_num_queries
):
    settings.PAGE_CACHE_SECONDS = 10
    caches["pages"].clear()
    assert "Learn what to see." in read(client.get("/"))
    with django_assert_num_queries(0):
        client.get("/")
    assert caches["pages"].get("page-of-strangers:/")
    with django_capture_on_commit_callbacks(execute=True):
        publish(desk, "home", headline="See the sign.")
    assert caches["pages"].get("page-of-strangers:/") is None
    caches["pages"].clear()


def test_texts_are_for_administrators_alone(client_for, support, author, learner):
    for person in (support, author, learner, None):
        client = client_for(person)
        row = WordSet.objects.get(slug="home")
        for path in (EDIT, address("home"), f"/studio/texts/{row.pk}/shipped/"):
            assert client.get(path).status_code == 302, (person, path)
        assert publish(client, "home", headline="Theirs.").redirect_chain
        client.post(f"/studio/texts/{row.pk}/shipped/")
    assert WordSet.objects.get(slug="home").words == {}
    assert not ModelLogEntry.objects.filter(action="escan.restore_words").exists()


def test_history_compares_text_by_text(desk):
    publish(desk, "home", headline="See the sign.")
    publish(desk, "home", headline="See more.")
    first, last = WordSet.objects.get(slug="home").revisions.order_by("pk")
    page = desk.get(f"{address('home', 'history')}revisions/compare/{first.pk}...{last.pk}/")
    shown = BeautifulSoup(page.content, "html.parser").select_one(".comparison dl, dl")
    assert shown is not None
    assert [words.get_text(" ", strip=True) for words in shown.find_all("dt")] == ["Headline, first line"]
    assert "the sign" in " ".join(each.get_text() for each in shown.select(".deletion"))


def test_texts_are_neither_added_nor_deleted(desk):
    assert desk.get(f"{EDIT}add/").status_code == 302
    assert desk.post(address("home", "delete")).status_code == 302
    assert WordSet.objects.filter(slug="home").exists()
