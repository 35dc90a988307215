"""What a preview shows is what learners see once it is published; what it cannot show, it says."""

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Revision

from courses.models import Choice, Course, Lesson, Module, Question, Video, VideoStatus
from courses.writing import services as authoring
from courses.writing.obstacles import LESSON_OBSTACLES, Obstacle
from escan.preview.walk import MOST_BYTES, Walk, _sign
from tests.course_fixtures import add_checks, blocks, figure, write_question, write_question_of
from tests.escan.preview.conftest import Walker
from tests.html import squeezed

# The same for every course, however long it is; of who is signed in, too.
QUERIES = {"course": 20, "lesson": 22}


def draft(slug: str, *values: tuple[str, Any], **fields: Any) -> Lesson:
    authoring.draft_lesson(slug=slug, fields={"body": json.dumps(blocks(slug, *values)), **fields})
    return Lesson.objects.get(slug=slug)


def show(walker: Walker, slug: str) -> Walker:
    return walker.open(f"/courses/chest-film/{slug}/")


# --- The same as learners see -------------------------------------------------------------------------


def test_published_it_is_the_same_text(walker, course, keep_image, client_for, learner_with_access):
    check = write_question_of(course, "multiple", use="check")
    opening = ("text", "<p>A new opening, with <b>force</b>.</p>")
    drafted = [opening, figure(keep_image()), ("question", check.pk)]
    draft("first-look", *drafted, title="The first, anew", summary="Another summary.")
    previewed = show(walker, "first-look").main.find("article")
    assert (
        "A new opening"
        not in Walker(walker.client, course, "published").open("/courses/chest-film/first-look/").main.get_text()
    )

    Lesson.objects.get(slug="first-look").latest_revision.publish()
    learners = Walker(client_for(learner_with_access), course)
    learners.page = _parse(learners.client.get("/courses/chest-film/first-look/"))
    live = learners.main.find("article")
    assert isinstance(previewed, Tag) and isinstance(live, Tag)
    assert _plain(previewed, walker) == _plain(live, walker)


def _parse(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def _plain(article: Tag, walker: Walker) -> str:
    """Without what belongs to a person, or to this preview."""
    for field in article.find_all("input", attrs={"name": "csrfmiddlewaretoken"}):
        field.decompose()
    for own in article.find_all(class_="own-notes"):
        own.decompose()
    lesson = article.find(class_="lesson")
    end = article.find(id="lesson-end")
    assert isinstance(lesson, Tag) and isinstance(end, Tag)
    for name in [name for name in lesson.attrs if name.startswith("data-")]:
        del lesson[name]
    # A lesson that is only written, and not published, is one more for whoever previews.
    left = end.find(class_="credit")
    assert isinstance(left, Tag)
    left.decompose()
    header = article.find("header")
    assert isinstance(header, Tag)
    for kick in header.find_all(class_="kick"):
        kick.decompose()
    return squeezed(str(article).replace(walker.prefix, ""))


def test_course_is_shown_with_drafts_and_as_published(walker, studio, course):
    course.title, course.objectives = "Chest film, again", "Find the edge of the lung\n\nName the edge"
    course.save_revision()
    draft("third-look", ("text", "<p>Third.</p>"), title="The third")
    walker.open("/courses/chest-film/")
    assert walker.title == "Chest film, again"
    links = [link.get_text(strip=True) for link in walker.main.select(".outline li a")]
    assert links == ["First look", "Second look", "The third"]
    assert "Find the edge of the lung" in walker.main.get_text()
    published = Walker(studio, course, "published").open("/courses/chest-film/")
    assert published.title == "Chest film"
    assert published.main.find("a", string="The third") is None and "Third look" in published.main.get_text()


def test_published_needs_a_course_that_is(studio, course):
    Course.objects.update(live=False)
    assert Walker(studio, course, "published").open("/courses/chest-film/").title == "Not published yet"
    assert Walker(studio, course).open("/courses/chest-film/").title == "Chest film"


def test_it_begins_where_its_editor_was(studio, course, locked_lesson):
    editor = studio.get(f"/studio/snippets/courses/lesson/edit/{locked_lesson.pk}/").content.decode()
    address = f"/studio/courses/{course.pk}/preview/?lesson={locked_lesson.pk}"
    assert f'href="{address}"' in editor
    assert studio.get(address)["Location"].endswith("/preview/drafts/page/courses/chest-film/second-look/")
    outline = studio.get(f"/studio/courses/{course.pk}/outline/").content.decode()
    assert f'href="/studio/courses/{course.pk}/preview/"' in outline


def test_every_address_of_a_page_stays_in_the_preview(walker, course):
    add_checks("second-look", count=1)
    for at in ("/courses/chest-film/", "/courses/chest-film/second-look/", "/courses/chest-film/post-test/"):
        walker.open(at)
        named = [
            str(tag[name])
            for name in ("href", "action", "hx-post", "src")
            for tag in walker.page.find_all(attrs={name: True})
        ]
        inside = ("/studio/", "/static/", "/figures/", "#", "?", "/manifest", "")
        assert [each for each in named if each.startswith("/") and not each.startswith(inside[:-1])] == []


# --- What drafts lack ---------------------------------------------------------------------------------


def test_faults_are_told_with_the_way_to_mend_them(walker, course, keep_image):
    bad = write_question_of(course, "single", key="bad", use="check")
    Choice.objects.filter(question=bad).update(is_correct=False)
    revision = Question.objects.get(key="bad").save_revision()
    content = revision.content
    for choice in content["choices"]:
        choice["is_correct"] = False
    Revision.objects.filter(pk=revision.pk).update(content=content)
    waiting = Video.objects.create(title="The apex", status=VideoStatus.WAITING)
    gone = {"panels": [{"image": {"image": 9_999, "alt_text": "Gone", "decorative": False}, "label": "", "text": ""}]}
    draft(
        "second-look",
        ("question", bad.pk),
        ("video", {"video": waiting.pk, "caption": ""}),
        ("figure", {**figure(0)[1], **gone}),
        ("figure", {**figure(0)[1], "panels": []}),
        ("table", {"table": None, "source": ""}),
        ("text", "<p>Still here.</p>"),
    )
    show(walker, "second-look")
    told = " ".join(walker.told)
    for fault in (
        "A picture is missing: choose it.",
        "“The apex” is still being made ready",
        "Question bad cannot be asked: No choice is marked as correct.",
    ):
        assert fault in told
    assert "Still here." in walker.main.get_text()
    assert "Question bad cannot be asked as it is." in walker.main.get_text()
    addresses = {
        link["href"] for notice in walker.page.find_all(class_="preview-notice") for link in notice.find_all("a")
    }
    assert addresses == {
        f"/studio/snippets/courses/lesson/edit/{Lesson.objects.get(slug='second-look').pk}/",
        f"/studio/snippets/courses/question/edit/{bad.pk}/",
    }


def test_lesson_without_text_says_so(walker):
    show(walker, "third-look")
    assert walker.told == ["This lesson has no text yet. Edit this lesson"]
    assert "“Third look” has no text yet." in walker.open("/courses/chest-film/").told[0]


def test_test_with_too_few_questions_says_so(walker, course):
    course.post_test_questions = 6
    course.save_revision()
    walker.open("/courses/chest-film/post-test/")
    assert any("A test is to draw 6 questions, and 4 can be asked" in told for told in walker.told)
    walker.press("Pass the lessons").press("Start the post-test")
    assert walker.title == "Question 1 of 4"


def test_test_without_questions_says_so(walker, course):
    Question.objects.all().delete()
    walker.open("/courses/chest-film/post-test/").press("Pass the lessons").press("Start the post-test", status=409)
    assert "This course has no post-test yet." in walker.main.get_text()


def test_whatever_stands_in_a_revision_is_no_error(walker, course):
    """Revisions are older than the blocks of today."""
    lesson = Lesson.objects.get(slug="second-look")
    for value in ({"type": "rates", "value": {"descriptor": "no-such"}}, {"type": "gone", "value": "x"}):
        body = json.dumps([{**value, "id": "1"}])
        Revision.objects.filter(pk=lesson.latest_revision_id).update(
            content={**lesson.latest_revision.content, "body": body}
        )
        show(walker, "second-look")
        assert walker.told


def test_gates_are_told_and_passed(walker, monkeypatch, locked_lesson):
    obstacle = Obstacle("Read the front matter.", "Read it", "/cme/front/")
    monkeypatch.setattr(
        "courses.writing.obstacles.LESSON_OBSTACLES", [*LESSON_OBSTACLES, lambda user, lesson: obstacle]
    )
    video = Video.objects.create(title="Seen", status="ready", seconds=100, playlist="#EXTM3U", poster="p.webp")
    draft("second-look", ("video", {"video": video.pk, "caption": ""}))
    show(walker, "second-look")
    told = " ".join(walker.told)
    assert "Learners read this first: Read the front matter. Here you pass." in told
    assert "of video before this lesson is completed. Here nobody counts." in told
    assert walker.press("Completed, go to the next lesson").title == "Third look"


# --- Its state, and its cost --------------------------------------------------------------------------


def test_start_again_forgets_what_was_done(walker, course):
    walker.open("/courses/chest-film/first-look/").press("Completed, go to the next lesson")
    assert "Completed" in walker.open("/courses/chest-film/").main.get_text()
    walker.press("Start again")
    assert walker.title == "Chest film" and "Completed" not in walker.main.get_text()


def test_walk_is_of_one_person_and_one_course(walker, course, client_for, admin):
    walker.open("/courses/chest-film/first-look/").press("Completed, go to the next lesson")
    other = client_for(admin)
    other.cookies["preview"] = walker.client.cookies["preview"].value
    theirs = Walker(other, course).open("/courses/chest-film/")
    assert "Completed" not in theirs.main.get_text()
    walker.client.cookies["preview"] = "nothing that was signed"
    assert "Completed" not in walker.open("/courses/chest-film/").main.get_text()


def test_walk_fits_into_a_cookie():
    walk = Walk(answers={pk: [12.34, 56.78] for pk in range(1, 900)}, completed=set(range(60)))
    while len(token := _sign(walk, "salt")) > MOST_BYTES:
        walk.drop_oldest()
    assert len(token) <= MOST_BYTES and 899 in walk.answers and walk.completed == set(range(60))


@pytest.mark.parametrize(("kind", "at"), [("course", ""), ("lesson", "second-look/")])
def test_it_asks_as_much_for_a_long_course(walker, course, kind, at):
    for slug in ("first-look", "second-look"):
        add_checks(slug, count=1)
    first = count_queries(walker, f"/courses/chest-film/{at}")
    module = Module.objects.get(title="Practice")
    add_checks("first-look", count=2)
    names = [(f"more-{number}", f"More {number}") for number in range(30)]
    authoring.place_lessons(course=course, modules=[(module.title, names)])
    for slug, _ in names:
        draft(slug, ("text", f"<p>{slug}</p>"))
    for number in range(5, 25):
        write_question(course, number)
    assert count_queries(walker, f"/courses/chest-film/{at}") == first <= QUERIES[kind]


def count_queries(walker: Walker, at: str) -> int:
    ContentType.objects.clear_cache()
    walker.open(at)  # what each process asks once
    with CaptureQueriesContext(connection) as asked:
        walker.open(at)
    return len(asked)
