"""What the studio refuses, and where it leads."""

import json
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from wagtail.models import ReferenceIndex
from wagtail.test.utils.form_data import (
    inline_formset,
    nested_form_data,
    querydict_from_html,
    rich_text,
    streamfield,
)

from courses.assessment.kinds import KINDS
from courses.models import Choice, Course, Lesson, Module, Question
from courses.writing import services as authoring
from courses.writing.blocks import INLINE
from tests.course_fixtures import blocks, read_all, start

QUESTIONS = "/studio/snippets/courses/question/"


@pytest.fixture
def studio(client_for, author):
    return client_for(author)


def form(course: Course, *are_correct: bool, **changes: str) -> dict[str, str]:
    choices = [
        {"text": f"Choice {number}", "rationale": "Because.", **({"is_correct": "on"} if is_correct else {})}
        for number, is_correct in enumerate(are_correct)
    ]
    data = nested_form_data({"choices": inline_formset(choices), "regions": inline_formset([])})
    fields = {
        "kind": "single",
        "use": "test",
        "tolerance": "0",
        "stem": rich_text("<p>Which?</p>", features=INLINE),
        "references": "",
        "lesson": "",
        "key": "which",
    }
    return {**data, **fields, "course": str(course.pk), **changes}


def told(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


# --- One right answer -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("are_correct", "reason"),
    [
        ((False, False), "No choice is marked as correct. Mark exactly one."),
        ((True, True, False), "2 choices are marked as correct. Mark exactly one."),
        ((True,), "A question needs two choices or more."),
    ],
    ids=["none", "two", "one-choice"],
)
def test_question_without_its_one_right_answer_is_not_published(studio, course, are_correct, reason):
    before = Question.objects.count()
    response = studio.post(f"{QUESTIONS}add/", {**form(course, *are_correct), "action-publish": "action-publish"})
    assert response.status_code == 200
    assert reason in told(response)
    assert Question.objects.count() == before


@pytest.mark.parametrize("sent", ["", "{", "[]"])
def test_rich_text_that_is_no_json_is_told(studio, course, sent):
    before = Question.objects.count()
    response = studio.post(f"{QUESTIONS}add/", form(course, True, False, stem=sent))
    assert response.status_code == 200
    assert "did not arrive as the editor sends it." in told(response)
    assert Question.objects.count() == before


@pytest.mark.parametrize(("model", "field"), [("course", "description"), ("lesson", "body-0-value")])
def test_rich_text_of_what_is_written_is_told_when_it_is_no_json(studio, course, model, field):
    row = course if model == "course" else Lesson.objects.get(slug="first-look")
    address = f"/studio/snippets/courses/{model}/edit/{row.pk}/"
    data = querydict_from_html(studio.get(address).content.decode(), form_id="w-editor-form").dict()
    if model == "lesson":
        data |= nested_form_data({"body": streamfield([("text", "")])})
    response = studio.post(address, {**data, field: "{"})
    assert response.status_code == 200
    assert "did not arrive as the editor sends it." in told(response)


def test_question_with_one_right_answer_is_published(studio, course):
    response = studio.post(f"{QUESTIONS}add/", {**form(course, False, True), "action-publish": "action-publish"})
    assert response.status_code == 302
    assert Question.objects.get(key="which").live is True


def test_draft_of_a_question_may_wait_for_its_answer(studio, course):
    assert studio.post(f"{QUESTIONS}add/", form(course, False, False)).status_code == 302
    question = Question.objects.get(key="which")
    assert question.live is False
    with pytest.raises(ValidationError, match="No choice is marked as correct"):
        question.latest_revision.publish()
    question.refresh_from_db()
    assert question.live is False


def test_question_without_a_key_is_called_after_its_stem(studio, course):
    stem = rich_text("<p>Which <b>line</b> is the edge of the lung here, and why?</p>", features=INLINE)
    for _ in range(2):
        assert studio.post(f"{QUESTIONS}add/", form(course, False, True, key="", stem=stem)).status_code == 302
    keys = ["which-line-is-the-edge-of-the-lung", "which-line-is-the-edge-of-the-lung-2"]
    first, second = Question.objects.filter(key__startswith="which-line").order_by("pk")
    assert [first.key, second.key] == keys
    # Until it is published the words go on; from then on the key stays.
    other = form(course, False, True, key="", stem=rich_text("<p>Where?</p>", features=INLINE))
    assert studio.post(f"{QUESTIONS}edit/{second.pk}/", other).status_code == 302
    second.refresh_from_db()
    assert second.latest_revision.content["key"] == "where"
    live = Question.objects.get(key="chest-film-1")
    assert studio.post(f"{QUESTIONS}edit/{live.pk}/", form(course, False, True, key="")).status_code == 302
    live.refresh_from_db()
    assert live.latest_revision.content["key"] == "chest-film-1"


def test_no_writer_publishes_a_question_with_two_right_answers(course):
    choices = [{"text": text, "is_correct": True, "rationale": "Because."} for text in "AB"]
    revision = authoring.draft_question(key="two", course=course, fields={"stem": "<p>Which?</p>"}, choices=choices)
    with pytest.raises(ValidationError, match="2 choices are marked as correct"):
        revision.publish()
    assert Question.objects.get(key="two").live is False


def test_choice_that_is_taken_away_does_not_count(studio, course):
    question = Question.objects.get(key="chest-film-1")
    rows = [
        {"id": str(choice.pk), "text": choice.text, "rationale": choice.rationale, "is_correct": "on"}
        for choice in Choice.objects.filter(question=question)
    ]
    for row in rows[1:]:
        del row["is_correct"]
    data = nested_form_data({"choices": inline_formset(rows, initial=len(rows))})
    data = {**form(course, key=question.key), **data, "choices-0-DELETE": "1"}
    response = studio.post(f"{QUESTIONS}edit/{question.pk}/", {**data, "action-publish": "action-publish"})
    assert "No choice is marked as correct. Mark exactly one." in told(response)
    assert Choice.objects.filter(question=question).count() == 4


# --- Every kind, through its form -------------------------------------------------------------------

REGION = {"x": "50", "y": "50", "rx": "8", "ry": "8"}
CHOICES = [
    {"text": "Yes", "rationale": "Because.", "is_correct": "on"},
    {"text": "No", "rationale": "Because not."},
]


def written(kind: str, image: int, **changes: str) -> dict[str, Any]:
    """What a browser sends of a whole question of this kind, and nothing of the other kinds."""
    rows = {
        "choices": CHOICES if kind in ("single", "multiple") else [],
        "regions": [REGION] if kind == "place" else [],
    }
    own = {
        "numeric": {"value": "4.5", "tolerance": "0.5", "unit": "mm", "rationale": "Because."},
        "place": {"image": str(image), "image_alt": "A field", "rationale": "Because."},
    }
    data = nested_form_data({name: inline_formset(entries) for name, entries in rows.items()})
    fields = {"use": "test", "stem": rich_text("<p>Which?</p>", features=INLINE), "key": "which", "kind": kind}
    return {**data, **fields, "tolerance": "0", **own.get(kind, {}), **changes}


def what_is_kept(question: Question) -> dict[str, Any]:
    return {
        "kind": question.kind,
        "value": question.value,
        "unit": question.unit,
        "image": question.image_id,
        "choices": [choice.text for choice in question.choices.all()],
        "regions": [str(region) for region in question.regions.all()],
    }


EMPTY: dict[str, Any] = {"value": None, "unit": "", "image": None, "choices": [], "regions": []}


def kept_of(kind: str, image: int) -> dict[str, Any]:
    own: dict[str, Any] = {
        "single": {"choices": ["Yes", "No"]},
        "multiple": {"choices": ["Yes", "No"]},
        "numeric": {"value": Decimal("4.5"), "unit": "mm"},
        "place": {"image": image, "regions": ["50.00 %, 50.00 %"]},
    }
    return {"kind": kind, **EMPTY, **own[kind]}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_created_as_a_draft_and_published(studio, course, keep_image, kind):
    image = keep_image("field.svg")
    data = written(kind, image, course=str(course.pk))
    assert studio.post(f"{QUESTIONS}add/", data).status_code == 302
    question = Question.objects.get(key="which")
    assert (question.live, what_is_kept(question.latest_revision.as_object())) == (False, kept_of(kind, image))
    data = written(kind, image, course=str(course.pk), key="another")
    assert studio.post(f"{QUESTIONS}add/", {**data, "action-publish": "action-publish"}).status_code == 302
    published = Question.objects.get(key="another")
    assert (published.live, what_is_kept(published)) == (True, kept_of(kind, image))


@pytest.mark.parametrize("kind", KINDS)
def test_empty_question_of_every_kind_is_a_draft_and_told_what_it_lacks(studio, course, kind):
    empty = form(course, kind=kind)
    assert studio.post(f"{QUESTIONS}add/", empty).status_code == 302
    response = studio.post(f"{QUESTIONS}add/", {**empty, "key": "another", "action-publish": "action-publish"})
    lacks = {"numeric": "Give the right value.", "place": "No region is right yet."}
    assert lacks.get(kind, "A question needs two choices or more.") in told(response)
    assert not Question.objects.filter(key="another").exists()


CHANGES = [
    ("single", "numeric"),
    ("numeric", "place"),
    ("place", "multiple"),
    ("multiple", "place"),
    ("place", "single"),
]


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_published_question_changes_its_kind(studio, course, keep_image, before, after):
    """What the new kind hides was sent as it stood, unfinished rows and wrong numbers included: it goes."""
    image = keep_image("field.svg")
    data = written(before, image, course=str(course.pk))
    studio.post(f"{QUESTIONS}add/", {**data, "action-publish": "action-publish"})
    question = Question.objects.get(key="which")
    choices = [{"id": str(row.pk), "text": "", "rationale": ""} for row in question.choices.all()]
    regions = [{"id": str(row.pk), "x": "x", "y": "", "rx": "", "ry": ""} for row in question.regions.all()]
    hidden = {"value": "a few", "tolerance": "-1"} if after != "numeric" else {}
    for name, rows in (("choices", choices), ("regions", regions)):
        if rows:
            hidden |= nested_form_data({name: inline_formset(rows, initial=len(rows))})
    changed = {**written(after, image, course=str(course.pk)), **hidden}
    address = f"{QUESTIONS}edit/{question.pk}/"
    # Nothing goes before its author has said so.
    refused = told(studio.post(address, {**changed, "action-publish": "action-publish"}))
    assert "This kind does not use what is written here" in refused
    assert what_is_kept(Question.objects.get(key="which")) == kept_of(before, image)
    changed["drops"] = "on"
    assert studio.post(address, {**changed, "action-publish": "action-publish"}).status_code == 302
    published = Question.objects.get(key="which")
    assert (published.live, what_is_kept(published)) == (True, kept_of(after, image))


def test_draft_that_keeps_itself_keeps_what_another_kind_does_not_use(studio, course, keep_image):
    image = keep_image("field.svg")
    studio.post(f"{QUESTIONS}add/", written("single", image, course=str(course.pk)))
    question = Question.objects.get(key="which")
    rows = [{"id": str(row.pk), "text": row.text, "rationale": row.rationale} for row in question.choices.all()]
    changed = written("numeric", image, course=str(course.pk))
    changed |= nested_form_data({"choices": inline_formset(rows, initial=len(rows))})
    by_itself = {"Accept": "application/json"}
    assert studio.post(f"{QUESTIONS}edit/{question.pk}/", changed, headers=by_itself).status_code == 200
    draft = Question.objects.get(key="which").get_latest_revision_as_object()
    assert (draft.kind, [choice.text for choice in draft.choices.all()]) == ("numeric", ["Yes", "No"])


def test_another_picture_leaves_what_was_known_of_the_one_before(studio, course, keep_image):
    image, other = keep_image("field.svg"), keep_image("another.svg", 101)
    data = {**written("place", image, course=str(course.pk)), "action-publish": "action-publish"}
    studio.post(f"{QUESTIONS}add/", data)
    question = Question.objects.get(key="which")
    question.image_facts, question.fresh_pictures = {"outlines": []}, [{"image": {"id": image}}]
    question.save_revision().publish()
    for shown, kept in ((image, [{"image": {"id": image}}]), (other, [])):
        assert studio.post(f"{QUESTIONS}edit/{question.pk}/", {**data, "image": str(shown)}).status_code == 302
        published = Question.objects.get(key="which")
        assert (published.image_id, published.fresh_pictures) == (shown, kept)
    assert published.image_facts is None


# --- Deleting ---------------------------------------------------------------------------------------


def test_what_learners_work_stands_on_is_not_deleted(client_for, admin, learner_with_access, course):
    start(learner_with_access, course)
    kept = [course, Lesson.objects.get(slug="second-look"), course.modules.first(), Question.objects.first()]
    client = client_for(admin)
    for row in kept:
        name = row._meta.model_name
        for visit in (client.get, client.post):
            response = visit(f"/studio/snippets/courses/{name}/delete/{row.pk}/", follow=True)
            assert response.redirect_chain == [(f"/studio/snippets/courses/{name}/edit/{row.pk}/", 302)]
            assert "cannot be deleted." in told(response)
        bulk = f"/studio/bulk/courses/{name}/delete/?id={row.pk}&next=/studio/snippets/courses/{name}/"
        # Where Wagtail sees the reference itself it only says that it may not be done.
        answer = told(client.post(bulk, follow=True))
        assert "cannot be deleted." in answer or "you do not have permission" in answer
        assert type(row).objects.filter(pk=row.pk).exists()


def test_what_nothing_stands_on_is_deleted(client_for, admin, course):
    client = client_for(admin)
    lesson = Lesson.objects.get(slug="third-look")
    module = lesson.module
    for row in (lesson, module):
        address = f"/studio/snippets/courses/{row._meta.model_name}/delete/{row.pk}/"
        assert client.get(address).status_code == 200
        assert client.post(address).status_code == 302
    assert not Lesson.objects.filter(slug="third-look").exists()
    assert not Module.objects.filter(pk=module.pk).exists()


def test_learners_rows_stay_out_of_the_reference_index(learner_with_access, course):
    before = ReferenceIndex.objects.count()
    read_all(learner_with_access, course)
    assert ReferenceIndex.objects.count() == before


# --- Ways to learners' pages ------------------------------------------------------------------------


def test_editor_and_list_lead_to_what_learners_see(studio, preview_lesson):
    for address in ("", f"edit/{preview_lesson.pk}/"):
        page = studio.get(f"/studio/snippets/courses/lesson/{address}").content.decode()
        assert 'href="/courses/chest-film/first-look/"' in page
        # A lesson that is not published has no such page.
        assert 'href="/courses/chest-film/third-look/"' not in page


def test_list_stands_in_the_order_of_the_course(studio, course):
    page = BeautifulSoup(studio.get("/studio/snippets/courses/lesson/").content, "html.parser")
    rows = [[cell.get_text(" ", strip=True) for cell in row.find_all("td")] for row in page.select("main tbody tr")]
    assert [(row[0].partition(" Edit")[0], row[2], row[4]) for row in rows] == [
        ("First look", "Basics", "Live"),
        ("Second look", "Basics", "Live"),
        ("Third look", "Practice", "Not written"),
    ]


# --- Drafts that lack something ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("figure", {"panels": [{"image": None, "label": "", "text": "Soon"}], "caption": "", "source": ""}),
        ("figure", {"panels": [], "caption": "", "source": ""}),
        ("callout", {"kind": None, "text": ""}),
        ("table", {"table": None, "source": ""}),
        (
            "table",
            {
                "table": {
                    "caption": "",
                    "columns": [{"type": "text", "heading": ""}, {"type": "rate", "heading": ""}],
                    "rows": [{"values": ["", {"percent": None, "low": "1", "high": None}]}],
                },
                "source": "",
            },
        ),
        ("references", {"references": [""]}),
    ],
    ids=["no-image", "no-picture", "no-words", "no-table", "no-rate", "no-reference"],
)
def test_draft_that_lacks_something_is_previewed(studio, preview_lesson, kind, value):
    body = json.dumps(blocks("first-look", ("text", "<p>Begun.</p>"), (kind, value)))
    draft = authoring.draft_lesson(slug="first-look", fields={"body": body})
    response = studio.get(f"/studio/snippets/courses/lesson/history/{preview_lesson.pk}/revisions/{draft.pk}/view/")
    assert response.status_code == 200
    assert "Begun." in told(response)


@pytest.mark.parametrize(("who", "first"), [("author", "Publish"), ("writer", "Save draft")])
def test_button_publishes_for_who_may(request, client_for, preview_lesson, who, first):
    if who == "writer":
        writer = request.getfixturevalue("learner")
        names = ["access_admin", "change_lesson"]
        writer.user_permissions.set(Permission.objects.filter(codename__in=names))
        client = client_for(writer)
    else:
        client = client_for(request.getfixturevalue(who))
    response = client.get(f"/studio/snippets/courses/lesson/edit/{preview_lesson.pk}/")
    page = BeautifulSoup(response.content, "html.parser")
    button = page.select_one("footer nav button")
    assert " ".join(button.get_text().split()).startswith(first)
