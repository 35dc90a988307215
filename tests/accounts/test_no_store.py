"""What was made for one person is kept by no browser and no proxy, unless a view says otherwise."""

import pytest


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/courses/",
        "/learn/",
        "/help/",
        "/search/?q=a",
        "/pricing/",
        "/cme/",
        "/accounts/sessions/",
        "/verify/",
        "/nowhere/",
    ],
)
def test_signed_in_answers_are_not_kept(client_for, learner, client, address):
    assert "no-store" in client_for(learner).get(address).headers["Cache-Control"]
    assert "no-store" not in client.get("/help/").headers.get("Cache-Control", "")


def test_lesson_may_be_kept_by_its_reader_s_worker_alone(client_for, learner_with_access, course, client):
    lesson = course.modules.first().lessons.first()
    page = client_for(learner_with_access).get(lesson.get_absolute_url())
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-cache, private"
    assert "Cache-Control" not in client.get(lesson.get_absolute_url()).headers
