"""What must fit together across rows before learners see it: courses with what they announce, places, rates, words."""

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from wagtail.models import Revision
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from courses.models import Course, Lesson, Module, Question, Video
from courses.writing import services as authoring
from courses.writing.blocks import INLINE, find_faults_of_rate, is_file_name
from tests.course_fixtures import COURSE, FACULTY, blocks, figure, write_lesson, write_question, write_question_of
from tests.faults import find_refused

COURSES = "/studio/snippets/courses/course/"
LESSONS = "/studio/snippets/courses/lesson/"
MODULES = "/studio/snippets/courses/module/"
PUBLISH = {"action-publish": "action-publish"}


@pytest.fixture
def studio(client_for, author):
    return client_for(author)


def told(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def course_form(**changes: str) -> dict[str, str]:
    person = {"name": "Ada Example, MD", "role": "Author", "bio": "", "disclosure": "None."}
    fields = {
        "title": "New course",
        "slug": "new-course",
        "summary": "A sentence.",
        "description": rich_text("<p>Text.</p>", features=["h2", *INLINE, "ol", "ul"]),
        "audience": "Residents",
        "objectives": "Find it\nName it",
        "minutes": "30",
        "position": "",
        "post_test_questions": "5",
        "pre_test_questions": "0",
        "passing_score": "75",
        "explain": "after_passing",
    }
    return {**nested_form_data({"faculty": inline_formset([person])}), **fields, **changes}


def lesson_form(**changes: Any) -> dict[str, str]:
    fields = {
        "title": "New lesson",
        "slug": "new-lesson",
        "summary": "",
        "minutes": "5",
        "position": "",
        "module": "",
        "is_required": "on",
        "body": streamfield([]),
    }
    return nested_form_data({**fields, **changes})


# --- A course, and what it announces ----------------------------------------------------------------


def test_empty_course_is_a_draft_and_not_published(studio, db):
    response = studio.post(f"{COURSES}add/", {**course_form(), **PUBLISH})
    assert "No lesson of this course is published." in told(response)
    assert "5 are to be drawn, and 0 questions of the tests are published: publish more, or draw fewer." in told(
        response
    )
    assert not Course.objects.exists()
    assert studio.post(f"{COURSES}add/", course_form()).status_code == 302
    course = Course.objects.get()
    assert course.live is False
    # Its questions are written before it is published.
    assert [row.text for row in course.objective_rows.all()] == ["Find it", "Name it"]


@pytest.mark.parametrize("field", ["post_test_questions", "pre_test_questions"])
def test_course_does_not_draw_more_than_there_is(studio, course, field):
    address = f"{COURSES}edit/{course.pk}/"
    data = course_form(title="Chest film", slug="chest-film", position="0", post_test_questions="4")
    response = studio.post(address, {**data, field: "30", **PUBLISH})
    assert "30 are to be drawn, and 4 questions of the tests are published" in told(response)
    assert Course.objects.get().post_test_questions == 4
    assert studio.post(address, {**data, field: "3", **PUBLISH}).status_code == 302
    assert getattr(Course.objects.get(), field) == 3


def test_author_chooses_when_the_post_test_is_explained(studio, course):
    address = f"{COURSES}edit/{course.pk}/"
    data = course_form(title="Chest film", slug="chest-film", position="0", post_test_questions="4")
    assert "is not one of the available choices" in told(studio.post(address, {**data, "explain": "never", **PUBLISH}))
    assert Course.objects.get().explain == "after_passing"
    # Explained after each attempt, four of four would be an open book.
    refused = told(studio.post(address, {**data, "explain": "always", **PUBLISH}))
    assert "20 of the tests are needed, and 4 published. Publish more, draw fewer" in refused
    assert Course.objects.get().explain == "after_passing"
    write_question(course, 5)
    always = {**data, "post_test_questions": "1", "explain": "always", **PUBLISH}
    assert studio.post(address, always).status_code == 302
    assert Course.objects.get().explain == "always"
    Question.objects.filter(key="chest-film-5").update(live=False)
    assert set(find_refused(Course.objects.get())) == {"explain"}


def test_no_writer_publishes_a_course_without_what_it_announces(db):
    revision = authoring.draft_course(slug="new", fields=COURSE, faculty=[FACULTY])
    with pytest.raises(ValidationError) as refused:
        revision.publish()
    assert set(refused.value.message_dict) == {"__all__", "post_test_questions"}
    assert Course.objects.get().live is False


def test_question_that_is_taken_off_is_told_and_no_page_announces_it(studio, client_for, learner_with_access, course):
    question = Question.objects.get(key="chest-film-1")
    response = studio.post(f"/studio/snippets/courses/question/unpublish/{question.pk}/", follow=True)
    expected = "4 are to be drawn, and 3 questions of the tests are published: publish more, or draw fewer."
    assert f"“Chest film” is live. {expected}" in told(response)
    home = BeautifulSoup(studio.get("/studio/").content, "html.parser")
    [warning] = home.select(".studio-held")
    assert expected in warning.get_text(" ", strip=True)
    assert warning.a["href"] == f"{COURSES}edit/{course.pk}/"
    page = told(client_for(learner_with_access).get("/courses/chest-film/"))
    assert ("3 of 3, at least 75%" in page, "Post-test: 3 questions" in page) == (True, True)
    Question.objects.update(live=False)
    page = told(client_for(learner_with_access).get("/courses/chest-film/"))
    assert ("Post-test In preparation" in page, "Pass mark" in page, "questions, pass at" in page) == (
        True,
        False,
        False,
    )


def test_studio_home_is_silent_about_courses_that_have_what_they_announce(studio, course):
    assert not BeautifulSoup(studio.get("/studio/").content, "html.parser").select(".studio-held")


def test_last_lesson_that_is_taken_off_is_told(studio, course):
    Lesson.objects.get(slug="first-look").unpublish()
    lesson = Lesson.objects.get(slug="second-look")
    response = studio.post(f"{LESSONS}unpublish/{lesson.pk}/", follow=True)
    assert "“Chest film” is live. No lesson of this course is published." in told(response)


def test_check_that_is_taken_out_of_a_lesson_is_told(studio, course):
    check = write_question_of(course, "numeric", use="check")
    write_lesson("first-look", blocks("first-look", ("question", check.pk)))
    response = studio.post(f"/studio/snippets/courses/question/unpublish/{check.pk}/", follow=True)
    assert "The lesson “First look” has this question as a check: readers find none there now." in told(response)
    module = Module.objects.get(title="Basics")
    data = lesson_form(module=str(module.pk), body=streamfield([("question", str(check.pk))]))
    response = studio.post(f"{LESSONS}add/", {**data, **PUBLISH})
    assert "This question is not published: publish it first" in response.content.decode()
    assert studio.post(f"{LESSONS}add/", data).status_code == 302


# --- Places -----------------------------------------------------------------------------------------


def test_new_lesson_goes_last_and_stays_where_the_outline_puts_it(studio, course):
    module = Module.objects.get(title="Basics")
    data = lesson_form(module=str(module.pk), body=streamfield([("text", rich_text("<p>Text.</p>"))]))
    assert studio.post(f"{LESSONS}add/", {**data, **PUBLISH}).status_code == 302
    lesson = Lesson.objects.get(slug="new-lesson")
    assert lesson.position == 2
    # Its editor asks for no place, and is open elsewhere while a colleague moves the lesson.
    address = f"{LESSONS}edit/{lesson.pk}/"
    page = studio.get(address).content.decode()
    assert ('name="position"' in page, 'name="module"' in page) == (False, False)
    assert f"/studio/courses/{course.pk}/outline/#lesson-{lesson.pk}" in page
    practice = Module.objects.get(title="Practice")
    Lesson.objects.filter(pk=lesson.pk).update(module=practice, position=4)
    assert studio.post(address, {**data, "position": "0", **PUBLISH}).status_code == 302
    lesson.refresh_from_db()
    assert (lesson.module, lesson.position) == (practice, 4)


def test_new_module_and_new_course_go_last(studio, course):
    response = studio.post(f"{MODULES}add/", {"course": str(course.pk), "title": "More", "position": ""})
    assert response.status_code == 302
    assert Module.objects.get(title="More").position == 2
    response = studio.post(f"{MODULES}add/", {"course": str(course.pk), "title": "Even more", "position": "1"})
    assert (response.status_code, Module.objects.get(title="Even more").position) == (302, 3)
    assert studio.post(f"{COURSES}add/", course_form()).status_code == 302
    assert Course.objects.get(slug="new-course").position == 1


def test_new_lesson_is_a_draft_before_it_has_a_module(studio, course):
    assert studio.post(f"{LESSONS}add/", lesson_form()).status_code == 302
    lesson = Lesson.objects.get(slug="new-lesson")
    assert (lesson.live, lesson.module_id) == (False, None)
    for address in (LESSONS, f"{LESSONS}edit/{lesson.pk}/", f"{LESSONS}history/{lesson.pk}/", "/studio/"):
        assert "New lesson" in studio.get(address).content.decode()
    response = studio.post(f"{LESSONS}edit/{lesson.pk}/", {**lesson_form(), **PUBLISH})
    assert "This field is required." in told(response)
    with pytest.raises(ValidationError, match="Choose the module"):
        lesson.latest_revision.publish()


# --- Blocks -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("percent", "low", "high", "name"),
    [
        (35, 50, 20, "low"),
        (35, 40, 50, "percent"),
        (35, 20, 30, "percent"),
        (35, 20, None, "high"),
        (35, None, 50, "low"),
        (None, 20, 50, "percent"),
        (135, None, None, "percent"),
        (-1, None, None, "percent"),
        (35, -20, 50, "low"),
        (35, 20, 120, "low"),
    ],
)
def test_rate_fits_into_its_interval(percent, low, high, name):
    assert list(find_faults_of_rate({"percent": percent, "low": low, "high": high})) == [name]


@pytest.mark.parametrize("rate", [(35, 20, 50), (35, 35, 35), (0, None, None), (100, 0, 100), (None, None, None)])
def test_rate_that_fits_is_not_refused(rate):
    assert find_faults_of_rate(dict(zip(("percent", "low", "high"), rate, strict=True))) == {}


def rates(slug: str, **rate: str | None) -> str:
    table = {
        "caption": "",
        "columns": [{"type": "text", "heading": "Series"}, {"type": "rate", "heading": "Missed"}],
        "rows": [{"values": ["Supine", {"percent": "35", "low": None, "high": None, **rate}]}],
    }
    return json.dumps(blocks(slug, ("table", {"table": table, "source": "Counted."})))


def test_lesson_with_a_rate_outside_its_interval_is_not_published(course):
    draft = authoring.draft_lesson(slug="first-look", fields={"body": rates("first-look", low="50", high="20")})
    with pytest.raises(ValidationError, match="The interval begins above its end"):
        draft.publish()
    authoring.draft_lesson(slug="first-look", fields={"body": rates("first-look", low="20", high="50")}).publish()


def table_form(**rate: str) -> dict[str, Any]:
    cells = {"percent": "35", "low": "", "high": "", **rate}
    table = {
        "caption": "",
        "column-count": "2",
        "row-count": "1",
        "column-0-type": "text",
        "column-0-order": "0",
        "column-0-deleted": "",
        "column-0-heading": "Series",
        "column-1-type": "rate",
        "column-1-order": "1",
        "column-1-deleted": "",
        "column-1-heading": "Missed",
        "row-0-order": "0",
        "row-0-deleted": "",
        "cell-0-0": rich_text("<p>Supine</p>", features=INLINE),
        **{f"cell-0-1-{name}": value for name, value in cells.items()},
    }
    return {"table": table, "source": rich_text("<p>Counted.</p>", features=INLINE)}


def test_studio_keeps_a_draft_with_a_wrong_rate_and_says_what_is_wrong(studio, course):
    module = Module.objects.get(title="Basics")
    data = lesson_form(module=str(module.pk), body=streamfield([("table", table_form(low="50", high="20"))]))
    assert studio.post(f"{LESSONS}add/", data).status_code == 302
    lesson = Lesson.objects.get(slug="new-lesson")
    response = studio.post(f"{LESSONS}edit/{lesson.pk}/", {**data, **PUBLISH})
    assert "The interval begins above its end" in response.content.decode()
    assert Lesson.objects.get(slug="new-lesson").live is False


FILES = [
    *("edge.svg", "My picture.JPG", "IMG_2034", "IMG 2034", "DSC0001", "dsc_0001-2", "scan", "Untitled", "20261128"),
    *("Screenshot 2026-11-28 at 10.15.00", "image1", "image (2)", "a1b2c3d4e5f6", "left_cc_view", "mammo-v2"),
]
WORDS = [
    *(
        "A pleural edge drawn as one line",
        "Mammogram",
        "BI-RADS",
        "Two views, CC and MLO",
        "A scan of the chest",
        "MRI",
    ),
    *("An image of 3 calcifications", "Figure of eight", "T2-weighted image", "Photograph"),
]


@pytest.mark.parametrize("words", FILES)
def test_name_of_a_file_is_no_alternative_text(words):
    assert is_file_name(words) is True


@pytest.mark.parametrize("words", WORDS)
def test_words_are_an_alternative_text(words):
    assert is_file_name(words, "images/something.svg") is False


def test_name_of_the_very_file_is_no_alternative_text():
    assert is_file_name("Disc phone", "original_images/disc-phone.svg") is True
    assert is_file_name("disc", "original_images/disc.svg") is True
    assert is_file_name("A white disc on grey", "original_images/a-white-disc-on-grey.svg") is False


@pytest.mark.parametrize(("alt", "reason"), [("edge", "a file's name"), ("IMG_1", "a file's name"), (" ", "Say what")])
def test_lesson_whose_picture_is_described_by_a_file_is_not_published(course, keep_image, alt, reason):
    image: dict[str, Any] = {"image": keep_image("edge.svg"), "alt_text": alt, "decorative": False}
    panels = [{"image": image, "label": "", "text": ""}]

    def draft() -> Revision:
        body = json.dumps(blocks("first-look", figure(0, panels=panels)))
        return authoring.draft_lesson(slug="first-look", fields={"body": body})

    with pytest.raises(ValidationError, match=reason):
        draft().publish()
    image["decorative"] = True
    draft().publish()


# --- Videos -----------------------------------------------------------------------------------------


def test_lesson_that_a_video_holds_up_leads_to_the_video(studio, course):
    video = Video.objects.create(title="A talk", status="ready", seconds=60, playlist="#EXTM3U", poster="p.webp")
    module = Module.objects.get(title="Basics")
    body = streamfield([("video", {"video": str(video.pk), "caption": rich_text("", features=INLINE)})])
    data = lesson_form(module=str(module.pk), body=body)
    response = studio.post(f"{LESSONS}add/", {**data, **PUBLISH})
    [message] = BeautifulSoup(response.content, "html.parser").select(".messages li:has(a[href*='video/edit'])")
    assert "“A talk” has no captions" in message.get_text(" ", strip=True)
    assert message.a["href"] == f"/studio/snippets/courses/video/edit/{video.pk}/"
    # As a draft it waits.
    assert studio.post(f"{LESSONS}add/", data).status_code == 302


def test_writes_of_the_fixtures_are_publishable(course):
    """The course of the tests goes through what the studio asks."""
    write_lesson("third-look", blocks("third-look", ("text", "<p>More.</p>")))
    write_question(course, 5)
    course.refresh_from_db()
    assert find_refused(course) == {}
