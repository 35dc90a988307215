"""A lesson that opens step by step: nothing of a step leaves the server before it is open."""

from typing import NamedTuple
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.urls import reverse

from courses.models import CheckAnswer, Lesson, LessonProgress, Note, Passage, Question, RecallCard
from courses.notes.queries import get_blocks
from courses.search import indexing
from courses.writing.steps import get_open_steps, split_steps
from tests.course_fixtures import STEMS, blocks, figure, put_video, text_of, write_lesson
from tests.html import words

HIDDEN = ["The second view", "The end of the case"]


class Case(NamedTuple):
    lesson: Lesson
    questions: list[Question]
    pictures: list[int]


@pytest.fixture
def case(course, keep_image) -> Case:
    """Two questions, and a picture in each of its three steps."""
    Question.objects.filter(key__in=["chest-film-1", "chest-film-2"]).update(use="check")
    first, second = (Question.objects.get(key=f"chest-film-{number}") for number in (1, 2))
    pictures = [keep_image(f"step-{number}.svg", 100 + number) for number in range(3)]
    body = blocks(
        "third-look",
        ("text", "<p>A woman of 50.</p>"),
        figure(pictures[0]),
        ("question", first.pk),
        ("text", "<p>The second view</p>"),
        figure(pictures[1]),
        ("question", second.pk),
        ("text", "<p>The end of the case</p>"),
        figure(pictures[2]),
    )
    return Case(write_lesson("third-look", body, is_stepwise=True), [first, second], pictures)


def address(case: Case, number: int) -> str:
    return reverse("check", args=[case.lesson.pk, case.questions[number].pk])


def give(browser, case: Case, number: int, **headers: str):
    """The right choice is the third."""
    data = {"revision": case.questions[number].live_revision_id, "choice": 2}
    return browser.post(address(case, number), data, headers=headers)


def page_of(browser, case: Case) -> str:
    response = browser.get(case.lesson.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def figures_in(browser, case: Case) -> list[int]:
    return [browser.get(f"/figures/{case.lesson.pk}/{key}/").status_code for key in case.pictures]


def test_each_step_opens_with_the_answer_to_the_one_before(case, client_for, learner_with_access):
    browser = client_for(learner_with_access)
    page = page_of(browser, case)
    assert "A woman of 50." in page and STEMS[0] in page
    assert [hidden for hidden in [*HIDDEN, STEMS[1], "Rationale"] if hidden in page] == []
    assert words(BeautifulSoup(page, "html.parser").find(id="steps")).startswith("Step 1 of 3. ")
    assert figures_in(browser, case) == [200, 404, 404]
    assert give(browser, case, 0)["Location"] == f"{case.lesson.get_absolute_url()}#check-{case.questions[0].pk}"
    page = page_of(browser, case)
    assert "The second view" in page and STEMS[1] in page and "Rationale C of case 1." in page
    assert HIDDEN[1] not in page and "Rationale C of case 2." not in page
    assert figures_in(browser, case) == [200, 200, 404]
    give(browser, case, 1)
    page = page_of(browser, case)
    assert HIDDEN[1] in page
    assert words(BeautifulSoup(page, "html.parser").find(id="steps")) == "Step 3 of 3: all of it is open."
    assert figures_in(browser, case) == [200, 200, 200]
    assert LessonProgress.objects.get(user=learner_with_access, lesson=case.lesson).completed_at is not None


def test_question_of_a_later_step_is_not_there_and_takes_no_answer(case, client_for, learner_with_access):
    browser = client_for(learner_with_access)
    assert browser.get(address(case, 1)).status_code == 404
    assert give(browser, case, 1).status_code == 404
    assert not CheckAnswer.objects.exists()


def test_answer_in_the_page_brings_the_next_step_along_once(case, client_for, learner_with_access):
    browser = client_for(learner_with_access)
    answer = give(browser, case, 0, **{"HX-Request": "true"}).content.decode()
    assert "Rationale C of case 1." in answer and "The second view" in answer and STEMS[1] in answer
    assert HIDDEN[1] not in answer
    soup = BeautifulSoup(answer, "html.parser")
    assert soup.select_one('[hx-swap-oob="beforebegin:#steps"] section')
    assert words(soup.find(id="steps")).startswith("Step 2 of 3.")
    # The step stands in the page by then.
    again = give(browser, case, 0, **{"HX-Request": "true"}).content.decode()
    assert "Rationale C of case 1." in again and "The second view" not in again


def test_wrong_answer_opens_the_next_step_and_does_not_come_back_in_recall(case, client_for, learner_with_access):
    data = {"revision": case.questions[0].live_revision_id, "choice": 0, "unsure": "on"}
    browser = client_for(learner_with_access)
    browser.post(address(case, 0), data)
    assert "The second view" in page_of(browser, case)
    assert CheckAnswer.objects.get().is_right is False
    assert not RecallCard.objects.exists()


def test_check_that_was_taken_off_closes_nothing(case, client_for, learner_with_access):
    Question.objects.filter(key="chest-film-1").update(live=False)
    assert [step.check for step in split_steps(text_of("third-look"))] == [case.questions[1].pk, 0]
    assert "The second view" in page_of(client_for(learner_with_access), case)


def test_steps_that_were_answered_out_of_order_open_no_more_than_those_in_a_row(case):
    text = text_of("third-look")
    assert len(get_open_steps(text, {case.questions[1].pk})) == 1


def test_without_access_a_case_is_locked_and_none_of_its_pictures_opens(case, client_for, learner, client):
    for browser in (client_for(learner), client):
        assert browser.get(case.lesson.get_absolute_url()).status_code == 403
        assert figures_in(browser, case)[1:] == [403, 403]
        assert browser.get(address(case, 0)).status_code == 403


def test_search_finds_the_first_step_alone(case):
    indexing.index_lesson(lesson_id=case.lesson.pk)
    found = " ".join(Passage.objects.filter(lesson=case.lesson).values_list("text", flat=True))
    assert "A woman of 50." in found
    assert [hidden for hidden in HIDDEN if hidden in found] == []


def test_what_opens_step_by_step_is_open_to_nobody_without_an_account_and_asks_something(course, keep_image):
    with pytest.raises(ValidationError) as refused:
        write_lesson("third-look", blocks("third-look", ("text", "<p>A.</p>")), is_stepwise=True, is_preview=True)
    assert refused.value.messages == [
        "What opens step by step keeps answers: it cannot be open to everyone, without an account.",
        "A lesson that opens step by step needs a question: nothing would be left to open.",
    ]


def test_note_and_video_of_a_closed_step_wait_for_it(case, client_for, learner_with_access):
    video = put_video("third-look", seconds=30)
    browser, text = client_for(learner_with_access), text_of("third-look")
    notes, captions = f"{case.lesson.get_absolute_url()}notes/", f"/videos/{case.lesson.pk}/{video.pk}/captions/"
    closed = list(get_blocks(text.html))[3]  # "The second view"
    sent = {"key": str(uuid4()), "kind": "bookmark", "block": closed}
    assert browser.post(notes, sent).status_code == 400
    assert (Note.objects.exists(), browser.get(captions).status_code) == (False, 404)
    give(browser, case, 0)
    give(browser, case, 1)
    assert browser.post(notes, sent).status_code == 302
    assert (Note.objects.get().place, browser.get(captions).status_code) == ("The second view", 200)
