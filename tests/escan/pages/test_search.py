import pytest
from bs4 import BeautifulSoup

from courses.models import Note, NoteKind
from courses.search.finding import PAGE_SIZE
from courses.search.indexing import complete_search, rebuild_search
from escan.models import InformationPage
from escan.services import draft_page
from tests.course_fixtures import LOCKED_SENTENCES, block_id, blocks, hand_in, write_lesson
from tests.html import flat, words

MESSY = ["", " ", "%22", "edge%22*%28", "AND", "%F0%9F%98%80", "%FF%FE", "edge" * 2500]


def search(client, **query):
    return client.get("/search/", query)


def write(count):
    body = blocks("first-look", ("text", "".join(f"<p>Kerley line {number}.</p>" for number in range(count))))
    write_lesson("first-look", body, is_preview=True)


def test_results_say_what_they_are_and_lead_there(course, client):
    html = search(client, q="Read opening").content.decode()
    first = f"/courses/chest-film/first-look/#b-{block_id('first-look', 0)}"
    assert f'<a href="{first}">First look</a>' in html
    assert "Everyone may <mark>read</mark> this <mark>opening</mark>." in html
    assert "Text <span>Chest film</span> <span>First look</span>" in html
    assert '<meta name="robots" content="noindex">' in html
    assert "1 place for <b>Read opening</b>" in html


def test_a_locked_lesson_is_a_title_with_a_lock(course, client):
    html = search(client, q="second").content.decode()
    locked = '<a href="/courses/chest-film/second-look/"><mark>Second</mark> look</a> <span class="st lock">'
    assert flat(locked) in flat(html)
    assert 'class="excerpt"' not in html


def test_a_stranger_is_told_how_many_places_open_with_access(course, client):
    html = search(client, q="edge").content.decode()
    page = BeautifulSoup(html, "html.parser")
    assert "<b>edge</b>" in html
    told = words(page.select_one(".told"))
    assert told == "7 places for edge (open to you 1, in lessons that open with access 6)"
    assert words(page.select_one(".locked-places h2")) == "6 more places open with access"
    rows = [words(row) for row in page.select(".locked-places li")]
    assert rows == ["Second look 6 places"]
    assert page.select_one(".locked-places a")["href"] == "/courses/chest-film/second-look/"
    assert [sentence for sentence in LOCKED_SENTENCES if sentence in html] == []


def test_places_that_open_with_access_alone(course, client, learner_with_access, client_for):
    html = flat(search(client, q="apex").content.decode())
    assert "They open with access" in html
    assert "Nothing of this kind" not in html
    assert "locked-places" not in search(client_for(learner_with_access), q="apex").content.decode()


def test_some_of_the_words(course, client):
    html = search(client, q="opening xyzzy").content.decode()
    assert "Nothing has all of these words. What has some of them:" in html


def test_more_leads_to_the_next_page_and_keeps_the_question(course, client):
    write(PAGE_SIZE + 1)
    html = search(client, q="kerley & line", course="chest-film", group="lessons").content.decode()
    onward = "?q=kerley+%26+line&amp;course=chest-film&amp;group=lessons&amp;page=2"
    assert f'<a href="{onward}" rel="next" class="on">' in html
    second = search(client, q="kerley & line", course="chest-film", group="lessons", page=2)
    assert second.content.decode().count("<mark>Kerley</mark>") == 1
    assert 'rel="next"' not in second.content.decode()


def test_what_was_meant_is_a_link(course, client):
    html = search(client, q="opning <read>", course="chest-film", group="courses").content.decode()
    assert 'Did you mean <a href="?q=opening+%3Cread%3E&amp;course=chest-film">opening &lt;read&gt;</a>?' in html
    assert "Did you mean" not in search(client, q="opening").content.decode()
    assert "Did you mean" not in search(client, q="flurbish").content.decode()


@pytest.mark.parametrize("asked", MESSY)
def test_no_question_is_an_error(course, client, asked):
    assert client.get(f"/search/?q={asked}").status_code == 200


@pytest.mark.parametrize("query", ["group=x", "course=x", "page=0", "page=x", "page=99999999999", "q=a&q=b"])
def test_what_does_not_fit_is_as_if_not_given(course, client, query):
    assert client.get(f"/search/?q=edge&{query}").status_code == 200


def test_markup_in_a_question_is_text(course, client):
    html = search(client, q="<script>x</script>").content.decode()
    assert "<script>x" not in html
    assert "&lt;script&gt;x&lt;/script&gt;" in html


def test_a_page_that_is_published_is_found_and_one_taken_off_is_not(db, client):
    page = draft_page(slug="help", fields={"title": "Help", "summary": "Short.", "body": "<p>Zebras help.</p>"})
    assert "Zebras" not in search(client, q="zebra").content.decode()
    page.publish()
    assert '<a href="/help/#:~:text=Zebras%20help.">Help</a>' in search(client, q="zebra").content.decode()
    InformationPage.objects.get().unpublish()
    assert "Nothing was found" in search(client, q="zebra").content.decode()


def test_rebuilding_covers_pages(course):
    draft_page(slug="help", fields={"title": "Help", "summary": "Short.", "body": "<p>Zebras help.</p>"}).publish()
    assert complete_search() == 0
    assert rebuild_search() == 4


def test_an_explanation_leads_to_its_question(course, learner_with_access, client_for):
    attempt = hand_in(learner_with_access, course, right=4)
    client = client_for(learner_with_access)
    address = f"/courses/chest-film/post-test/{attempt.pk}/"
    assert f'href="{address}#question-1"' in search(client, q="rationale").content.decode()
    assert '<li class="q" id="question-1">' in client.get(address).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_is_fixed(course, learner_with_access, client_for, count, django_assert_num_queries):
    write(count)
    lesson = course.modules.first().lessons.first()
    for _ in range(count):
        Note.objects.create(user=learner_with_access, lesson=lesson, kind=NoteKind.NOTE, block="b", text="Kerley")
    client = client_for(learner_with_access)
    search(client, q="kerley")
    # The user, courses, synonyms, pages, guides, access, notes, questions, checks, counts, the notes and results.
    with django_assert_num_queries(12):
        html = search(client, q="kerley").content.decode()
    assert html.count("<mark>Kerley</mark>") == 2 * count
