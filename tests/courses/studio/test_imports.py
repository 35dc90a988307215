"""The studio's screens of questions that come and go as files."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from courses.models import ImportState, Question, QuestionImport
from courses.studio import imports as screens

IMPORTS = "/studio/questions/imports/"
GIFT = "::one::Which? {=a#yes ~b#no}\n\n::<i>two</i>::Write. {}\n"


@pytest.fixture
def send(client_for, author, course):
    visitor = client_for(author)

    def post(content: bytes | str, name: str = "my.txt", **more):
        data = content.encode() if isinstance(content, str) else content
        sent = {"course": course.pk, "use": "check", "file": SimpleUploadedFile(name, data), **more}
        return visitor.post(IMPORTS, sent)

    post.client = visitor  # type: ignore[attr-defined]
    return post


def test_author_reads_the_report_confirms_and_finds_drafts(send, course, django_capture_on_commit_callbacks):
    answer = send(GIFT, name="../../etc/questions.txt")
    row = QuestionImport.objects.get()
    assert (answer.status_code, answer["Location"], row.file_name) == (302, f"{IMPORTS}{row.pk}/", "questions.txt")
    page = send.client.get(answer["Location"]).content.decode()
    assert "1 question was understood." in page
    assert "1 question was not understood and does not come in." in page
    assert "It asks for an essay: there is no such kind of question here." in page
    assert "&lt;i&gt;two&lt;/i&gt;" in page
    assert Question.objects.count() == 4
    with django_capture_on_commit_callbacks(execute=True):
        assert send.client.post(f"{IMPORTS}{row.pk}/confirm/")["Location"] == f"{IMPORTS}{row.pk}/"
    draft = Question.objects.get(key="one")
    assert (draft.live, draft.use) == (False, "check")
    page = send.client.get(f"{IMPORTS}{row.pk}/").content.decode()
    assert f"/studio/snippets/courses/question/edit/{draft.pk}/" in page
    assert "Bring them in" not in page
    assert "my.txt" not in send.client.get(IMPORTS).content.decode()


def test_import_begins_at_a_course_and_leads_back_to_it(send, course):
    outline = f"/studio/courses/{course.pk}/outline/"
    way = f"{IMPORTS}?course={course.pk}"
    assert way in send.client.get(outline).content.decode()
    assert f'<option value="{course.pk}" selected>' in send.client.get(way).content.decode()
    assert outline in send.client.get(send(GIFT)["Location"]).content.decode()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04" + b"\0" * 50, "This is an archive."),
        (b"<quiz><question>", "The file is broken"),
        (b"<!DOCTYPE q [<!ENTITY a 'b'>]><quiz>&a;</quiz>", "document type"),
        (b"\x89PNG\r\n\x1a\n\0", "neither Moodle XML nor GIFT"),
    ],
)
def test_bad_file_says_why_and_leaves_nothing(send, content, told):
    answer = send(content)
    page = answer.content.decode()
    assert (answer.status_code, told in page, "Nothing of it is kept." in page) == (422, True, True)
    assert not QuestionImport.objects.exists()


def test_file_that_is_too_large_is_told_by_its_form(send, monkeypatch):
    monkeypatch.setattr(screens, "LARGEST_FILE", 10)
    answer = send(GIFT)
    assert (answer.status_code, "Export it in parts" in answer.content.decode()) == (422, True)
    assert not QuestionImport.objects.exists()


def test_state_asks_again_while_it_is_written_and_then_loads_the_page(send, author):
    send(GIFT)
    row = QuestionImport.objects.get()
    QuestionImport.objects.update(state=ImportState.WAITING)
    answer = send.client.get(f"{IMPORTS}{row.pk}/state/")
    assert 'hx-trigger="every 1s"' in answer.content.decode()
    assert "0 of 1 questions are" in answer.content.decode()
    assert "HX-Refresh" not in answer
    QuestionImport.objects.update(state=ImportState.DONE)
    answer = send.client.get(f"{IMPORTS}{row.pk}/state/")
    assert (answer["HX-Refresh"], "hx-get" in answer.content.decode()) == ("true", False)


def test_file_is_discarded_by_a_press_alone(send):
    send(GIFT)
    row = QuestionImport.objects.get()
    for act in ("confirm", "discard"):
        assert send.client.get(f"{IMPORTS}{row.pk}/{act}/")["Location"] == f"{IMPORTS}{row.pk}/"
    row.refresh_from_db()
    assert row.state == ImportState.READ
    assert send.client.post(f"{IMPORTS}{row.pk}/discard/")["Location"] == IMPORTS
    assert not QuestionImport.objects.exists()


def test_questions_of_a_course_go_out(client_for, author, course):
    visitor = client_for(author)
    assert "Moodle XML" not in visitor.get("/studio/questions/export/").content.decode()
    page = " ".join(visitor.get(f"/studio/questions/export/?course={course.pk}").content.decode().split())
    assert f"/studio/questions/export/{course.pk}/gift/" in page
    assert "Download (4 questions)" in page
    answer = visitor.get(f"/studio/questions/export/{course.pk}/moodle/")
    assert answer["Content-Disposition"] == 'attachment; filename="chest-film-questions.xml"'
    assert answer.content.count(b"<question ") == 4
    assert visitor.get(f"/studio/questions/export/{course.pk}/qti/").status_code == 404
    assert visitor.get("/studio/questions/export/?course=x").status_code == 422


def test_list_of_questions_leads_to_both(client_for, author, course):
    page = client_for(author).get("/studio/snippets/courses/question/").content.decode()
    assert IMPORTS in page
    assert "/studio/questions/export/" in page
