"""What an author sees above an editor, and who may ask for it."""

import json

from bs4 import BeautifulSoup

from courses.models import Lesson, Question
from courses.writing import services as authoring
from tests.course_fixtures import blocks, figure


def rows_of(response) -> dict[str, str]:
    page = BeautifulSoup(response.content, "html.parser")
    return {str(row["data-code"]): str(row.a["href"]) for row in page.select(".faults > li")}


def test_editor_lists_what_is_wrong_with_the_draft(client_for, author, course, keep_image):
    image = {"image": keep_image("a.svg"), "alt_text": "IMG_1", "decorative": False}
    shown = figure(0, panels=[{"image": image, "label": "", "text": ""}])
    body = blocks("second-look", shown, ("text", '<p><a href="/nothing/">x</a></p>'))
    revision = authoring.draft_lesson(slug="second-look", fields={"body": json.dumps(body)})
    edit = f"/studio/snippets/courses/lesson/edit/{revision.object_id}/"
    found = rows_of(client_for(author).get(edit))
    assert found["picture-file-name"] == f"{edit}#:w:contentpath=body.{body[0]['id']}"
    assert found["link-nowhere"] == f"{edit}#:w:contentpath=body.{body[1]['id']}"
    assert next(iter(found)) == "picture-file-name"  # what stops comes first
    # The same is asked again when the draft keeps itself.
    assert rows_of(client_for(author).get(f"/studio/faults/courses.lesson/{revision.object_id}/")) == found


def test_editors_of_courses_questions_and_guides_have_the_list(client_for, author, course):
    question = Question.objects.get(key="chest-film-1")
    for name, row in {"course": course, "question": question}.items():
        page = BeautifulSoup(
            client_for(author).get(f"/studio/snippets/courses/{name}/edit/{row.pk}/").content, "html.parser"
        )
        assert page.select_one("[data-faults]")["data-faults"] == f"/studio/faults/courses.{name}/{row.pk}/"


def test_list_is_for_whoever_may_mend_it(client_for, author, learner, course):
    lesson = Lesson.objects.get(slug="first-look")
    address = f"/studio/faults/courses.lesson/{lesson.pk}/"
    assert client_for(learner).get(address).status_code == 302
    assert client_for(author).get(address).status_code == 200
    for wrong in ("/studio/faults/courses.lesson/999/", "/studio/faults/accounts.user/1/", "/studio/faults/x/1/"):
        assert client_for(author).get(wrong).status_code == 404


def test_new_row_has_no_list(client_for, author, course):
    page = client_for(author).get("/studio/snippets/courses/lesson/add/").content.decode()
    assert "data-faults" not in page
