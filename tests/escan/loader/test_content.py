"""The loader: idempotent, never over people's work, and clear about what is wrong."""

import shutil
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.conf import settings as django_settings
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import Revision

from cme.certificates.services import issue_certificate
from cme.models import Activity, Certificate, Claim, CreditType
from courses.learning.services import reading
from courses.models import Course, Lesson, LessonProgress, LessonRendering, Module, Question, Synonyms
from escan.loader.content import load_content
from escan.loader.errors import ContentError
from escan.models import LoadedContent
from imaging import models
from tests import reviewing
from tests.cme.conftest import claim_as, complete
from tests.course_fixtures import SVG, text_of

REAL = django_settings.BASE_DIR / "content"

COURSE = {
    "title": "Small",
    "summary": "A small course.",
    "description": "Some *text*.",
    "audience": "Residents",
    "objectives": ["Find it.", "Name it."],
    "minutes": 20,
    "post_test": {"questions": 1, "passing_score": 50},
    "faculty": [{"name": "A. Example, MD", "role": "Author", "bio": "Invented.", "disclosure": "Nothing."}],
    "modules": [{"title": "One", "lessons": [{"slug": "first"}, {"slug": "second", "title": "To come"}]}],
}
LESSON = """---
title: First
summary: The first.
minutes: 5
preview: true
---
## What you will be able to do

Words of the file.

::: figure
caption: One edge.
source: Drawn.
panels:
  - image: edge.svg
    alt: An edge
:::
"""
QUESTION = {
    "key": "small-1",
    "lesson": "first",
    "stem": "Which?",
    "choices": [
        {"text": "This", "correct": True, "rationale": "So."},
        {"text": "That", "rationale": "Not so."},
    ],
    "references": ["Lesson: First."],
}
CREDIT_TYPE = {
    "slug": "hours",
    "name": "hour",
    "plural": "hours",
    "professions": [],
    "heading": "Certificate",
    "wording": "with $credits $unit.",
    "source": "A rule",
    "checked_on": "2026-11-22",
}


class WithoutNames(yaml.SafeDumper):
    """Writes a list twice that stands twice in the data: content gives no part a name."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def write_yaml(path: Path, data: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.dump(data, Dumper=WithoutNames, allow_unicode=True), encoding="utf-8")


@pytest.fixture
def root(tmp_path, media) -> Path:
    root = tmp_path / "content"
    write_yaml(root / "cme" / "credit-types.yaml", [CREDIT_TYPE])
    course = root / "courses" / "small"
    write_yaml(course / "course.yaml", COURSE)
    write_yaml(course / "questions.yaml", [QUESTION])
    (course / "lessons").mkdir()
    (course / "lessons" / "first.md").write_text(LESSON, encoding="utf-8")
    (course / "figures").mkdir()
    (course / "figures" / "edge.svg").write_text(SVG.format(size=160))
    return root


@pytest.fixture
def load(db, root):
    return lambda: list(load_content(root))


@pytest.fixture
def small(root) -> Path:
    return root / "courses" / "small"


def snapshot() -> dict[str, list]:
    """Every row of what the loader may write."""
    models = [*apps.get_app_config("courses").get_models(), *apps.get_app_config("cme").get_models()]
    models += [LoadedContent, Revision, get_image_model()]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_files_may_begin_with_the_mark_of_windows(load, root):
    for path in root.rglob("*"):
        if path.is_file():
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load()[-2:] == ["lesson/first: published", "course/small: published"]
    assert Lesson.objects.get(slug="first").live


# --- Loading ----------------------------------------------------------------------------------------


def test_load_makes_everything(load):
    assert load() == [
        "credit type hours",
        "question/small-1: published",
        "lesson/first: published",
        "course/small: published",
    ]
    course = Course.objects.get()
    assert (course.slug, course.live, course.title, course.minutes) == ("small", True, "Small", 20)
    assert (course.post_test_questions, course.passing_score, course.explain) == (1, 50, "after_passing")
    assert course.description == "<p>Some <em>text</em>.</p>"
    assert course.objective_list == ["Find it.", "Name it."]
    assert course.faculty.get().disclosure == "Nothing."
    first, second = Lesson.objects.order_by("position")
    assert (first.slug, first.live, first.is_preview, first.minutes) == ("first", True, True, 5)
    assert (second.slug, second.live, second.is_announced, second.title) == ("second", False, True, "To come")
    assert 'alt="An edge"' in text_of("first").html
    question = Question.objects.get()
    assert (question.lesson, question.live, question.references) == (first, True, "Lesson: First.")
    assert [(choice.text, choice.is_correct) for choice in question.choices.all()] == [("This", True), ("That", False)]
    assert CreditType.objects.get().slug == "hours"
    assert LoadedContent.objects.count() == 5


def test_load_twice_changes_nothing(load):
    load()
    before = snapshot()
    assert load() == []
    assert snapshot() == before


def test_load_of_a_broken_load_begins_again(load, small):
    change(small / "questions.yaml", "small-1", "not a slug!")
    with pytest.raises(ContentError):
        load()
    change(small / "questions.yaml", "not a slug!", "small-1")
    assert "lesson/first: published" in load()


# --- Changed files ----------------------------------------------------------------------------------


def test_changed_lesson_is_published(load, small, learner):
    load()
    reading.complete_lesson(user=learner, text=text_of("first"))
    before = text_of("first").revision_id
    change(small / "lessons" / "first.md", "Words of the file.", "Other words.")
    assert load() == ["lesson/first: published"]
    assert "Other words." in text_of("first").html
    assert text_of("first").revision_id != before
    assert LessonProgress.objects.get(user=learner).revision_id == before
    assert load() == []


def test_changed_course_and_question_are_published(load, small):
    load()
    change(small / "course.yaml", "A small course.", "Another sentence.")
    change(small / "questions.yaml", "Which?", "Which one?")
    assert load() == ["question/small-1: published", "course/small: published"]
    assert Course.objects.get().summary == "Another sentence."
    assert Question.objects.get().stem == "<p>Which one?</p>"


def test_course_waits_as_a_draft_where_an_author_took_off_what_it_announces(load, small):
    load()
    Question.objects.get().unpublish()
    change(small / "course.yaml", "A small course.", "Another sentence.")
    [line] = load()
    assert line.startswith(
        "course/small: waits as a draft: 1 are to be drawn, and 0 questions of the tests are published"
    )
    course = Course.objects.get()
    assert (course.live, course.summary) == (True, "A small course.")
    assert course.latest_revision.as_object().summary == "Another sentence."
    assert load() == []


def test_questions_belong_to_objectives_that_come_with_them(load, small):
    load()
    change(small / "course.yaml", "- Name it.", "- Name it.\n- Measure it.")
    entry = {**QUESTION, "key": "small-2", "objective": 3}
    write_yaml(small / "questions.yaml", [QUESTION, entry])
    assert load() == ["question/small-2: published", "course/small: published"]
    assert Question.objects.get(key="small-2").objective.text == "Measure it."


def test_changed_figure_makes_a_new_image(load, small, settings):
    load()
    (old,) = text_of("first").image_ids
    (small / "figures" / "edge.svg").write_text(SVG.format(size=120))
    assert load() == ["lesson/first: published"]
    (new,) = text_of("first").image_ids
    assert new != old
    images = get_image_model().objects
    assert [(image.pk, image.width) for image in images.order_by("pk")] == [(old, 160), (new, 120)]
    with images.get(pk=old).open_file() as stored:
        assert stored.read().decode() == SVG.format(size=160)
    assert [row.image_ids for row in LessonRendering.objects.order_by("pk")] == [[old], [new]]


def test_announced_lesson_gets_its_file(load, small):
    load()
    second = Lesson.objects.get(slug="second").pk
    (small / "lessons" / "second.md").write_text(LESSON.replace("title: First", "title: Second"), encoding="utf-8")
    assert load() == ["lesson/second: published"]
    lesson = Lesson.objects.get(slug="second")
    assert (lesson.pk, lesson.live, lesson.title) == (second, True, "Second")


def test_changed_outline_moves_lessons(load, small):
    load()
    moved = {
        **COURSE,
        "modules": [
            {"title": "Zero", "lessons": [{"slug": "second", "title": "To come"}]},
            {"title": "One", "lessons": [{"slug": "first"}]},
        ],
    }
    write_yaml(small / "course.yaml", moved)
    load()
    places = {lesson.slug: (lesson.module.title, lesson.position) for lesson in Lesson.objects.all()}
    assert places == {"second": ("Zero", 0), "first": ("One", 0)}


# --- People's work ----------------------------------------------------------------------------------


def edit_in_studio(*, publish: bool) -> Revision:
    lesson = Lesson.objects.get(slug="first")
    lesson.title = "An author's title"
    revision = lesson.save_revision()
    if publish:
        reviewing.publish(revision)
    return revision


def live_title() -> str:
    return str(Lesson.objects.get(slug="first").title)


WAITS = "lesson/first: edited in the studio since; the file's version waits there as a draft"


@pytest.mark.parametrize(("publish", "title"), [(True, "An author's title"), (False, "First")])
def test_lesson_edited_in_the_studio_is_not_overwritten(load, small, publish, title):
    load()
    edited = edit_in_studio(publish=publish)
    change(small / "lessons" / "first.md", "Words of the file.", "Other words.")
    assert load() == [WAITS]
    lesson = Lesson.objects.get(slug="first")
    assert lesson.title == title
    assert "Other words." not in text_of("first").html
    assert Revision.objects.filter(pk=edited.pk).exists()
    assert "Other words." in str(lesson.latest_revision.as_object().body.raw_data)
    assert lesson.has_unpublished_changes
    assert load() == []


@pytest.mark.parametrize("publish", [True, False])
def test_lesson_edited_in_the_studio_is_not_overwritten_by_the_next_change_either(load, small, publish):
    load()
    edit_in_studio(publish=publish)
    title = live_title()
    change(small / "lessons" / "first.md", "Words of the file.", "Other words.")
    assert load() == [WAITS]
    change(small / "lessons" / "first.md", "Other words.", "Third words.")
    assert load() == [WAITS]
    assert live_title() == title
    assert "words." not in text_of("first").html.replace("Words of the file.", "")
    assert "Third words." in str(Lesson.objects.get(slug="first").latest_revision.as_object().body.raw_data)


def test_lesson_edited_and_file_unchanged_is_left_alone(load):
    load()
    edited = edit_in_studio(publish=True)
    before = snapshot()
    assert load() == []
    assert snapshot() == before
    assert Lesson.objects.get(slug="first").live_revision_id == edited.pk


def test_lesson_taken_off_in_the_studio_stays_off(load, small):
    load()
    Lesson.objects.get(slug="first").unpublish()
    change(small / "lessons" / "first.md", "Words of the file.", "Other words.")
    assert load() == [WAITS]
    assert Lesson.objects.get(slug="first").live is False


def test_draft_that_waited_and_was_published_unchanged_follows_the_file_again(load, small):
    load()
    edit_in_studio(publish=True)
    change(small / "lessons" / "first.md", "Words of the file.", "Other words.")
    assert load() == [WAITS]
    reviewing.publish(Lesson.objects.get(slug="first").latest_revision)
    change(small / "lessons" / "first.md", "Other words.", "Third words.")
    assert load() == ["lesson/first: published"]
    assert "Third words." in text_of("first").html


def test_course_and_question_edited_in_the_studio_are_not_overwritten(load, small):
    load()
    course, question = Course.objects.get(), Question.objects.get()
    course.title, question.stem = "Theirs", "<p>Theirs?</p>"
    for row in (course, question):
        reviewing.publish(row.save_revision())
    change(small / "course.yaml", "A small course.", "Another sentence.")
    change(small / "questions.yaml", "Which?", "Which one?")
    assert [line.partition(": ")[2] for line in load()] == [WAITS.partition(": ")[2]] * 2
    assert Course.objects.get().title == "Theirs"
    assert Question.objects.get().stem == "<p>Theirs?</p>"


def publish(row, **fields) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    reviewing.publish(row.save_revision())


@pytest.mark.parametrize("model", [Course, Lesson])
def test_row_with_another_slug_is_found_again(load, small, model):
    load()
    row = model.objects.first()
    publish(row, slug="renamed")
    before = snapshot()
    assert load() == []
    assert snapshot() == before
    change(small / "course.yaml", "A small course.", "Another sentence.")
    change(small / "course.yaml", "To come", "Soon")
    change(small / "lessons" / "first.md", "Words of the file.", "Other words.")
    change(small / "questions.yaml", "Which?", "Which one?")
    assert f"{model.__name__.lower()}/{'small' if model is Course else 'first'}{WAITS[12:]}" in load()
    row.refresh_from_db()
    assert row.slug == "renamed"
    assert (Course.objects.count(), Lesson.objects.count(), Question.objects.count()) == (1, 2, 1)
    assert load() == []


def test_question_with_another_key_is_found_again(load, small):
    load()
    publish(Question.objects.get(), key="renamed")
    change(small / "questions.yaml", "Which?", "Which one?")
    assert load() == [f"question/small-1{WAITS[12:]}"]
    assert Question.objects.get().key == "renamed"


@pytest.mark.parametrize("model", [Lesson, Question])
def test_row_deleted_in_the_studio_is_not_made_again(load, small, model):
    load()
    LessonRendering.objects.all().delete()
    model.objects.first().delete()
    left = model.objects.count()
    change(small / "course.yaml", "To come", "Soon")
    change(small / "lessons" / "first.md", "Words of the file.", "Other words.")
    change(small / "questions.yaml", "Which?", "Which one?")
    key = "lesson/first" if model is Lesson else "question/small-1"
    assert f"{key}: deleted in the studio since; left alone" in load()
    assert model.objects.count() == left
    assert load() == []


def test_announced_lesson_that_an_author_wrote_is_not_overwritten_by_its_first_file(load, small):
    load()
    publish(Lesson.objects.get(slug="second"), title="Theirs")
    (small / "lessons" / "second.md").write_text(LESSON, encoding="utf-8")
    assert load() == [WAITS.replace("first", "second")]
    assert Lesson.objects.get(slug="second").title == "Theirs"


def test_announced_lesson_follows_its_title(load, small):
    load()
    change(small / "course.yaml", "To come", "Soon")
    load()
    assert Lesson.objects.get(slug="second").title == "Soon"


def test_announced_lesson_edited_in_the_studio_keeps_its_title(load, small):
    load()
    publish(Lesson.objects.get(slug="second"), title="Theirs")
    change(small / "course.yaml", "To come", "Soon")
    load()
    assert Lesson.objects.get(slug="second").title == "Theirs"


def test_module_renamed_in_the_studio_is_not_made_again(load, small):
    load()
    Module.objects.update(title="Renamed")
    change(small / "course.yaml", "To come", "Soon")
    load()
    assert Module.objects.get().title == "Renamed"
    assert Lesson.objects.filter(module=Module.objects.get()).count() == 2


TWO_MODULES = {
    **COURSE,
    "modules": [
        {"title": "One", "lessons": [{"slug": "second", "title": "To come"}]},
        {"title": "Two", "lessons": [{"slug": "first"}]},
    ],
}


def test_lesson_moved_in_the_studio_is_left_alone(load, small):
    load()
    theirs = Module.objects.create(course=Course.objects.get(), title="Theirs", position=7)
    Lesson.objects.filter(slug="first").update(module=theirs, position=3)
    write_yaml(small / "course.yaml", TWO_MODULES)
    left = "lesson/first: moved in the studio since; left alone"
    assert left in load()
    first, second = Lesson.objects.get(slug="first"), Lesson.objects.get(slug="second")
    assert (first.module, first.position) == (theirs, 3)
    assert (second.module.title, second.position) == ("One", 0)
    assert not Module.objects.filter(title="Two").exists()
    assert load() == []


def test_row_of_the_cme_office_that_was_edited_is_left_alone(load, root):
    load()
    CreditType.objects.update(name="Theirs")
    change(root / "cme" / "credit-types.yaml", "with $credits $unit.", "of $credits $unit.")
    assert load() == ["credit-type/hours: edited since; left alone"]
    assert CreditType.objects.get().name == "Theirs"
    assert load() == []
    change(root / "cme" / "credit-types.yaml", "of $credits $unit.", "for $credits $unit.")
    assert load() == ["credit-type/hours: edited since; left alone"]
    CreditType.objects.update(name="hour")
    change(root / "cme" / "credit-types.yaml", "for $credits $unit.", "by $credits $unit.")
    assert load() == ["credit type hours"]
    assert CreditType.objects.get().wording == "by $credits $unit."


@pytest.mark.parametrize("how", ["rename", "delete"])
def test_row_of_the_cme_office_is_not_made_again(load, root, how):
    load()
    if how == "rename":
        CreditType.objects.update(slug="renamed")
    else:
        CreditType.objects.all().delete()
    change(root / "cme" / "credit-types.yaml", "with $credits $unit.", "of $credits $unit.")
    assert load() == ["credit-type/hours: edited since; left alone"]
    assert not CreditType.objects.filter(slug="hours").exists()


@pytest.fixture
def activity(small):
    """The academy's own activity, in the small course."""
    fields = yaml.safe_load((REAL / "courses" / "breast-calcifications" / "activity.yaml").read_text())
    write_yaml(small / "activity.yaml", {**fields, "credit_types": ["hours"]})
    return small / "activity.yaml"


SET = {
    "title": "Two cases",
    "summary": "To read at once.",
    "course": "small",
    "least_sensitivity": 75,
    "least_specificity": 80,
    "cases": [{"density": "b", "findings": [{"morphology": "rim"}]}, {"density": "c"}],
}


def test_test_set_follows_its_file_until_it_is_edited(load, root):
    path = root / "test-sets" / "two.yaml"
    path.parent.mkdir()
    write_yaml(path, SET)
    assert "test set two" in load()
    found = models.TestSet.objects.get()
    assert (found.slug, found.course, found.least_sensitivity, found.least_specificity) == ("two", "small", 75, 80)
    assert [case["density"] for case in found.cases] == ["b", "c"]
    assert load() == []
    write_yaml(path, {**SET, "title": "Again two cases"})
    load()
    assert models.TestSet.objects.get().title == "Again two cases"
    models.TestSet.objects.update(title="By hand")
    write_yaml(path, {**SET, "title": "Once more"})
    assert load() == ["test-set/two: edited since; left alone"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"cases": [{"density": "b", "findings": [{"morphology": "sparkling"}]}]}, "no morphology “sparkling”"),
        ({"least_sensitivity": 0}, "least_sensitivity"),
        ({"cases": "many"}, "two.yaml"),
        ({"least": 1}, "two.yaml"),
    ],
)
def test_broken_test_set_is_named_with_the_reason(load, root, changes, reason):
    path = root / "test-sets" / "two.yaml"
    path.parent.mkdir()
    write_yaml(path, {**SET, **changes})
    with pytest.raises(ContentError, match=r"two\.yaml") as refused:
        load()
    assert reason in str(refused.value)
    assert not models.TestSet.objects.exists()


def test_synonyms_follow_their_file_until_somebody_edits_or_deletes_them(load, root):
    load()
    path = root / "synonyms.yaml"
    write_yaml(path, {"dbt": "DBT, tomosynthesis", "vab": "VAB, vacuum biopsy", "adh": "ADH, atypia"})
    assert load() == ["synonyms adh", "synonyms dbt", "synonyms vab"]
    Synonyms.objects.filter(words__startswith="VAB").update(words="VAB, vacuum")
    Synonyms.objects.filter(words__startswith="ADH").delete()
    write_yaml(path, {"dbt": "DBT, 3D", "vab": "VAB, vacuum-assisted", "adh": "ADH, hyperplasia"})
    assert load() == [
        "synonyms/adh: edited since; left alone",
        "synonyms dbt",
        "synonyms/vab: edited since; left alone",
    ]
    assert load() == []
    assert list(Synonyms.objects.values_list("words", flat=True)) == ["DBT, 3D", "VAB, vacuum"]


@pytest.mark.parametrize("words", ["DBT", "DBT, ", "DBT, ?!"])
def test_synonyms_of_nothing_are_named(load, root, words):
    write_yaml(root / "synonyms.yaml", {"dbt": words})
    with pytest.raises(ContentError, match=r"synonyms\.yaml: .*two or more"):
        load()
    assert not Synonyms.objects.exists()


def test_activity_follows_its_file_until_it_is_edited(load, activity):
    assert "activity small" in load()
    CreditType.objects.update(slug="renamed")
    change(activity, "cme@escan.example", "office@escan.example")
    assert load() == ["activity small"]
    assert Activity.objects.get().contact == "office@escan.example"
    Activity.objects.get().credit_types.clear()
    change(activity, "office@escan.example", "cme@escan.example")
    assert load() == ["activity/small: edited since; left alone"]
    assert Activity.objects.get().contact == "office@escan.example"
    assert Activity.objects.get().credit_types.count() == 0
    assert load() == []


def test_what_was_claimed_stays_when_the_designation_is_lowered(load, activity, learner_with_access):
    """The flagship went from 2.5 to 1.75 credits (decision 50)."""
    today = timezone.now().date()
    fields = yaml.safe_load(activity.read_text())
    days = {"designated_on": today - timedelta(days=2), "released_on": today - timedelta(days=1)}
    old = "for a maximum of 2.5 hours."
    fields |= {**days, "expires_on": today + timedelta(days=9), "max_credits": "2.50", "designation_statement": old}
    write_yaml(activity, fields)
    load()
    course = Course.objects.get()
    complete(learner_with_access, course)
    claim = claim_as(learner_with_access, course, amount=Decimal("2.5"))
    issue_certificate(certificate_id=claim.certificate.pk)
    before = Claim.objects.values().get(), Certificate.objects.values().get()
    new = "for a maximum of 1.75 hours."
    write_yaml(activity, {**fields, "max_credits": "1.75", "designation_statement": new})
    assert load() == ["activity small"]
    lowered = Activity.objects.get()
    assert (lowered.max_credits, lowered.designation_statement) == (Decimal("1.75"), new)
    assert (Claim.objects.values().get(), Certificate.objects.values().get()) == before
    assert before[0]["credits"] == Decimal("2.5")
    assert old in before[1]["fields"]["statements"]


def test_a_designation_that_staff_edited_is_left_to_them(load, activity):
    load()
    Activity.objects.update(max_credits="1.50")
    write_yaml(activity, {**yaml.safe_load(activity.read_text()), "max_credits": "1.25"})
    assert load() == ["activity/small: edited since; left alone"]
    assert Activity.objects.get().max_credits == Decimal("1.50")


def test_activity_of_an_unknown_credit_type_is_named(load, activity):
    change(activity, "- hours", "- nothing")
    with pytest.raises(ContentError, match=r"activity\.yaml: CreditType matching query does not exist"):
        load()


# --- What is wrong ----------------------------------------------------------------------------------

LESSONS = "courses/small/lessons/first.md"
QUESTIONS = "courses/small/questions.yaml"
COURSE_FILE = "courses/small/course.yaml"
ACTIVITY = "courses/small/activity.yaml"
CREDIT = "cme/credit-types.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        (LESSONS, "---\ntitle", "title", "does not start with front matter"),
        (LESSONS, "title: First", "title: [", "while parsing"),
        (LESSONS, "title: First\n", "", "'title' is missing"),
        (LESSONS, "summary: The first.\n", "", "'summary' is missing"),
        (LESSONS, "title: First", f"title: {'x' * 121}", "at most 120 characters"),
        (LESSONS, "minutes: 5", "minutes: 0", "greater than or equal to 1"),
        (LESSONS, "minutes: 5", "minutes: five", "five"),
        (LESSONS, "edge.svg", "nothing.svg", "there is no figure nothing.svg"),
        (LESSONS, "::: figure", "::: movie", "there is no block “movie”"),
        (LESSONS, "    alt: An edge\n:::\n", "    alt: An edge\n", "opened and not closed"),
        (LESSONS, "    alt: An edge\n", "", "'alt' is missing"),
        (LESSONS, "caption: One edge.\n", "", "'caption' is missing"),
        (LESSONS, "panels:\n", "panels: [\n", "while parsing"),
        (LESSONS, "source: Drawn.", "source: Drawn: here", "mapping values"),
        (QUESTIONS, "key: small-1", "key: not a slug", "valid “slug”"),
        (QUESTIONS, "lesson: first", "lesson: nothing", "'nothing' is missing"),
        (
            QUESTIONS,
            "correct: true",
            "correct: false",
            "question small-1: choices: No choice is marked as correct. Mark exactly one.",
        ),
        (QUESTIONS, "stem: Which?", "steam: Which?", "nobody knows the field “steam”"),
        (QUESTIONS, "text: That", f"text: {'x' * 301}", ""),
        (QUESTIONS, "- choices", "choices", ""),
        (COURSE_FILE, "title: Small", "titel: Small", "nobody knows the field “titel”"),
        (COURSE_FILE, "passing_score: 50", "passing_score: 101", ""),
        (COURSE_FILE, "passing_score: 50", "passing_score: 50\n  explain: never", "or always, and not “never”"),
        (COURSE_FILE, "minutes: 20", "minutes: 0", "greater than or equal to 1"),
        (COURSE_FILE, "slug: second", "slug: post-test", "is an address of the course itself"),
        (COURSE_FILE, "slug: second", "slug: not a slug", "valid “slug”"),
        (COURSE_FILE, "    title: To come\n", "", "'title' is missing"),
        (COURSE_FILE, "modules:", "modules: 3\nother:", "nobody knows the field “other”"),
        (COURSE_FILE, "title: Small", "title: [", ""),
        (CREDIT, "slug: hours", "slog: hours", "'slug' is missing"),
        (CREDIT, "plural: hours", "plurale: hours", "plural"),
        (ACTIVITY, "", "provider: X\n", "'credit_types' is missing"),
    ],
)
def test_broken_file_is_named_with_the_reason_and_changes_nothing(load, root, file, old, new, reason):
    path = root / file
    if file == ACTIVITY:
        path.write_text("")
    change(path, old, new)
    before = snapshot()
    with pytest.raises(ContentError) as error:
        load()
    told = str(error.value)
    assert told.startswith(f"{path}: ")
    assert told.count(str(root)) == 1
    assert reason in told
    after = snapshot()
    if file != CREDIT:
        # The credit types have a transaction of their own, and were loaded before.
        assert [row["slug"] for row in after.pop("CreditType")] == ["hours"]
        assert [row["key"] for row in after.pop("LoadedContent")] == ["credit-type/hours"]
        before.pop("CreditType")
        before.pop("LoadedContent")
    assert after == before


def test_course_says_when_its_post_test_is_explained(load, small):
    write_yaml(small / "questions.yaml", [{**QUESTION, "key": f"small-{number}"} for number in range(1, 6)])
    load()
    change(small / "course.yaml", "passing_score: 50", "passing_score: 50\n  explain: always")
    assert load() == ["course/small: published"]
    assert Course.objects.get().explain == "always"
    change(small / "course.yaml", "explain: always", "explain: after_passing")
    load()
    assert Course.objects.get().explain == "after_passing"


def test_course_that_would_be_an_open_book_waits_as_a_draft(load, small):
    load()
    change(small / "course.yaml", "passing_score: 50", "passing_score: 50\n  explain: always")
    [told] = load()
    assert told.startswith("course/small: waits as a draft: Explained after each attempt, the next is an open book")
    assert "5 of the tests are needed, and 1 published." in told
    assert Course.objects.get().explain == "after_passing"


@pytest.mark.parametrize("file", [COURSE_FILE, QUESTIONS, CREDIT, LESSONS])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"just text"], ids=["empty", "not UTF-8", "text"])
def test_file_that_is_no_such_file_is_named(load, root, file, content):
    (root / file).write_bytes(content)
    with pytest.raises(ContentError) as error:
        load()
    assert str(error.value).startswith(f"{root / file}: ")
    assert not Course.objects.exists()


@pytest.mark.parametrize("file", [QUESTIONS, CREDIT])
def test_file_that_is_missing_is_named(load, root, file):
    (root / file).unlink()
    with pytest.raises(ContentError) as error:
        load()
    assert str(error.value).startswith(f"{root / file}: ")
    assert not Course.objects.exists()


def test_broken_change_leaves_what_was_loaded(load, small):
    load()
    before = snapshot()
    change(small / "course.yaml", "A small course.", "Another sentence.")
    change(small / "lessons" / "first.md", "edge.svg", "nothing.svg")
    with pytest.raises(ContentError, match=r"first\.md: there is no figure nothing\.svg"):
        load()
    assert snapshot() == before


def test_two_courses_cannot_claim_one_lesson(load, small):
    load()
    before = snapshot()
    shutil.copytree(small, small.parent / "thief")
    change(small.parent / "thief" / "questions.yaml", "small-1", "thief-1")
    with pytest.raises(ContentError, match="The lesson “first” belongs to another course"):
        load()
    assert snapshot() == before
