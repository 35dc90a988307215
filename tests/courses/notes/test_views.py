import uuid

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from accounts.services import revoke_access
from courses.models import Lesson, Note
from courses.notes import services as notes
from courses.notes.services import Marked
from tests.course_fixtures import block_id, text_of
from tests.html import squeezed, words

OPEN = "/courses/chest-film/first-look/"
LOCKED = "/courses/chest-film/second-look/"
BLOCK = block_id("first-look", 0)
PARTIAL = {"HX-Request": "true"}
CAST = ["learner", "learner_with_access", "author", "admin"]


@pytest.fixture
def visitor(client_for, other_learner) -> Client:
    return client_for(other_learner)


@pytest.fixture
def note(other_learner, course) -> Note:
    marked = Marked(quote="thin white", prefix="hides a", suffix="line.")
    block = block_id("second-look", 0)
    text = text_of("second-look")
    return notes.write_note(
        user=other_learner, text=text, key=uuid.uuid4(), block=block, marked=marked, written="<i>Mine</i>"
    )


def soup_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def sent(**fields) -> dict:
    return {"key": str(uuid.uuid4()), "kind": "note", "block": BLOCK, "text": "Ask.", **fields}


def kept() -> list[tuple[str, str, str]]:
    return list(Note.objects.order_by("pk").values_list("kind", "quote", "text"))


# --- In a lesson ------------------------------------------------------------------------------------


def test_lesson_page_holds_the_readers_notes_and_says_where_they_are_written(
    visitor, note, client_for, learner_with_access
):
    page = soup_of(visitor.get(LOCKED))
    assert page.select_one("[data-notes]")["data-notes"] == f"{LOCKED}notes/"
    assert page.select_one("[data-notes] noscript a")["href"] == f"{LOCKED}notes/"
    assert page.select_one("[data-list] .own-text").get_text() == "<i>Mine</i>"
    another = soup_of(client_for(learner_with_access).get(LOCKED))
    assert "Mine" not in another.get_text()
    assert "No notes on this lesson yet" in another.select_one("[data-list]").get_text()


def test_notes_stand_in_the_page_as_they_are_fetched(visitor, note, other_learner):
    written = notes.write_note(
        user=other_learner, text=text_of("second-look"), key=uuid.uuid4(), block="", marked=Marked(), written="Whole"
    )

    def cards(response):
        page = soup_of(response)
        for token in page.select("[name=csrfmiddlewaretoken]"):
            token["value"] = ""
        return [squeezed(str(card)) for card in page.select("[data-note]")]

    assert [f'id="n-{each.pk}"' in card for each, card in zip((written, note), cards(visitor.get(LOCKED)), strict=True)]
    assert cards(visitor.get(LOCKED)) == cards(visitor.get(f"{LOCKED}notes/", headers=PARTIAL))


def test_stranger_gets_nothing_of_it(client, course):
    assert "notes.js" not in client.get(OPEN).content.decode()


def test_note_is_written_and_listed_as_typed(visitor, course):
    typed = "One <b>line</b>\r\nand & another"
    page = soup_of(visitor.post(f"{OPEN}notes/", sent(text=typed), headers=PARTIAL))
    assert kept() == [("note", "", "One <b>line</b>\nand & another")]
    assert page.select_one(".own-text").get_text() == "One <b>line</b>\nand & another"
    assert page.select_one("html") is None


def test_form_sent_twice_makes_one_note(visitor, course):
    form = sent()
    for _ in range(2):
        assert visitor.post(f"{OPEN}notes/", form, headers=PARTIAL).status_code == 200
    assert kept() == [("note", "", "Ask.")]


def test_kind_that_is_asked_for_decides_what_is_kept(visitor, course):
    words = {"quote": "may  read\nthis", "before": "Everyone", "after": "opening.", "text": "typed"}
    visitor.post(f"{OPEN}notes/", sent(kind="highlight", **words))
    visitor.post(f"{OPEN}notes/", sent(kind="bookmark", **words))
    visitor.post(f"{OPEN}notes/", sent(**words))
    assert kept() == [("highlight", "may read this", ""), ("bookmark", "", ""), ("note", "may read this", "typed")]


def test_note_without_script(visitor, course):
    address = f"{OPEN}notes/"
    form = soup_of(visitor.get(address)).select_one("form.form")
    fields = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    response = visitor.post(address, {**fields, "text": "On the whole lesson."})
    assert response.status_code == 302
    assert response["Location"] == f"{address}#n-{Note.objects.get().pk}"
    assert soup_of(visitor.get(address)).select_one(".own-text").get_text() == "On the whole lesson."


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": " \n "}, "Please write something."),
        ({"text": "x" * 5001}, "at most 5000 characters"),
        ({"text": "\x07"}, "Please write something."),
        ({"kind": "highlight", "quote": ""}, "Please select the words"),
        ({"kind": "highlight", "quote": "x" * 2001}, "Please mark at most 2000 characters at once."),
        ({"kind": "bookmark", "block": ""}, "Please choose the place"),
        ({"kind": "scribble"}, "Select a valid choice"),
        ({"block": block_id("second-look", 0)}, "That place is not in this lesson"),
        ({"block": '"><script>'}, "Enter a valid UUID."),
        ({"second": "5"}, "That second is not in a video of this lesson."),
        ({"second": "-1"}, "greater than or equal to 0"),
        ({"second": "9" * 30}, "less than or equal to 99999"),
        ({"key": ""}, "This field is required."),
    ],
)
def test_bad_input_is_refused_in_words(visitor, course, fields, words):
    response = visitor.post(f"{OPEN}notes/", sent(**fields), headers=PARTIAL)
    assert (response.status_code, response["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert words in response.content.decode()
    page = visitor.post(f"{OPEN}notes/", sent(**fields))
    assert page.status_code == 400
    assert kept() == []


def test_ten_megabytes_are_refused(visitor, course):
    assert visitor.post(f"{OPEN}notes/", sent(text="x" * 10_000_000), headers=PARTIAL).status_code == 413
    assert kept() == []


def test_too_many_notes_are_refused_in_words(visitor, course, monkeypatch):
    monkeypatch.setattr(notes, "MOST_NOTES", 1)
    visitor.post(f"{OPEN}notes/", sent())
    response = visitor.post(f"{OPEN}notes/", sent(), headers=PARTIAL)
    assert response.status_code == 400
    assert "You have 1 notes, which is as many as the academy keeps." in response.content.decode()
    assert len(kept()) == 1


def test_locked_lesson_takes_no_note(client_for, learner, course):
    form = sent(block=block_id("second-look", 0))
    assert client_for(learner).post(f"{LOCKED}notes/", form).status_code == 403
    assert client_for(learner).get(f"{LOCKED}notes/").status_code == 403
    assert kept() == []


def test_stranger_signs_in_first(client, course, note):
    place = f"/learn/notes/{note.pk}/"
    for address in (f"{OPEN}notes/", "/learn/notes/", "/learn/notes/export/", place):
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={address}")
    for address in (f"{OPEN}notes/", place, f"{place}delete/", "/learn/notes/restore/"):
        assert client.post(address, sent()).status_code == 302
    assert len(kept()) == 1


# --- Nobody else's ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", CAST)
def test_note_of_another_is_not_there(request, client_for, note, who):
    other = client_for(request.getfixturevalue(who))
    place = f"/learn/notes/{note.pk}/"
    tries = [other.get(place), other.post(place, {"text": "Changed."}), other.post(f"{place}delete/")]
    assert [response.status_code for response in tries] == [404, 404, 404]
    for address in ("/learn/notes/", "/learn/notes/export/", f"{LOCKED}notes/"):
        assert "Mine" not in other.get(address).content.decode()
    assert kept() == [("note", "thin white", "<i>Mine</i>")]


# --- All notes --------------------------------------------------------------------------------------


def test_page_of_somebody_new_says_what_to_do(visitor, course):
    page = soup_of(visitor.get("/learn/notes/"))
    assert page.select_one("main a.btn")["href"] == "/courses/"
    assert "None yet." in page.get_text()
    assert page.select_one("form.sift") is None


def test_page_lists_by_course_and_lesson_and_sifts(visitor, note):
    visitor.post(f"{OPEN}notes/", sent(kind="bookmark"))
    page = soup_of(visitor.get("/learn/notes/"))
    assert [words(found) for found in page.select("h2, h3")] == ["Chest film", "First look", "Second look"]
    assert [found["data-kind"] for found in page.select(".own")] == ["bookmark", "note"]
    place = f"{LOCKED}#b-{block_id('second-look', 0)}:~:text=thin%20white"
    assert page.select_one(f"#n-{note.pk} .own-head a")["href"] == place
    page = soup_of(visitor.get("/learn/notes/?kind=note&course=chest-film"))
    assert [found["data-kind"] for found in page.select(".own")] == ["note"]
    assert soup_of(visitor.get("/learn/notes/?kind=highlight")).select(".own") == []
    assert len(soup_of(visitor.get("/learn/notes/?kind=x&course='")).select(".own")) == 2


def test_edit_and_back(visitor, note):
    place = f"/learn/notes/{note.pk}/"
    assert soup_of(visitor.get(place)).textarea.get_text().strip() == "<i>Mine</i>"
    response = visitor.post(place, {"text": "Written anew."})
    assert (response.status_code, response["Location"]) == (302, f"/learn/notes/#n-{note.pk}")
    assert kept() == [("note", "thin white", "Written anew.")]
    page = soup_of(visitor.post(place, {"text": ""}, headers=PARTIAL))
    assert page.select_one(".own")["data-kind"] == "highlight"
    assert kept() == [("highlight", "thin white", "")]


@pytest.mark.parametrize("headers", [{}, PARTIAL])
def test_delete_and_undo(visitor, note, headers):
    page = soup_of(visitor.post(f"/learn/notes/{note.pk}/delete/", headers=headers))
    assert kept() == []
    form = page.select_one('form[action="/learn/notes/restore/"]')
    response = visitor.post(form["action"], {"kept": form.select_one("[name=kept]")["value"]}, headers=headers)
    assert response.status_code == (200 if headers else 302)
    assert kept() == [("note", "thin white", "<i>Mine</i>")]
    response = visitor.post(form["action"], {"kept": "nonsense"}, headers=headers)
    assert response.status_code == 400
    assert "cannot be brought back" in response.content.decode()
    assert len(kept()) == 1


def test_notes_stay_when_the_lesson_closes(visitor, other_learner, note):
    revoke_access(source="test", reference="other", reason="Refunded.")
    page = soup_of(visitor.get("/learn/notes/"))
    assert page.select_one(".own-text").get_text() == "<i>Mine</i>"
    assert page.select(f'a[href^="{LOCKED}"]') == []
    Lesson.objects.get(slug="second-look").unpublish()
    assert "thin white" in soup_of(visitor.get("/learn/notes/")).get_text()
    assert "> thin white" in visitor.get("/learn/notes/export/").content.decode()
    assert visitor.post(f"/learn/notes/{note.pk}/", {"text": "Still mine."}).status_code == 302
    assert kept() == [("note", "thin white", "Still mine.")]


def test_export_is_a_file(visitor, note):
    response = visitor.get("/learn/notes/export/?course=chest-film")
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="notes-chest-film-20')
    text = response.content.decode()
    assert "## Chest film\n\n### Second look\n\n#### [Note, " in text
    assert f"](http://testserver{note.url})\n\n> thin white\n\n\\<i\\>Mine\\</i\\>\n" in text
    assert "Mine" not in visitor.get("/learn/notes/export/?course=other").content.decode()


# --- Queries ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_the_same_number_of_queries(visitor, course, count, django_assert_num_queries):
    for number in range(count):
        slug = ["second-look", "first-look"][number % 2]
        fields = sent(block=block_id(slug, 0), text=f"Note {number}.")
        assert visitor.post(f"/courses/chest-film/{slug}/notes/", fields).status_code == 302
    visitor.get("/learn/")
    # Learner, notes, the texts beside them, access, courses.
    with django_assert_num_queries(5):
        visitor.get("/learn/notes/")
    with django_assert_num_queries(4):
        visitor.get("/learn/notes/export/")
    # Learner, the lesson's text, access, notes, the text beside them.
    with django_assert_num_queries(5):
        visitor.get(f"{LOCKED}notes/", headers=PARTIAL)
