import pytest
from bs4 import BeautifulSoup

from courses.learning.services import reading
from courses.models import Lesson
from tests.course_fixtures import hand_in, read_all, text_of
from tests.html import words


def page_for(visitor) -> BeautifulSoup:
    response = visitor.get("/learn/")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_dashboard_asks_a_stranger_to_sign_in(client, db):
    response = client.get("/learn/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/learn/")


@pytest.mark.parametrize("who", ["learner", "learner_with_access", "author", "admin"])
def test_dashboard_of_somebody_new_offers_courses(request, client_for, course, who):
    page = page_for(client_for(request.getfixturevalue(who)))
    assert page.select_one("section.next") is None
    assert [link["href"] for link in page.select("ol.toc a")] == ["/courses/chest-film/"]
    assert ("$79 once" in page.get_text()) is (who == "learner")


def test_dashboard_greets_by_what_the_learner_did(client_for, learner, course):
    visitor = client_for(learner)
    assert words(page_for(visitor).h1) == f"Welcome, {learner.called}."
    reading.complete_lesson(user=learner, text=text_of("first-look"))
    assert words(page_for(visitor).h1) == f"Welcome back, {learner.called}."


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Dana Demonstration, MD, PhD", "Welcome, Dana Demonstration."),
        ("山田 花子", "Welcome, 山田 花子."),
        ("", "Welcome."),
        (", MD", "Welcome."),
    ],
)
def test_dashboard_greets_by_name_without_degrees(client_for, learner, course, name, greeting):
    learner.name = name
    learner.save(update_fields=["name"])
    assert words(page_for(client_for(learner)).h1) == greeting


def test_dashboard_continues_where_the_learner_stopped(client_for, learner_with_access, course):
    reading.complete_lesson(user=learner_with_access, text=text_of("first-look"))
    reading.save_position(user=learner_with_access, text=text_of("second-look"), block="")
    page = page_for(client_for(learner_with_access))
    assert words(page.select_one("section.next h2")) == "Second look"
    assert page.select_one("section.next a.btn")["href"] == "/courses/chest-film/second-look/"
    assert page.select_one("progress")["value"] == "50"
    assert words(page.select_one("ol.toc .meta")) == "1 of 2 lessons"


def test_dashboard_offers_the_post_test_when_all_is_read(client_for, learner_with_access, course):
    read_all(learner_with_access, course)
    page = page_for(client_for(learner_with_access))
    assert page.select_one("section.next a.btn")["href"] == "/courses/chest-film/post-test/"


def test_dashboard_says_completed(client_for, learner_with_access, course):
    hand_in(learner_with_access, course, right=4)
    page = page_for(client_for(learner_with_access))
    assert page.select_one("section.next") is None
    assert page.select_one("ol.toc .meta").get_text(strip=True) == "Completed"
    assert page.select_one("progress")["value"] == "100"


def test_dashboard_does_not_lead_to_a_lesson_that_was_taken_off(client_for, learner, course):
    reading.complete_lesson(user=learner, text=text_of("first-look"))
    Lesson.objects.get(slug="first-look").unpublish()
    page = page_for(client_for(learner))
    assert page.select_one("section.next") is None
    assert "first-look" not in str(page)


def test_dashboard_shows_nothing_of_another_learner(client_for, learner, learner_with_access, course):
    hand_in(learner_with_access, course, right=4)
    page = page_for(client_for(learner))
    assert "Completed" not in page.get_text()
    assert page.select("progress") == []
