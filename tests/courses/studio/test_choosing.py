"""One row is chosen for another in a window, which finds what the list of the same rows finds."""

import pytest
from django.urls import reverse

from courses.models import Course, Lesson, Module, Question


def choices(studio, model, words: str = "") -> str:
    address = reverse(model.snippet_viewset.chooser_viewset.get_url_name("choose_results"))
    response = studio.get(address, {"q": words})
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def studio(client_for, author):
    return client_for(author)


@pytest.fixture
def questions(course):
    for number in range(30):
        Question.objects.create(course=course, key=f"shoulder-{number:02}", stem=f"<p>Which bone is {number}?</p>")


def test_question_is_found_by_words_of_its_key_and_stem(studio, questions):
    assert "shoulder-29" not in choices(studio, Question)
    assert "shoulder-29" in choices(studio, Question, "29 shoulder")
    found = choices(studio, Question, "bone 28?")
    assert "shoulder-28" in found
    assert "shoulder-27" not in found
    assert "no snippets match" in choices(studio, Question, "nowhere")


@pytest.mark.parametrize("model", [Course, Lesson, Module, Question])
def test_window_of_each_kind_opens(studio, course, model):
    address = reverse(model.snippet_viewset.chooser_viewset.get_url_name("choose"))
    response = studio.get(address)
    assert response.status_code == 200
    assert 'name=\\"q\\"' in response.content.decode()
    assert choices(studio, model)
