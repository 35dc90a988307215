"""Who may open what, over the cast, and that drafts never leak."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from accounts.services import revoke_access
from courses.assessment.queries.attempts import get_attempt_for, get_attempts, get_open_attempt
from courses.learning.queries.outlines import get_outline
from courses.learning.queries.progress import get_studies
from courses.learning.services import reading
from courses.learning.standing import Standing
from courses.models import Attempt, Lesson, LessonRendering
from courses.writing import services as authoring
from courses.writing.errors import LessonLocked
from courses.writing.queries import (
    get_courses,
    get_figure_for,
    get_lesson_for,
    get_samples,
    may_open_everything,
)
from tests.conftest import make_user
from tests.course_fixtures import block_id, blocks, figure, hand_in, read_all, start, text_of, write_lesson

CAST = ["stranger", "learner", "learner_with_access", "other_learner", "author", "admin"]
READERS = {"learner_with_access", "other_learner", "author", "admin"}
AUTHORS = {"author", "admin"}


@pytest.fixture(params=CAST)
def who(request) -> str:
    return request.param


@pytest.fixture
def person(request, who):
    return AnonymousUser() if who == "stranger" else request.getfixturevalue(who)


# --- Lessons and figures ----------------------------------------------------------------------------


def test_preview_lesson_opens_to_everyone(person, course):
    text = get_lesson_for(person, course="chest-film", lesson="first-look")
    assert text == text_of("first-look")


def test_locked_lesson_opens_to_readers_alone(who, person, locked_lesson):
    if who in READERS:
        assert get_lesson_for(person, course="chest-film", lesson="second-look") == text_of("second-look")
        return
    with pytest.raises(LessonLocked) as locked:
        get_lesson_for(person, course="chest-film", lesson="second-look")
    assert locked.value.lesson == locked_lesson


@pytest.mark.parametrize(
    ("course_slug", "lesson_slug"),
    [("chest-film", "third-look"), ("chest-film", "nothing"), ("other", "first-look"), ("nothing", "first-look")],
    ids=["announced", "unknown", "of another course", "of no course"],
)
def test_lesson_that_is_not_there_is_not_there_for_anyone(person, course, write_course, course_slug, lesson_slug):
    write_course("other", [])
    with pytest.raises(Http404):
        get_lesson_for(person, course=course_slug, lesson=lesson_slug)


def test_revoked_access_locks_again(learner_with_access, course):
    revoke_access(source="test", reference="paid", reason="refund")
    with pytest.raises(LessonLocked):
        get_lesson_for(learner_with_access, course="chest-film", lesson="second-look")


def test_staff_without_the_right_to_write_is_a_reader_like_others(course):
    clerk = make_user("clerk@example.org", is_staff=True)
    assert may_open_everything(clerk) is False
    with pytest.raises(LessonLocked):
        get_lesson_for(clerk, course="chest-film", lesson="second-look")


def test_author_is_whoever_may_change_lessons(author):
    """People whom an administrator adds to the group in the studio have no other mark."""
    assert author.is_staff is False
    assert may_open_everything(author) is True
    author.groups.clear()
    assert may_open_everything(type(author).objects.get(pk=author.pk)) is False


def test_figure_opens_with_its_lesson(who, person, preview_lesson, locked_lesson, keep_image):
    """But for those that stand in the window of a locked one."""
    (open_image,) = text_of("first-look").image_ids
    shown, locked_image = keep_image("one.svg", 120), keep_image("two.svg", 140)
    write_lesson("second-look", blocks("second-look", ("text", "<p>x</p>"), figure(shown), figure(locked_image)))
    assert get_figure_for(person, lesson_id=locked_lesson.pk, image_id=shown).pk == shown
    assert get_figure_for(person, lesson_id=preview_lesson.pk, image_id=open_image).pk == open_image
    if who in READERS:
        assert get_figure_for(person, lesson_id=locked_lesson.pk, image_id=locked_image).pk == locked_image
        return
    with pytest.raises(LessonLocked):
        get_figure_for(person, lesson_id=locked_lesson.pk, image_id=locked_image)


def test_locked_figure_does_not_open_through_a_preview_lesson(who, person, preview_lesson, locked_lesson):
    (locked_image,) = text_of("second-look").image_ids
    if who in AUTHORS:
        assert get_figure_for(person, lesson_id=preview_lesson.pk, image_id=locked_image).pk == locked_image
        return
    with pytest.raises(Http404):
        get_figure_for(person, lesson_id=preview_lesson.pk, image_id=locked_image)


def test_figure_of_a_draft_is_seen_by_authors_alone(who, person, course, keep_image):
    image = keep_image("draft.svg", 99)
    body = json.dumps(blocks("third-look", figure(image)))
    authoring.draft_lesson(slug="third-look", fields={"body": body})
    lesson = Lesson.objects.get(slug="third-look")
    if who in AUTHORS:
        assert get_figure_for(person, lesson_id=lesson.pk, image_id=image).pk == image
        return
    with pytest.raises(Http404):
        get_figure_for(person, lesson_id=lesson.pk, image_id=image)


def test_figure_of_an_older_text_is_gone_for_learners(learner, preview_lesson):
    (image,) = text_of("first-look").image_ids
    write_lesson("first-look", blocks("first-look", ("text", "<p>No figure now.</p>")), is_preview=True)
    with pytest.raises(Http404):
        get_figure_for(learner, lesson_id=preview_lesson.pk, image_id=image)


@pytest.mark.parametrize("image_id", [0, 10**30])
def test_figure_that_does_not_exist_is_not_found(person, preview_lesson, image_id):
    with pytest.raises(Http404):
        get_figure_for(person, lesson_id=preview_lesson.pk, image_id=image_id)


# --- The outline ------------------------------------------------------------------------------------


def test_outline_shows_what_is_open(who, person, course):
    outline = get_outline(course, person)
    shown = [
        (module.title, [(item.lesson.slug, item.is_live, item.is_open, item.is_started) for item in items])
        for module, items in outline.modules
    ]
    is_reader = who in READERS
    assert shown == [
        ("Basics", [("first-look", True, True, False), ("second-look", True, is_reader, False)]),
        ("Practice", [("third-look", False, False, False)]),
    ]
    assert (outline.percent, outline.is_completed, outline.standing.has_no_lesson_left) == (0, False, False)
    assert outline.next_lesson.slug == "first-look"


def test_outline_leaves_out_drafts_that_are_not_announced(person, course):
    Lesson.objects.filter(slug="third-look").update(is_announced=False)
    outline = get_outline(course, person)
    assert [module.title for module, _ in outline.modules] == ["Basics"]


def test_outline_shows_the_published_title_of_an_edited_lesson(author, course):
    authoring.draft_lesson(slug="first-look", fields={"title": "Secret title"})
    titles = [item.lesson.title for item in get_outline(course, author).lessons]
    assert titles == ["First look", "Second look"]


def test_outline_is_in_the_order_of_modules_and_places(author, course):
    authoring.place_lessons(
        course=course,
        modules=[("Practice", [("third-look", "")]), ("Basics", [("second-look", ""), ("first-look", "")])],
    )
    outline = get_outline(course, author)
    assert [(module.title, [item.lesson.slug for item in items]) for module, items in outline.modules] == [
        ("Practice", ["third-look"]),
        ("Basics", ["second-look", "first-look"]),
    ]


def test_outline_counts_progress(learner_with_access, course):
    reading.complete_lesson(user=learner_with_access, text=text_of("first-look"))
    place = block_id("second-look", 0)
    reading.save_position(user=learner_with_access, text=text_of("second-look"), block=place)
    outline = get_outline(course, learner_with_access)
    assert [(item.is_started, item.is_completed) for item in outline.lessons] == [(True, True), (True, False)]
    assert (outline.percent, outline.next_lesson.slug) == (50, "second-look")
    read_all(learner_with_access, course)
    outline = get_outline(course, learner_with_access)
    assert (outline.percent, outline.next_lesson, outline.standing.has_no_lesson_left) == (100, None, True)


def test_outline_goes_on_where_the_learner_stopped(learner_with_access, course):
    """As the dashboard does; from a lesson that is completed, with the first that is not."""
    reading.save_position(user=learner_with_access, text=text_of("second-look"), block="")
    assert get_outline(course, learner_with_access).next_lesson.slug == "second-look"
    reading.complete_lesson(user=learner_with_access, text=text_of("second-look"))
    assert get_outline(course, learner_with_access).next_lesson.slug == "first-look"


def test_outline_next_lesson_is_one_that_opens(learner, course):
    reading.complete_lesson(user=learner, text=text_of("first-look"))
    assert get_outline(course, learner).next_lesson is None


def test_outline_around_skips_what_is_not_published(author, course, preview_lesson, locked_lesson):
    outline = get_outline(course, author)
    assert outline.around(preview_lesson) == (None, locked_lesson)
    assert outline.around(locked_lesson) == (preview_lesson, None)
    assert outline.around(Lesson.objects.get(slug="third-look")) == (None, None)


def test_outline_of_an_empty_course(learner, write_course):
    outline = get_outline(write_course("empty", []), learner)
    assert (outline.modules, outline.percent, outline.standing.has_no_lesson_left) == ([], 0, False)


# --- The catalogue and the dashboard ----------------------------------------------------------------


def test_catalogue_counts_published_lessons(course, write_course):
    write_course("empty", [], title="A first", position=0)
    write_course("later", [], title="B", position=5)
    write_course("hidden", []).unpublish()
    found = [(entry.slug, entry.lesson_count) for entry in get_courses()]
    assert found == [("empty", 0), ("chest-film", 2), ("later", 0)]


def test_studies_say_how_far_the_learner_is(learner_with_access, other_learner, course):
    assert get_studies(learner_with_access) == []
    reading.complete_lesson(user=learner_with_access, text=text_of("first-look"))
    (study,) = get_studies(learner_with_access)
    assert (study.course, study.continue_with.slug) == (course, "first-look")
    assert study.standing == Standing(2, 2, 1, has_completed_lessons=False, is_completed=False, percent_reached=50)
    read_all(learner_with_access, course)
    (study,) = get_studies(learner_with_access)
    assert (study.standing.percent, study.standing.awaits_post_test) == (100, True)
    hand_in(learner_with_access, course, right=4)
    (study,) = get_studies(learner_with_access)
    assert study.standing == Standing(2, 2, 2, has_completed_lessons=True, is_completed=True, percent_reached=50)
    assert (study.continue_with, study.standing.awaits_post_test) == (None, False)
    assert get_studies(other_learner) == []


def test_study_does_not_continue_with_a_lesson_that_was_taken_off(learner, course):
    reading.complete_lesson(user=learner, text=text_of("first-look"))
    Lesson.objects.get(slug="first-look").unpublish()
    (study,) = get_studies(learner)
    assert (study.continue_with, study.standing.required, study.standing.completed) == (None, 1, 0)


def test_study_last_seen_comes_first(learner, course, write_course):
    write_course("other", [("M", [("elsewhere", "Elsewhere")])])
    write_lesson("elsewhere", blocks("elsewhere", ("text", "<p>x</p>")), is_preview=True)
    reading.complete_lesson(user=learner, text=text_of("first-look"))
    reading.complete_lesson(user=learner, text=text_of("elsewhere"))
    assert [study.course.slug for study in get_studies(learner)] == ["other", "chest-film"]
    reading.save_position(user=learner, text=text_of("first-look"), block="")
    assert [study.course.slug for study in get_studies(learner)] == ["chest-film", "other"]


# --- Attempts ---------------------------------------------------------------------------------------


def test_attempt_is_found_by_its_own_learner(learner_with_access, course):
    attempt = start(learner_with_access, course)
    found = get_attempt_for(learner_with_access, course="chest-film", attempt_id=attempt.pk)
    assert found == attempt
    assert get_open_attempt(user=learner_with_access, course=course) == attempt


@pytest.mark.parametrize("other", ["learner", "other_learner", "author", "admin"])
def test_attempt_of_another_learner_is_not_there(request, learner_with_access, course, other):
    attempt = start(learner_with_access, course)
    user = request.getfixturevalue(other)
    with pytest.raises(Http404):
        get_attempt_for(user, course="chest-film", attempt_id=attempt.pk)
    assert get_open_attempt(user=user, course=course) is None
    assert list(get_attempts(user=user, course=course)) == []


@pytest.mark.parametrize("attempt_id", [0, 10**30])
def test_attempt_that_does_not_exist_is_not_found(learner_with_access, course, attempt_id):
    with pytest.raises(Http404):
        get_attempt_for(learner_with_access, course="chest-film", attempt_id=attempt_id)


def test_attempt_is_not_found_under_another_course(learner_with_access, course, write_course):
    write_course("other", [])
    attempt = start(learner_with_access, course)
    with pytest.raises(Http404):
        get_attempt_for(learner_with_access, course="other", attempt_id=attempt.pk)


def test_attempts_are_listed_with_the_newest_first(learner_with_access, course):
    first = hand_in(learner_with_access, course, right=0)
    second = start(learner_with_access, course)
    assert list(get_attempts(user=learner_with_access, course=course)) == [second, first]
    assert Attempt.objects.count() == 2


# --- How many questions the database is asked -------------------------------------------------------


@pytest.fixture
def three_lessons(course, keep_image):
    def make() -> None:
        write_lesson("third-look", blocks("third-look", ("text", "<p>Third.</p>"), figure(keep_image("c.svg"))))
        authoring.place_lessons(course=course, modules=[("More", [("fourth-look", "Fourth look")])])

    return make


@pytest.mark.parametrize(("who", "count"), [("stranger", 2), ("learner", 5), ("learner_with_access", 3), ("author", 5)])
def test_outline_query_count(person, course, three_lessons, django_assert_num_queries, count):
    with django_assert_num_queries(count):
        get_outline(course, person)
    for answer in ("_may_open_everything", "_perm_cache", "_user_perm_cache", "_group_perm_cache"):
        person.__dict__.pop(answer, None)
    three_lessons()
    with django_assert_num_queries(count):
        assert len(get_outline(course, person).lessons) == 3


@pytest.mark.parametrize(("who", "count"), [("stranger", 1), ("learner", 4), ("learner_with_access", 2)])
def test_locked_lesson_query_count(person, course, django_assert_num_queries, count):
    with django_assert_num_queries(count):
        try:
            get_lesson_for(person, course="chest-film", lesson="second-look")
        except LessonLocked as locked:
            assert locked.lesson.module.course == course


def test_studies_query_count(learner, course, write_course, django_assert_num_queries):
    reading.complete_lesson(user=learner, text=text_of("first-look"))
    with django_assert_num_queries(4):  # two of them for what is published
        assert len(get_studies(learner)) == 1
    for slug in ("two", "three"):
        write_course(slug, [("M", [(f"{slug}-lesson", "L")])])
        write_lesson(f"{slug}-lesson", blocks(slug, ("text", "<p>x</p>")), is_preview=True)
        reading.complete_lesson(user=learner, text=text_of(f"{slug}-lesson"))
    with django_assert_num_queries(4):
        studies = get_studies(learner)
        assert [study.continue_with.get_absolute_url() for study in studies] == [
            "/courses/three/three-lesson/",
            "/courses/two/two-lesson/",
            "/courses/chest-film/first-look/",
        ]


def test_rendering_of_another_lesson_is_never_taken(learner, course):
    assert LessonRendering.objects.count() == 2
    assert get_lesson_for(learner, course="chest-film", lesson="first-look").lesson.slug == "first-look"


def test_samples_come_from_lessons_that_are_open_to_everyone(course):
    samples = get_samples()
    assert {kind: sample.lesson.slug for kind, sample in samples.items()} == {"figure": "first-look"}
    assert "For everyone." in samples["figure"].html
    assert samples["figure"].html.strip().startswith("<figure")
    Lesson.objects.filter(slug="first-look").update(is_preview=False)
    assert get_samples() == {}


def test_samples_have_the_first_plot(course):
    rate = {"percent": "27", "low": "21", "high": "33"}
    columns = [{"type": "text", "heading": "Study"}, {"type": "rate", "heading": "Share"}]
    table = {"caption": "A plot", "columns": columns, "rows": [{"values": ["One 2001", rate]}]}
    body = blocks("first-look", ("table", {"table": table, "source": "One 2001, n = 100."}))
    write_lesson("first-look", body, is_preview=True)
    assert {kind: "A plot" in sample.html for kind, sample in get_samples().items()} == {"plot": True}
