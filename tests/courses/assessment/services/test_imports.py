"""Questions from a file come in whole, as drafts, once, and when their author says so."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from core.caching import pages
from courses.assessment import tasks
from courses.assessment.errors import FileRefused, ImportClosed
from courses.assessment.formats import FORMATS, read_file
from courses.assessment.queries.imports import get_written, list_imports, write_out
from courses.assessment.services import imports
from courses.models import ImportState, Question, QuestionImport
from courses.writing.services import add_questions
from tests.course_fixtures import write_question_of

pytestmark = pytest.mark.django_db

GIFT = """::Which edge::[html]<p>Which <b>edge</b>?</p> {=Pleura#Right. ~Skin#Wrong. ####It is white.}

::chest-film-1::How wide? {#0.6:0.05####Measured.}

::both::Which two? {~%50%a ~%50%b ~%-100%c}

::essay::Write. {}

::long::Which? {=LONG ~b}

::big::How many? {#12345678901}
""".replace("LONG", "x" * 301)


@pytest.fixture
def row(course, author) -> QuestionImport:
    return read(course, author)


def read(course, author, text: str = GIFT) -> QuestionImport:
    return imports.read_questions(course=course, use="test", data=text.encode(), file_name="my file.txt", by=author)


def test_reading_writes_no_question_and_tells_each_line(row, course):
    assert (row.form, row.state, row.total, str(row)) == ("gift", ImportState.READ, 3, "my file.txt")
    assert [entry["name"] for entry in row.questions] == ["Which edge", "chest-film-1", "both"]
    assert [(number, name, is_refused) for number, _, name, is_refused in row.lines] == [
        (7, "essay", True),
        (9, "long", True),
        (11, "big", True),
    ]
    assert "300" in row.lines[1][1]
    assert [len(entry["lacks"]) for entry in row.questions] == [0, 0, 1]
    assert Question.objects.filter(course=course).count() == 4


def test_confirmed_questions_are_drafts_that_nobody_is_asked(row, course, author, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        imports.confirm_import(pk=row.pk, by=author)
    row.refresh_from_db()
    assert (row.state, row.questions, row.starts) == (ImportState.DONE, [], 1)
    assert [key for _, key in row.made] == ["which-edge", "chest-film-1-2", "both"]
    made = Question.objects.filter(pk__in=[pk for pk, _ in row.made])
    assert {(question.live, question.has_unpublished_changes) for question in made} == {(False, True)}
    newest = made.get(key="which-edge").get_latest_revision_as_object()
    assert (newest.stem, newest.rationale, newest.use) == ("<p>Which <b>edge</b>?</p>", "It is white.", "test")
    assert [(choice.text, choice.is_correct, choice.rationale) for choice in newest.choices.all()] == [
        ("Pleura", True, "Right."),
        ("Skin", False, "Wrong."),
    ]
    number = made.get(key="chest-film-1-2").get_latest_revision_as_object()
    assert (str(number.value), str(number.tolerance)) == ("0.6", "0.05")
    assert newest.latest_revision.user == author
    assert [
        (act.action, act.user) for act in ModelLogEntry.objects.filter(object_id=row.pk, action__contains="import")
    ] == [
        ("courses.import_questions", author),
        ("courses.confirm_import", author),
    ]


def test_complete_draft_can_be_published_and_one_that_lacks_rationales_cannot(row, author):
    write(row, author)
    which, both = (Question.objects.get(key=key) for key in ("which-edge", "both"))
    which.get_latest_revision().publish()
    which.refresh_from_db()
    assert which.live
    assert both.get_latest_revision_as_object().missing == {"choices": "Say of each choice why it is right or wrong."}


def write(row: QuestionImport, author) -> None:
    imports.confirm_import(pk=row.pk, by=author)
    imports.write_import(pk=row.pk)


def test_twice_is_once(row, author):
    write(row, author)
    imports.write_import(pk=row.pk)
    with pytest.raises(ImportClosed):
        imports.confirm_import(pk=row.pk, by=author)
    with pytest.raises(ImportClosed):
        imports.discard_import(pk=row.pk, by=author)
    assert Question.objects.count() == 7


def test_fifty_questions_take_as_many_statements_as_three(course, author):
    """A thousand one by one took minutes, and may take twenty seconds."""
    counted = []
    for count in (1, 3, imports.AT_ONCE):  # the first fills what Django remembers of its tables
        row = read(course, author, "\n\n".join(f"Which of {count}, {n}? {{=a#x ~b#y}}" for n in range(count)))
        imports.confirm_import(pk=row.pk, by=author)
        with CaptureQueriesContext(connection) as queries:
            imports.write_import(pk=row.pk)
        counted.append(len(queries))
    assert counted[1] == counted[2]


def test_all_or_nothing(row, author, monkeypatch):
    add, calls = add_questions, []

    def fail_at_the_third(**given):
        calls.append(given["questions"])
        if len(calls) == 3:
            raise IntegrityError
        return add(**given)

    monkeypatch.setattr(imports, "AT_ONCE", 1)
    monkeypatch.setattr(imports, "add_questions", fail_at_the_third)
    imports.confirm_import(pk=row.pk, by=author)
    with pytest.raises(IntegrityError):
        imports.write_import(pk=row.pk)
    assert Question.objects.count() == 4
    row.refresh_from_db()
    assert (row.state, row.total, len(row.questions)) == (ImportState.WAITING, 3, 3)


def test_sweep_starts_again_and_gives_up_after_three_times(row, author):
    imports.confirm_import(pk=row.pk, by=author)
    assert imports.sweep_imports() == []
    QuestionImport.objects.update(lease_until=timezone.now() - timedelta(minutes=1), starts=3)
    assert imports.sweep_imports() == []
    row.refresh_from_db()
    assert (row.state, "three tries" in row.error) == (ImportState.FAILED, True)
    imports.confirm_import(pk=row.pk, by=author)
    QuestionImport.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    tasks.sweep_imports()
    row.refresh_from_db()
    assert (row.state, row.error, len(row.made)) == (ImportState.DONE, "", 3)


def test_discarded_file_leaves_nothing(row, author):
    imports.discard_import(pk=row.pk, by=author)
    assert not QuestionImport.objects.exists()
    assert Question.objects.count() == 4


def test_file_without_anything_understood_cannot_be_confirmed(course, author):
    row = read(course, author, "::essay::Write. {}")
    assert (row.total, row.can_be_confirmed, row.can_be_discarded) == (0, False, True)
    with pytest.raises(ImportClosed):
        imports.confirm_import(pk=row.pk, by=author)


def test_file_that_is_refused_leaves_no_row(course, author):
    with pytest.raises(FileRefused):
        read(course, author, "<html></html>")
    assert not QuestionImport.objects.exists()


def test_what_the_course_has_already_is_told(course, author):
    row = read(course, author, "Which edge belongs to case 1? {=a#x ~b#y}")
    assert [line[1] for line in row.lines] == ["The course has a question of the same words already: chest-film-1."]


def test_progress_is_seen_beside_the_transaction(row, author):
    imports.confirm_import(pk=row.pk, by=author)
    row.refresh_from_db()
    assert get_written(row) == 0
    pages.set(row.progress_key, 2)
    assert get_written(row) == 2
    assert get_written(list_imports()[0]) == 2


@pytest.mark.parametrize("name", FORMATS)
def test_what_goes_out_comes_back_the_same(course, author, keep_image, name):
    for kind in ("multiple", "numeric", "place"):
        write_question_of(course, kind, image=keep_image(), unit="")
    written = write_out(course, FORMATS[name])
    assert [given.name for given in written.given] == [*(f"chest-film-{n}" for n in range(1, 5)), "multiple", "numeric"]
    assert [question.key for question, _ in written.left] == ["place"]
    report = read_file(FORMATS[name].write(written.given))[1]
    assert (report.questions, report.lines) == (written.given, [])
    row = imports.read_questions(
        course=course, use="test", data=FORMATS[name].write(written.given), file_name="", by=author
    )
    assert row.total == 6
    write(row, author)
    again = [
        given
        for given in write_out(course, FORMATS[name]).given
        if given.name.endswith("-2") and given.name != "chest-film-2"
    ]
    assert sorted((each.stem, each.rationale, str(each.body)) for each in again) == sorted(
        (each.stem, each.rationale, str(each.body)) for each in written.given
    )


def test_unit_and_picture_keep_a_question_out_and_it_is_said(course, keep_image):
    write_question_of(course, "numeric")
    write_question_of(course, "single", image_id=keep_image(), image_alt="A field")
    assert [(row.key, why) for row, why in write_out(course, FORMATS["gift"]).left] == [
        ("numeric", "GIFT has no unit behind a number, and without it the question would be another one."),
        ("single", "It shows a picture, which these files do not bring."),
    ]
    assert [row.key for row, _ in write_out(course, FORMATS["moodle"]).left] == ["single"]


def test_file_that_nobody_decides_about_goes_after_a_day(course, author):
    waiting, done = read(course, author, GIFT_OF_ONE), read(course, author, GIFT_OF_ONE)
    imports.confirm_import(pk=done.pk, by=author)
    imports.write_import(pk=done.pk)
    imports.forget_imports()
    assert QuestionImport.objects.count() == 2
    QuestionImport.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    imports.forget_imports()
    assert list(QuestionImport.objects.values_list("pk", flat=True)) == [done.pk]
    assert waiting.pk != done.pk


GIFT_OF_ONE = "Which? {=a#yes ~b#no}"
