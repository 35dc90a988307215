"""The way from a lesson to its study and back."""

import pytest

from courses.models import Lesson
from imaging.models import Reading, Study
from tests.course_fixtures import blocks, write_lesson
from tests.imaging.conftest import write_study


@pytest.fixture
def study(course) -> Study:
    found = write_study(purpose="course")
    write_lesson("third-look", blocks("third-look", ("study", {"study": found.pk, "text": "Read it."})))
    return found


@pytest.fixture
def address(study) -> str:
    return f"/lessons/{Lesson.objects.get(slug='third-look').pk}/studies/{study.pk}/"


def test_study_is_begun_by_a_button_and_leads_back_to_the_lesson(study, address, client_for, learner_with_access):
    browser = client_for(learner_with_access)
    page = browser.get(address)
    assert page.status_code == 200 and "Begin reading" in page.content.decode()
    assert not Reading.objects.exists()
    begun = browser.post(address)
    reading = Reading.objects.get(user=learner_with_access, study=study)
    assert begun["Location"] == reading.get_absolute_url()
    assert (
        '<a href="/courses/chest-film/third-look/">Back to the lesson</a>'
        in browser.get(begun["Location"]).content.decode()
    )
    # It goes on, and is not begun twice.
    assert browser.get(address)["Location"] == browser.post(address)["Location"] == reading.get_absolute_url()


def test_until_its_images_are_made_the_block_says_so(study, address, client_for, learner_with_access):
    Study.objects.filter(pk=study.pk).update(status="waiting")
    browser = client_for(learner_with_access)
    for response, status in ((browser.get(address), 200), (browser.post(address), 409)):
        assert response.status_code == status
        assert "still being made" in response.content.decode()
        assert "Begin reading" not in response.content.decode()
    assert not Reading.objects.exists()


def test_study_of_another_lesson_or_of_practice_is_not_there(study, address, client_for, learner_with_access):
    browser = client_for(learner_with_access)
    other = Lesson.objects.get(slug="second-look").pk
    assert browser.post(f"/lessons/{other}/studies/{study.pk}/").status_code == 404
    Study.objects.filter(pk=study.pk).update(purpose="practice")
    assert browser.post(address).status_code == 404
    assert not Reading.objects.exists()


def test_a_locked_lesson_gives_no_study(study, address, client_for, learner):
    browser = client_for(learner)
    assert browser.get(address).status_code == browser.post(address).status_code == 403
    assert not Reading.objects.exists()


def test_practice_does_not_lead_to_a_lesson(study, client_for, learner_with_access):
    browser = client_for(learner_with_access)
    write_study()
    begun = browser.post("/practice/next/")
    assert "Back to the lesson" not in browser.get(begun["Location"]).content.decode()
