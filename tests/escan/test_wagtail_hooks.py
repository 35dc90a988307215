"""The studio's home and what it hides."""

import json

import pytest
from bs4 import BeautifulSoup

from courses.assessment.services.objectives import keep_objectives
from courses.models import Lesson
from courses.writing import services as authoring
from tests.course_fixtures import COURSE, blocks, write_lesson, write_question
from tests.html import words


def read(client, address: str = "/studio/") -> BeautifulSoup:
    response = client.get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def save_draft(lesson: Lesson, author, text: str) -> None:
    lesson.title = f"{lesson.title} again"
    lesson.body = json.dumps(blocks(lesson.slug, ("text", f"<p>{text}</p>")))
    lesson.save_revision(user=author)


def listed(page: BeautifulSoup, heading: str) -> list[tuple[str, str]]:
    section = page.find("h2", string=heading).parent
    return [(item.a.text, words(item.span).split(" · ")[1]) for item in section.find_all("li")]


def test_home_tells_what_waits_and_what_i_edited(client_for, author, admin, preview_lesson, locked_lesson):
    save_draft(preview_lesson, author, "One.")
    save_draft(locked_lesson, admin, "Two.")
    page = read(client_for(author))
    waiting = [("Second look again", "Live, with a draft"), ("First look again", "Live, with a draft")]
    assert listed(page, "Waiting to be published") == waiting
    assert listed(page, "Edited by you") == [("First look again", "Live, with a draft")]
    assert [words(link) for link in page.select(".studio-begin a")] == ["Add a lesson", "Add a question", "Add a guide"]


def test_home_is_calm_when_nothing_waits(client_for, author, course):
    page = read(client_for(author))
    assert [words(item) for item in page.select(".studio-none")] == [
        "Nothing waits: everything that was written is published.",
        "Nothing yet. Choose one of the lessons, or begin a new one.",
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_home_asks_the_same_number_of_queries(client_for, author, course, django_assert_num_queries, count):
    for lesson in Lesson.objects.all()[:count]:
        save_draft(lesson, author, "More.")
    client = client_for(author)
    client.get("/studio/")
    with django_assert_num_queries(25):
        client.get("/studio/")


def courses_listed(page: BeautifulSoup) -> list[tuple[str, str]]:
    return [(str(item.a["href"]), words(item)) for item in page.select(".studio-courses li")]


def test_home_leads_to_the_outline_of_each_course(client_for, author, support, course, locked_lesson):
    keep_objectives(course.pk, ["Find it", "Name it"])
    save_draft(locked_lesson, author, "More.")
    new = authoring.draft_course(
        slug="new", fields={**COURSE, "title": "New", "position": 7}, faculty=[]
    ).content_object
    assert courses_listed(read(client_for(author))) == [
        (
            f"/studio/courses/{course.pk}/outline/",
            "Chest film Live · 1 lesson to publish · 1 draft waits · 2 objectives lack a check or question",
        ),
        (f"/studio/courses/{new.pk}/outline/", "New Draft · Nothing is missing"),
    ]
    assert courses_listed(read(client_for(support))) == []


@pytest.mark.parametrize("count", [1, 3])
def test_home_asks_no_more_for_more_courses(client_for, author, course, django_assert_num_queries, count):
    for number in range(count):
        authoring.draft_course(slug=f"new-{number}", fields={**COURSE, "title": f"New {number}"}, faculty=[])
    client = client_for(author)
    client.get("/studio/")
    with django_assert_num_queries(24):
        client.get("/studio/")


def test_home_names_held_certificates_to_those_who_may(client_for, author, admin, monkeypatch):
    class Held:
        def count(self) -> int:
            return 2

    monkeypatch.setattr("escan.wagtail_hooks.get_held_certificates", Held)
    assert "2 certificates held" in read(client_for(admin)).select_one(".studio-held").text
    assert read(client_for(author)).select_one(".studio-held") is None


def menu(page: BeautifulSoup) -> str:
    return page.find(id="wagtail-sidebar-props").text


def test_menu_offers_what_the_academy_uses(client_for, author, admin, course):
    for user in (author, admin):
        shown = menu(read(client_for(user)))
        for name in ("explorer", "documents", "help", "sites", "workflows", "aging-pages"):
            assert f'"name": "{name}"' not in shown
        assert str(user) in shown
        assert "/studio/snippets/courses/lesson/" in shown
    assert "/studio/cme/held/" in menu(read(client_for(admin)))
    assert "/studio/users/" not in menu(read(client_for(author)))


def test_studio_is_ours_to_look_at_and_names_no_other_host(client_for, admin, course):
    page = read(client_for(admin))
    assert page.title.text.strip() == "Studio - eScan Academy studio"
    assert "css/studio.css" in str(page.head)
    assert "img/favicon.svg" in str(page.head)
    addresses = [
        str(tag.get("href") or tag.get("src"))
        for tag in page.select("[href], [src]")
        if not tag.find_parent("noscript")
    ]
    assert [address for address in addresses if address.startswith(("http:", "https:", "//"))] == []


def test_link_dialogue_opens_on_an_address(client_for, author, preview_lesson):
    page = read(client_for(author), f"/studio/snippets/courses/lesson/edit/{preview_lesson.pk}/")
    assert "/studio/choose-external-link/" in str(page)
    assert '"pageChooser": "/studio/choose-page/"' not in str(page)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("lesson", 12), ("question", 12), ("course", 11), ("module", 12)])
def test_lists_ask_the_same_number_of_queries(
    client_for, author, write_course, django_assert_num_queries, name, queries, count
):
    for number in range(count):
        course = write_course(f"course-{number}", [("Module", [(f"lesson-{number}", "Lesson")])])
        write_lesson(f"lesson-{number}", blocks(f"lesson-{number}", ("text", "<p>Text.</p>")))
        write_question(course, number)
    client = client_for(author)
    client.get(f"/studio/snippets/courses/{name}/")
    with django_assert_num_queries(queries):
        client.get(f"/studio/snippets/courses/{name}/")
