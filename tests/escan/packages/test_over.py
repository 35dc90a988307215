"""A package over a course that is there: first what changes, then all of it as drafts, or nothing."""

import json

import pytest
from django.core.files.storage import default_storage

from courses.assessment.services import checks
from courses.models import Course, Lesson, Module, Question
from courses.writing import services as authoring
from escan.models import PackageImport, PackageState
from escan.packages import applying, services
from escan.packages.collecting import collect
from escan.packages.errors import PackageClosed
from imaging.coursework.services import order_study
from imaging.models import Study
from imaging.synthesis import Recipe
from tests.course_fixtures import blocks, write_question
from tests.escan.packages.conftest import bring_in, export, look_at, pack, read, snapshot

FIRST = "courses/chest-film/lessons/first-look.md"
QUESTIONS = "courses/chest-film/questions.yaml"


def changes_of(row: PackageImport) -> dict[tuple[str, str], dict]:
    return {(change["kind"], change["name"]): change for change in row.report["changes"]}


def draft(slug: str, by=None, **fields) -> None:
    authoring.draft_lesson(slug=slug, fields=fields, by=by)


def test_differences_are_told_with_words_and_who_edited_here(course, package, author):
    draft("first-look", by=author, summary="Another summary of first-look.")
    told = changes_of(look_at(package))
    assert set(told) == {("lesson", "first-look")}
    change = told["lesson", "first-look"]
    assert (change["what"], change["edited"].partition(",")[0]) == ("changed", "Author")
    assert [piece for piece in change["words"] if piece[0] != "="] == [["-", "Another summary"], ["+", "Summary"]]
    bring_in(package)
    assert look_at(package).report["changes"] == []


def test_what_came_in_as_a_package_is_nobodys_edit(course, package):
    files = read(package)
    changed = pack({**files, FIRST: files[FIRST].replace(b"Everyone", b"Anyone")})
    bring_in(changed)
    assert Lesson.objects.get(slug="first-look").has_unpublished_changes
    [change] = look_at(package).report["changes"]
    assert (change["name"], change["edited"]) == ("first-look", "")


def test_blocks_that_stay_keep_their_ids_and_new_ones_have_ids_of_their_own(course, package):
    before = [block["id"] for block in Lesson.objects.get(slug="second-look").body.raw_data]
    files = read(package)
    path = "courses/chest-film/lessons/second-look.md"
    text = files[path].replace(b"::: pearl", b"::: pearl\nA new one in front.\n:::\n\n::: pearl")
    bring_in(pack({**files, path: text.replace(b"The apex hides", b"The apex conceals")}))
    body = Lesson.objects.get(slug="second-look").get_latest_revision_as_object().body.raw_data
    ids = [block["id"] for block in body]
    new = [block["id"] for block in body if "in front" in str(block["value"])]
    assert [each for each in ids if each not in new] == before
    assert len(set(ids)) == len(ids) == len(before) + 1


def test_drafts_that_the_package_lacks_go_and_what_was_published_stays(course, package):
    module = Module.objects.create(course=course, title="New", position=7)
    Lesson.objects.create(module=module, slug="new-look", title="New look", live=False)
    authoring.draft_question(key="draft", course=course, fields={"stem": "<p>x</p>"}, choices=[])
    live = write_question(course, 9)
    told = changes_of(look_at(package))
    assert told["question", "draft"]["notes"] == ["It is a draft that nobody has met, and is deleted."]
    assert told["question", live.key]["notes"][0].startswith("It stays: it was published")
    row = bring_in(package)
    assert row.state == PackageState.DONE
    assert not Lesson.objects.filter(slug="new-look").exists()
    assert not Module.objects.filter(title="New").exists()
    assert set(Question.objects.filter(key__in=["draft", live.key]).values_list("key", flat=True)) == {live.key}


def test_other_key_of_a_question_that_was_answered_is_told(course, package, learner_with_access):
    question = Question.objects.get(key="chest-film-1")
    Question.objects.filter(pk=question.pk).update(use="check")
    question.refresh_from_db()
    checks.save_check_answer(
        user=learner_with_access, question=question, revision_id=question.live_revision_id, answer=0
    )
    Question.objects.filter(pk=question.pk).update(use="test")
    files = read(package)
    wrong = files[QUESTIONS].replace(b"text: Choice C1\n      correct: true\n", b"text: Choice C1\n", 1)
    wrong = wrong.replace(b"text: Choice A1\n", b"text: Choice A1\n      correct: true\n", 1)
    changes = changes_of(look_at(pack({**files, QUESTIONS: wrong})))
    assert "learners have answered it" in changes["question", "chest-film-1"]["notes"][0]
    words = files[QUESTIONS].replace(b"Rationale A of case 1.", b"Another reason.")
    changes = changes_of(look_at(pack({**files, QUESTIONS: words})))
    assert changes["question", "chest-film-1"]["notes"] == []


def test_order_of_a_course_that_learners_read_is_told(course, package):
    module = Module.objects.get(title="Practice")
    Lesson.objects.filter(slug="first-look").update(module=module, position=5)
    row = look_at(package)
    [change] = row.report["changes"]
    assert (change["kind"], change["notes"]) == (
        "outline",
        ["A place has no draft: learners see the new order, and what is announced, at once."],
    )
    bring_in(package)
    assert Lesson.objects.get(slug="first-look").module.title == "Basics"


def test_course_that_was_changed_since_the_look_is_not_written(course, package):
    draft("first-look", summary="Before the look.")
    row = look_at(package)
    draft("second-look", summary="Since the look.")
    services.confirm_package(pk=row.pk, by=None, publish=False)
    before = list(Lesson.objects.order_by("pk").values_list("latest_revision", flat=True))
    services.bring_package_in(pk=row.pk)
    row.refresh_from_db()
    assert (row.state, "was changed since you looked" in row.error) == (PackageState.FAILED, True)
    assert list(Lesson.objects.order_by("pk").values_list("latest_revision", flat=True)) == before
    services.look_again(pk=row.pk, slug=row.slug)
    services.check_package(pk=row.pk)
    row.refresh_from_db()
    assert set(changes_of(row)) == {("lesson", "first-look"), ("lesson", "second-look")}


def test_what_breaks_in_the_middle_leaves_nothing(course, media, package, monkeypatch):
    files = read(package)
    drawn = files["courses/chest-film/figures/open.svg"].replace(b"#000", b"#001")
    changed = pack({**files, "courses/chest-film/figures/open.svg": drawn, FIRST: files[FIRST] + b"\nMore.\n"})
    row = look_at(changed)
    services.confirm_package(pk=row.pk, by=None, publish=True)
    before = snapshot(media)

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(applying._Applier, "publish_all", fail)
    with pytest.raises(RuntimeError):
        services.bring_package_in(pk=row.pk)
    assert snapshot(media) == before
    row.refresh_from_db()
    assert row.state == PackageState.WAITING
    PackageImport.objects.update(lease_until="2026-01-01T00:00Z", starts=3)
    services.sweep_packages()
    row.refresh_from_db()
    assert (row.state, "in three tries" in row.error) == (PackageState.FAILED, True)


@pytest.mark.parametrize("what", ["lesson", "question", "seed", "lock"])
def test_what_stands_in_the_way_is_told_and_nothing_can_be_confirmed(full_course, write_course, author, what):
    sent = export(full_course)
    other = write_course("other-film", [("One", [("other-look", "Other look")])])
    if what == "lesson":
        Lesson.objects.filter(slug="first-look").update(module=Module.objects.get(course=other))
    elif what == "question":
        Question.objects.filter(key="numeric").update(course=other)
    elif what == "seed":
        Study.objects.update(purpose="practice")
    else:
        draft("first-look", summary="Another.")
        Lesson.objects.filter(slug="first-look").update(locked=True, locked_by=author)
    row = look_at(sent)
    told = {
        "lesson": "The lesson “first-look” belongs to “Chest film” here. Bring the package in as a copy.",
        "question": "The question “numeric” belongs to “Chest film” here. Bring the package in as a copy.",
        "seed": "Another study has the seed 77 here: the author gives the lesson another one.",
        "lock": "“First look” is locked by Author.",
    }
    assert any(told[what] in each for each in row.report["obstacles"]), row.report["obstacles"]
    with pytest.raises(PackageClosed):
        services.confirm_package(pk=row.pk, by=None, publish=False)


def test_real_case_stays_and_its_lesson_waits_for_another(course, media):
    study = order_study(recipe=Recipe(seed=5))
    body = blocks("first-look", ("study", {"study": study, "text": "Read it."}))
    draft("first-look", body=json.dumps(body))
    Study.objects.filter(pk=study).update(
        source="real", seed=None, recipe=None, status="draft", licence="CC BY", attribution="X", proof="follow-up"
    )
    collected = collect(course, drafts=True)
    assert collected.left == [
        "“First look” gives a real case to be read. It stays here; the lesson comes in without it."
    ]
    sent = export(course)
    assert b"studies.yaml" not in sent
    Lesson.objects.filter(slug="first-look").update(summary="Another.")
    row = bring_in(sent, slug="chest-copy", publish=True)
    [told] = [change for change in row.report["changes"] if change["name"] == "first-look-2"]
    assert told["notes"][0].startswith("It lacks a study: a real case stays in its academy.")
    assert any("“First look” waits as a draft" in each for each in row.waits)
    assert export(Course.objects.get(slug="chest-copy")).count(b"study: ''") == 1


def test_files_that_nobody_decides_about_go_after_a_day(course, package):
    waiting, done = look_at(package), bring_in(package)
    assert default_storage.exists(waiting.file)
    PackageImport.objects.update(created_at="2026-01-01T00:00Z")
    services.forget_packages()
    assert list(PackageImport.objects.values_list("pk", "file")) == [(done.pk, "")]
