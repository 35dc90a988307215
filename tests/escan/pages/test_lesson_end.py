"""The end of a lesson says what is left of it, and an answer to a check brings the new one along."""

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection

from courses.learning.services import reading
from courses.models import CheckAnswer, LessonProgress
from tests.course_fixtures import add_checks, answer_checks, put_video, text_of
from tests.html import words

COURSE = "/courses/chest-film/"
OPEN = f"{COURSE}first-look/"
LOCKED = f"{COURSE}second-look/"
HTMX = {"HX-Request": "true"}
RIGHT, WRONG = 1, 0


@pytest.fixture
def asked(course):
    return add_checks("second-look")


@pytest.fixture
def visitor(client_for, learner_with_access):
    return client_for(learner_with_access)


def soup_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def end_of(response) -> Tag:
    return soup_of(response).select_one("#lesson-end")


def send(visitor, question, choice=RIGHT, *, slug="second-look", **headers):
    address = f"/checks/{text_of(slug).lesson_id}/{question.pk}/"
    return visitor.post(address, {"revision": question.live_revision_id, "choice": choice}, headers=headers)


def test_lesson_says_in_words_how_many_checks_are_left_and_leads_to_the_first(visitor, asked):
    page = soup_of(visitor.get(LOCKED))
    link = page.select_one("#lesson-end .complete a")
    assert words(link) == "Answer the two checks to complete this lesson"
    assert link["href"] == f"#check-{asked[0].pk}"
    assert page.select_one(".lesson " + link["href"]).name == "form"
    assert page.select("form.complete") == []
    send(visitor, asked[0], WRONG)
    link = end_of(visitor.get(LOCKED)).select_one(".complete a")
    assert words(link) == "Answer one more check to complete this lesson"
    assert link["href"] == f"#check-{asked[1].pk}"


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "Answer the check to complete this lesson"),
        (3, "Answer the three checks to complete this lesson"),
        (12, "Answer the 12 checks to complete this lesson"),
    ],
)
def test_words_for_other_numbers(visitor, course, count, said):
    add_checks("second-look", count=count)
    assert words(end_of(visitor.get(LOCKED)).select_one(".complete a")) == said


def test_words_when_some_are_answered(visitor, course):
    asked = add_checks("second-look", count=3)
    send(visitor, asked[0])
    said = words(end_of(visitor.get(LOCKED)).select_one(".complete a"))
    assert said == "Answer two more checks to complete this lesson"


def test_without_a_script_each_check_is_a_form_of_its_own_and_the_last_completes(visitor, asked):
    for question in asked:
        response = send(visitor, question)
        assert response.status_code == 302
        told = soup_of(visitor.get(response["Location"]))
        assert told.select("#lesson-end") == []
        assert [link["href"] for link in told.select("main .kick a")] == [LOCKED]
    end = end_of(visitor.get(LOCKED))
    assert words(end.select_one(".complete .st.done")) == "Completed"
    assert words(end.select_one(".complete a.btn")) == "Back to the course"
    assert LessonProgress.objects.get().completed_at is not None


def test_answer_brings_the_end_of_the_lesson_and_the_list_along(visitor, asked):
    first = soup_of(send(visitor, asked[0], **HTMX))
    assert words(first.select_one("#lesson-end .complete a")) == "Answer one more check to complete this lesson"
    last = soup_of(send(visitor, asked[1], **HTMX))
    end, lessons = last.select_one("#lesson-end"), last.select_one("#lesson-list")
    assert (end["hx-swap-oob"], lessons["hx-swap-oob"]) == ("true", "true")
    assert words(end.select_one(".complete .st.done")) == "Completed"
    assert words(end.select_one(".credit .num")) == "50% of the lessons"
    assert words(end.select_one(".credit summary")) == "Left: 1 lesson, the post-test"
    assert words(lessons.select_one("[aria-current=page]")) == "Second look, completed"
    # The same as in the page itself.
    page = soup_of(visitor.get(LOCKED))
    for part in ("#lesson-end", "#lesson-list"):
        brought, stands = last.select_one(part), page.select_one(part)
        del brought["hx-swap-oob"]
        assert words(brought) == words(stands)
        assert "hx-swap-oob" not in stands.attrs


def test_completed_lesson_leads_on(visitor, course, asked, learner_with_access):
    add_checks("first-look")
    answer_checks(learner_with_access, text_of("first-look"))
    link = end_of(visitor.get(OPEN)).select_one(".complete a.btn")
    assert (words(link), link["href"]) == ("Go to the next lesson", LOCKED)
    answer_checks(learner_with_access, text_of("second-look"))
    link = end_of(visitor.get(LOCKED)).select_one(".complete a.btn")
    assert (words(link), link["href"]) == ("Go to the post-test", f"{COURSE}post-test/")


def test_refused_answer_brings_nothing_along(visitor, asked):
    response = visitor.post(
        f"/checks/{asked[0].lesson_id}/{asked[0].pk}/", {"revision": asked[0].live_revision_id}, headers=HTMX
    )
    assert (response.status_code, end_of(response)) == (409, None)
    assert not CheckAnswer.objects.exists()


def test_stranger_and_stranger_to_the_lesson_get_no_end_with_a_check(client, client_for, learner, course):
    (open_check,) = add_checks("first-look", count=1)
    (locked_check,) = add_checks("second-look", count=1)
    told = send(client, open_check, slug="first-look", **HTMX)
    assert (told.status_code, end_of(told)) == (200, None)
    assert "Not kept, because you are not signed in." in told.content.decode()
    refused = send(client_for(learner), locked_check, **HTMX)
    assert (refused.status_code, end_of(refused)) == (403, None)
    assert not CheckAnswer.objects.exists()
    assert not LessonProgress.objects.exists()


def test_member_without_access_completes_an_open_lesson(client_for, learner, course):
    add_checks("first-look", count=1)
    (question,) = add_checks("first-look", count=1)
    visitor = client_for(learner)
    assert "two checks" in words(end_of(visitor.get(OPEN)).select_one(".complete"))
    answer_checks(learner, text_of("first-look"))
    assert words(end_of(send(visitor, question, slug="first-look", **HTMX)).select_one(".st.done")) == "Completed"


def test_button_of_a_page_from_before_says_what_is_left(visitor, asked):
    response = visitor.post(f"{LOCKED}complete/")
    assert response.status_code == 409
    told = end_of(response)
    assert words(told.select_one(".flash.error")) == "Still to answer before this lesson is completed: 2 checks."
    assert told.select_one(".complete a")["href"] == f"#check-{asked[0].pk}"
    assert not LessonProgress.objects.exists()


def test_what_was_answered_before_is_completed_by_one_press(visitor, asked, learner_with_access):
    """As whoever answered all checks while a button still completed lessons with them, and had not pressed it."""
    answer_checks(learner_with_access, text_of("second-look"))
    LessonProgress.objects.all().delete()
    form = end_of(visitor.get(LOCKED)).select_one("form.complete")
    assert words(form.button) == "Completed, back to the course"
    assert visitor.post(form["action"]).status_code == 302
    assert LessonProgress.objects.get().completed_at is not None


def test_video_that_is_left_keeps_the_button(visitor, asked, learner_with_access):
    put_video("second-look", seconds=100)
    answer_checks(learner_with_access, text_of("second-look"))
    page = end_of(visitor.get(LOCKED))
    assert page.select_one("form.complete [data-unwatched]") is not None
    assert words(page.select_one(".credit summary")) == "Left: 2 lessons (1:35 of video), the post-test"


def test_left_for_credit_counts_checks_and_videos(visitor, asked):
    put_video("second-look", seconds=100)
    for address in (COURSE, OPEN, LOCKED):
        page = soup_of(visitor.get(address)).select_one("details.left")
        assert words(page.summary) == "Left: 2 lessons (2 checks, 1:35 of video), the post-test"
        notes = [words(note) for note in page.select("li")[1].select(".note")]
        assert notes == ["1:35 of “Video of second-look”", "2 checks to answer"]


def test_post_test_page_says_which_checks_are_left(visitor, asked):
    section = soup_of(visitor.get(f"{COURSE}post-test/")).select_one("section.outline")
    assert [words(module) for module in section.select("h3")] == ["Basics"]
    assert [words(row) for row in section.select("li")] == ["First look", "Second look 2 checks to answer"]


@pytest.mark.parametrize("count", [3, 7])
def test_lesson_and_answer_ask_the_same_of_the_database_for_any_number_of_checks(
    visitor, course, count, django_assert_num_queries
):
    def answer(question, queries: int) -> None:
        with django_assert_num_queries(queries):
            assert send(visitor, question, **HTMX).status_code == 200

    *others, last_but_one, last = add_checks("second-look", count=count)
    for question in others:
        send(visitor, question)
    with django_assert_num_queries(17):
        assert visitor.get(LOCKED).status_code == 200
    answer(last_but_one, 31)
    answer(last, 36 if connection.vendor == "postgresql" else 39)  # the place takes one statement there
    assert LessonProgress.objects.get().completed_at is not None


def test_completed_before_there_were_checks(visitor, course, learner_with_access):
    reading.complete_lesson(user=learner_with_access, text=text_of("second-look"))
    add_checks("second-look")
    end = end_of(visitor.get(LOCKED))
    assert words(end.select_one(".complete .st.done")) == "Completed"
    assert words(end.select_one(".credit summary")) == "Left: 1 lesson, the post-test"
