"""An objective is not taken from its questions without a word."""

import pytest

from courses.assessment.services.objectives import find_lost, keep_objectives
from courses.models import Course, Lesson, Question
from courses.writing import services as authoring
from tests.course_fixtures import COURSE, FACULTY
from tests.courses.studio.test_across import COURSES, course_form, told

BY_ITSELF = {"Accept": "application/json"}


@pytest.fixture
def studio(client_for, author):
    return client_for(author)


@pytest.fixture
def drafted(course) -> Course:
    """A course that was never published, with a question and a check for its first objective."""
    fields = {**COURSE, "title": "New course", "objectives": "Find it\nName it"}
    new = authoring.draft_course(slug="new-course", fields=fields, faculty=[FACULTY]).content_object
    keep_objectives(new.pk, ["Find it", "Name it"])
    found = new.objective_rows.get(text="Find it")
    Question.objects.filter(key__in=["chest-film-1", "chest-film-2"]).update(course=new, objective=found)
    lesson = Lesson.objects.get(slug="second-look")
    Question.objects.filter(key="chest-film-1").update(use="check", lesson=lesson)
    return new


def save(studio, course: Course, objectives: str, headers=None, **changes: str):
    address = f"{COURSES}edit/{course.pk}/"
    return studio.post(address, course_form(objectives=objectives, **changes), headers=headers)


def test_form_names_what_loses_an_objective_before_it_is_saved(studio, drafted):
    page = told(save(studio, drafted, "Name it"))
    assert "“Find it” goes. These questions belong to no objective then: chest-film-1, chest-film-2." in page
    assert "Lessons with checks of it: Second look." in page
    assert drafted.objective_rows.count() == 2
    assert drafted.get_latest_revision_as_object().objectives == "Find it\nName it"
    assert save(studio, drafted, "Name it", lets_go="on").status_code == 302
    assert [row.text for row in drafted.objective_rows.all()] == ["Name it"]
    assert Question.objects.get(key="chest-film-1").objective is None


def test_draft_that_keeps_itself_lets_nothing_go(studio, drafted):
    assert save(studio, drafted, "Name it", BY_ITSELF).status_code == 200
    assert {row.text for row in drafted.objective_rows.all()} == {"Find it", "Name it"}
    assert Question.objects.get(key="chest-film-1").objective.text == "Find it"
    # Saved by its author it is still asked.
    assert "“Find it” goes." in told(save(studio, drafted, "Name it"))


def test_nothing_is_asked_where_nothing_goes(studio, drafted):
    assert "lets_go" not in studio.get(f"{COURSES}edit/{drafted.pk}/").content.decode()
    assert save(studio, drafted, "Name it\nFind it soon").status_code == 302
    assert Question.objects.get(key="chest-film-1").objective.text == "Find it soon"
    assert save(studio, drafted, "Find it soon").status_code == 302
    assert find_lost(drafted.pk, ["Find it soon"]) == []
