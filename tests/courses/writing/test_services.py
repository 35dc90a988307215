from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import ModelLogEntry

from courses.models import Course, Lesson, LessonRendering, Module, Question
from courses.writing import services as authoring
from tests.course_fixtures import COURSE, FACULTY, SVG, blocks, text_of, write_lesson, write_question
from tests.reviewing import do_without_review


def test_draft_course_is_not_live_until_published(db):
    revision = authoring.draft_course(slug="new", fields=COURSE, faculty=[FACULTY])
    course = Course.objects.get(slug="new")
    assert (course.live, course.faculty.count()) == (False, 0)
    do_without_review(course)
    authoring.place_lessons(course=course, modules=[("Basics", [("first-look", "First look")])])
    write_lesson("first-look", blocks("first-look", ("text", "<p>Text.</p>")))
    for number in range(1, 5):
        write_question(course, number)
    revision.publish()
    course.refresh_from_db()
    assert (course.live, course.title) == (True, "Chest film")
    assert course.faculty.get().name == "Ada Example, MD"


def test_draft_course_leaves_the_published_one_alone(course):
    authoring.draft_course(slug="chest-film", fields={**COURSE, "title": "Other"}, faculty=[])
    course.refresh_from_db()
    assert (course.title, course.faculty.count()) == ("Chest film", 1)
    assert course.latest_revision.as_object().title == "Other"


def test_draft_is_logged(course):
    acts = ModelLogEntry.objects.filter(object_id=str(course.pk), content_type__model="course")
    assert set(acts.values_list("action", flat=True)) == {"wagtail.edit", "wagtail.publish"}


def test_draft_course_refuses_what_the_model_refuses(db):
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        authoring.draft_course(slug="new", fields={**COURSE, "minutes": 0}, faculty=[FACULTY])
    assert not Course.objects.exists()


def test_place_lessons_announces_what_is_new(course):
    third = Lesson.objects.get(slug="third-look")
    assert (third.live, third.is_announced, third.title, third.position) == (False, True, "Third look", 0)
    assert [(module.title, module.position) for module in course.modules.all()] == [("Basics", 0), ("Practice", 1)]


def test_place_lessons_moves_what_is_there_and_keeps_its_text(course):
    before = Lesson.objects.get(slug="second-look")
    authoring.place_lessons(
        course=course,
        modules=[("Basics", [("first-look", "x")]), ("Practice", [("third-look", "x"), ("second-look", "x")])],
    )
    moved = Lesson.objects.get(slug="second-look")
    assert (moved.module.title, moved.position, moved.title) == ("Practice", 1, "Second look")
    assert (moved.live, moved.live_revision_id) == (True, before.live_revision_id)
    assert Lesson.objects.count() == 3


SWAPPED = [("Basics", [("first-look", "x")]), ("Practice", [("third-look", "x"), ("second-look", "x")])]


@pytest.mark.parametrize("at", [None, timezone.now() + timedelta(days=1)], ids=["draft", "scheduled"])
def test_place_lessons_moves_drafts_along(course, at):
    lesson = Lesson.objects.get(slug="second-look")
    lesson.title = "An author's"
    draft = lesson.save_revision(approved_go_live_at=at)
    if at:
        lesson.save_revision()
    authoring.place_lessons(course=course, modules=SWAPPED)
    draft.refresh_from_db()
    draft.publish()
    lesson.refresh_from_db()
    assert (lesson.module.title, lesson.position, lesson.title) == ("Practice", 1, "An author's")


def test_no_version_takes_a_lesson_back_to_where_it_stood(course):
    lesson = Lesson.objects.get(slug="second-look")
    first = lesson.latest_revision
    authoring.place_lessons(course=course, modules=SWAPPED)
    first.refresh_from_db()
    first.publish()
    lesson.refresh_from_db()
    assert (lesson.module.title, lesson.position) == ("Practice", 1)


@pytest.mark.parametrize("is_edited", [False, True])
def test_place_lessons_gives_a_draft_without_a_module_its_place(course, is_edited):
    lesson = Lesson.objects.create(slug="draft-x", title="An author's", live=False)
    draft = lesson.save_revision(clean=False) if is_edited else None
    authoring.place_lessons(course=course, modules=[("Practice", [("third-look", "x"), ("draft-x", "Announced")])])
    lesson.refresh_from_db()
    assert (lesson.module.title, lesson.position) == ("Practice", 1)
    assert lesson.title == ("An author's" if is_edited else "Announced")
    if draft:
        draft.refresh_from_db()
        assert draft.as_object().module == lesson.module


def test_place_lessons_leaves_a_lesson_alone_that_an_author_took_out_of_its_module(course):
    outline = [("Practice", [("third-look", "x"), ("fourth-look", "Four")])]
    placed, _ = authoring.place_lessons(course=course, modules=outline)
    Lesson.objects.filter(slug="fourth-look").update(module=None)
    renamed = [("Practice", [("third-look", "x"), ("fourth-look", "Fourth")])]
    _, left = authoring.place_lessons(course=course, modules=renamed, before=placed)
    assert left == ["lesson/fourth-look: moved in the studio since; left alone"]
    assert Lesson.objects.get(slug="fourth-look").module is None


def test_place_lessons_refuses_another_courses_lesson(course, write_course):
    with pytest.raises(ValidationError, match="The lesson “first-look” belongs to another course"):
        write_course("thief", [("Mine", [("mine", "Mine"), ("first-look", "First look")])])
    assert Lesson.objects.get(slug="first-look").module.course == course
    assert not Lesson.objects.filter(slug="mine").exists()
    assert not Module.objects.filter(title="Mine").exists()


def test_place_lessons_refuses_a_reserved_address(course):
    with pytest.raises(ValidationError, match="“post-test” is an address of the course itself"):
        authoring.place_lessons(course=course, modules=[("New", [("post-test", "Post-test")])])
    assert (Lesson.objects.count(), Module.objects.count()) == (3, 2)


def test_draft_question_replaces_its_choices_when_published(course):
    question = Question.objects.get(key="chest-film-1")
    choices = [{"text": text, "is_correct": text == "Yes", "rationale": "So."} for text in ("Yes", "No")]
    revision = authoring.draft_question(
        key=question.key, course=course, fields={"stem": "<p>Now?</p>", "lesson": None}, choices=choices
    )
    assert [choice.text for choice in question.choices.all()] == ["Choice A1", "Choice B1", "Choice C1", "Choice D1"]
    revision.publish()
    question = Question.objects.get(key="chest-film-1")
    assert question.stem == "<p>Now?</p>"
    assert [choice.text for choice in question.choices.all()] == ["Yes", "No"]


def test_draft_question_is_not_live_until_published(course):
    authoring.draft_question(key="fifth", course=course, fields={"stem": "<p>5</p>", "lesson": None}, choices=[])
    assert Question.objects.get(key="fifth").live is False
    assert write_question(course, 5).live is True


def test_keep_image_knows_the_same_content_again(keep_image):
    first = keep_image("a.svg", 100)
    assert keep_image("a.svg", 100) == first
    changed = keep_image("a.svg", 120)
    assert changed != first
    assert keep_image("a.svg", 100) == first
    assert keep_image("a.svg", 120) == changed
    images = get_image_model().objects.order_by("pk")
    assert [(image.pk, image.width) for image in images] == [(first, 100), (changed, 120)]
    with images[0].open_file() as stored:
        assert stored.read().decode() == SVG.format(size=100)


def test_live_lessons_are_drawn_anew_where_a_template_changed(course):
    """The text of the revision that learners read; what is a draft waits for its own publishing."""
    text = text_of("first-look")
    before = text.html
    LessonRendering.objects.filter(pk=text.pk).update(html="<p>As an older template had it.</p>")
    Lesson.objects.get(slug="first-look").save_revision()
    assert authoring.render_again() == ["first-look"]
    assert text_of("first-look").html == before
    assert authoring.render_again() == []
