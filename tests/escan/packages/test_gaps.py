"""What a draft may lack may lack in a package: it comes in, and waits as a draft. What nothing may lack is told."""

import json

import pytest

from courses.models import Course, Lesson, Question
from escan.models import PackageState
from tests.course_fixtures import blocks
from tests.escan.packages.conftest import bring_in, delete_everything, export, pack, read, snapshot
from tests.escan.packages.test_reading import refused

COURSE = "courses/chest-film/course.yaml"
QUESTIONS = "courses/chest-film/questions.yaml"
OF_COURSE = ("title", "summary", "description", "audience", "objectives")


def empty_everything(course: Course) -> None:
    """Each text that an author may have left for later."""
    newest = Course.objects.get(pk=course.pk).get_latest_revision_as_object()
    for name in OF_COURSE:
        setattr(newest, name, "")
    for person in newest.faculty.all():
        person.name = person.role = person.disclosure = ""
    newest.save_revision(clean=False)
    for lesson in Lesson.objects.filter(module__course=course, live=True):
        draft = lesson.get_latest_revision_as_object()
        draft.title = draft.summary = ""
        draft.save_revision(clean=False)
    for question in Question.objects.filter(course=course):
        asked = question.get_latest_revision_as_object()
        asked.stem, asked.value = "", None
        asked.regions.set([])
        for choice in asked.choices.all():
            choice.text = choice.rationale = ""
        asked.save_revision(clean=False)


@pytest.mark.parametrize("slug", ["", "chest-copy"])
@pytest.mark.parametrize("is_there", [True, False])
def test_drafts_with_gaps_come_in_and_wait(full_course, slug, is_there):
    empty_everything(full_course)
    sent = export(full_course)
    if not is_there:
        delete_everything()
    row = bring_in(sent, publish=True, slug=slug)
    assert (row.state, row.error) == (PackageState.DONE, "")
    came = Course.objects.get(slug=slug or "chest-film")
    newest = came.get_latest_revision_as_object()
    assert {getattr(newest, name) for name in OF_COURSE} == {""}
    assert not is_there or slug or came.title == "Chest film"
    assert {row.get_latest_revision_as_object().stem for row in Question.objects.filter(course=came)} == {""}
    if slug or not is_there:
        assert not Lesson.objects.filter(module__course=came, live=True).exists()
        assert not Question.objects.filter(course=came, live=True).exists()
        assert not came.live
        assert any("Give the lesson a title." in told for told in row.waits)
        assert any("Write what is asked." in told for told in row.waits)
        assert any("It lacks this: audience." in told for told in row.waits)
    if not slug:
        assert export(came) == sent


@pytest.mark.parametrize(
    ("path", "old", "new", "told"),
    [
        (COURSE, b"title: Chest film", b"title: null", "course.yaml: title: This field cannot be null."),
        (COURSE, b"title: Basics", b"title: ''", "course.yaml: title: This field cannot be blank."),
        (COURSE, b"title: Third look", b"title: ''", "course.yaml: title: This field cannot be blank."),
        (COURSE, b"minutes: 30", b"minutes: null", "course.yaml: minutes: This field cannot be null."),
        (QUESTIONS, b"key: chest-film-1\n", b"key: ''\n", "questions.yaml: question : This field cannot be blank."),
        (QUESTIONS, b"key: chest-film-1\n", b"key: chest-film-1\n  use: ''\n", "chest-film-1: This field cannot be"),
        (QUESTIONS, b"text: Choice A1", b"text: null", "question chest-film-1: This field cannot be null."),
    ],
    ids=str,
)
def test_what_no_draft_may_lack_is_refused_with_its_file(course, media, path, old, new, told):
    files = read(export(course, drafts=False))
    assert old in files[path]
    assert told in refused(media, {**files, path: files[path].replace(old, new, 1)})


def test_what_only_the_rows_refuse_is_told_and_leaves_nothing(course, media, package, monkeypatch):
    files = read(package)
    path = "courses/chest-film/lessons/first-look.md"
    changed = pack({**files, path: files[path] + b"\nMore.\n"})
    monkeypatch.setattr("escan.packages.reading.clean", lambda *args: None)
    long = files[path].replace(b"title: First look", b"title: " + b"x" * 121)
    *before, _files = snapshot(media)
    row = bring_in(pack({**files, path: long}), publish=True)
    *after, _files = snapshot(media)
    assert (row.state, after) == (PackageState.FAILED, before)
    assert row.error.startswith("Something in it cannot be kept here, and nothing came in: title: Ensure")
    assert bring_in(changed).state == PackageState.DONE


def test_lesson_whose_picture_of_a_patient_stayed_waits(full_course, add_webp):
    picture = {"image": add_webp("Patient", 30), "alt_text": "Grains", "decorative": False}
    panel = {"image": picture, "label": "LCC", "text": "", "width_mm": "12", "outline": ""}
    view = {"panels": [panel], "caption": "A view.", "source": "A clinic.", "is_synthetic": False}
    draft = Lesson.objects.get(slug="first-look").get_latest_revision_as_object()
    draft.body = json.dumps(blocks("first-look", ("view", view)))
    draft.save_revision().publish()
    sent = export(full_course)
    delete_everything()
    row = bring_in(sent, publish=True)
    assert not Lesson.objects.get(slug="first-look").live
    [told] = [told for told in row.waits if "First look" in told]
    assert told == "“First look” waits as a draft: Choose the picture."
