"""A small course, written as an author would write it, for the tests of every app above courses.

Two modules; three lessons: one open to everyone, one locked, one announced and not published; four questions.
"""

import json
import uuid
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from wagtail.models import Collection, DraftStateMixin
from wagtail.signal_handlers import disable_reference_index_auto_update

from accounts.models import User
from courses.assessment.asking import freeze
from courses.assessment.errors import NoSuchChoice
from courses.assessment.scoring import check_answer, get_right_answer, is_right
from courses.assessment.services import attempts, checks
from courses.learning.queries.answered import get_answered
from courses.learning.queries.outlines import get_outline
from courses.learning.services import reading
from courses.models import Attempt, Course, Explain, Lesson, LessonRendering, Question, Video, VideoStatus
from courses.writing import services as authoring
from courses.writing.published import get_checks_of
from reviews.models import ReviewSetting
from tests import kept

Block = dict[str, Any]

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {size} {size}">'
    '<rect width="{size}" height="{size}" fill="#000"/></svg>'
)

# What only a reader with access may get of the locked lesson, block by block.
LOCKED_SENTENCES = [
    "The apex hides a thin white line.",
    "Labelled plate",
    "Seen in expiration",
    "A pleural edge drawn as one line",
    "An upright film with its pleural edge.",
    "Drawn for the test.",
    "Expiration makes the edge plainer.",
    "How often the edge was missed",
    "Supine series",
    "Counted by hand in 2001.",
    "Author, Journal of Edges 2001.",
]
# Of these, what stands in the window of the lesson for everybody: its first figure. It has no list of objectives.
WINDOW_SENTENCES = LOCKED_SENTENCES[1:6]
# Of the questions: what nobody gets without access, and what nobody gets before handing in.
STEMS = [f"Which edge belongs to case {number}?" for number in range(1, 5)]
RATIONALES = [f"Rationale {letter} of case {number}." for number in range(1, 5) for letter in "ABCD"]


def block_id(slug: str, index: int) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{slug}/{index}"))


def blocks(slug: str, *values: tuple[str, Any]) -> list[Block]:
    return [{"type": kind, "value": value, "id": block_id(slug, index)} for index, (kind, value) in enumerate(values)]


def figure(image: int, **changes: Any) -> tuple[str, Any]:
    panel = {
        "image": {"image": image, "alt_text": "A pleural edge drawn as one line", "decorative": False},
        "label": "Labelled plate",
        "text": "Seen in expiration",
    }
    value = {"panels": [panel], "caption": "An upright film with its pleural edge.", "source": "Drawn for the test."}
    return "figure", {**value, **changes}


def locked_body(image: int) -> list[Block]:
    """A block of every kind."""
    table = {
        "caption": "How often the edge was missed",
        "columns": [
            {"type": "text", "heading": "Series"},
            {"type": "number", "heading": "Films"},
            {"type": "rate", "heading": "Missed"},
        ],
        "rows": [
            {"values": ["Supine <b>series</b>", "1,204", {"percent": "27.5", "low": "21", "high": "33"}]},
            {"values": ["Supine series", "<2", {"percent": "4", "low": None, "high": None}]},
        ],
    }
    return blocks(
        "second-look",
        ("text", "<h2>The edge</h2><p>The apex hides a thin white line.</p>"),
        figure(image),
        ("callout", {"kind": "pearl", "text": "Expiration makes the edge plainer."}),
        ("table", {"table": table, "source": "Counted by hand in 2001."}),
        ("references", {"references": ["Author, <i>Journal of Edges</i> 2001.", "Author, Journal of Edges 2001."]}),
    )


def write_lesson(slug: str, body: list[Block], **fields: Any) -> Lesson:
    """Write a lesson that the outline has placed, and publish it."""
    fields = {"title": slug.replace("-", " ").capitalize(), "summary": f"Summary of {slug}.", "minutes": 5, **fields}
    authoring.draft_lesson(slug=slug, fields={**fields, "body": json.dumps(body)}).publish()
    return Lesson.objects.get(slug=slug)


def write_question(course: Course, number: int, *, lesson: Lesson | None = None) -> Question:
    """The third choice of four is right."""
    choices = [
        {
            "text": f"Choice {letter}{number}",
            "is_correct": letter == "C",
            "rationale": f"Rationale {letter} of case {number}.",
        }
        for letter in "ABCD"
    ]
    fields = {
        "lesson": lesson,
        "stem": f"<p>Which edge belongs to case {number}?</p>",
        "references": "Atlas, page 1.\n\nAtlas, page 2.",
    }
    key = f"{course.slug}-{number}"
    authoring.draft_question(key=key, course=course, fields=fields, choices=choices).publish()
    return Question.objects.get(key=key)


def write_question_of(course: Course, kind: str, image: int | None = None, **changes: Any) -> Question:
    """One of each other kind; its key is its kind."""
    fields = {
        "kind": kind,
        "stem": f"<p>Stem of {kind}.</p>",
        "rationale": f"Secret of {kind}.",
        "references": "Atlas.",
    }
    letters = "ABCD" if kind in ("single", "multiple") else ""
    choices = [
        {
            "text": f"Choice {letter}",
            "is_correct": letter in "BD"[: 1 + (kind == "multiple")],
            "rationale": f"Secret {letter}.",
        }
        for letter in letters
    ]
    own: dict[str, dict[str, Any]] = {
        "numeric": {"value": Decimal("31.25"), "tolerance": Decimal("0.125"), "unit": "mm"},
        "place": {"image_id": image, "image_alt": "A field"},
    }
    regions = [{"x": "23.75", "y": "61.5", "rx": "7.35", "ry": "9.25"}] if kind == "place" else []
    fields |= {**own.get(kind, {}), **changes}
    key = changes.pop("key", kind)
    fields.pop("key", None)
    authoring.draft_question(key=key, course=course, fields=fields, choices=choices, regions=regions).publish()
    return Question.objects.get(key=key)


COURSE = {
    "title": "Chest film",
    "summary": "Read the edges of the lung.",
    "description": "<p>Edges and what they hide.</p>",
    "audience": "Residents",
    "objectives": "Find the edge\n\n Name the edge ",
    "minutes": 30,
    "post_test_questions": 4,
    "passing_score": 75,
    "position": 0,
}
FACULTY = {"name": "Ada Example, MD", "role": "Author", "bio": "Invented.", "disclosure": "Nothing to disclose."}


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def keep_image(db: None, media: Path, tmp_path: Path) -> Callable[..., int]:
    # A test with transactions of its own empties this table, too, and images need the root.
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")

    def keep(name: str = "edge.svg", size: int = 160) -> int:
        path = tmp_path / name
        path.write_text(SVG.format(size=size))
        return authoring.keep_image(title=f"chest-film/{name}", path=path)

    return keep


@pytest.fixture
def write_course(db: None) -> Callable[..., Course]:
    """A published course with an outline; its lessons are announced, and a call writes each.

    Its authors publish: review is the point of tests/reviews alone.
    """

    def write(slug: str, modules: list[tuple[str, list[tuple[str, str]]]], **fields: Any) -> Course:
        revision = authoring.draft_course(slug=slug, fields={**COURSE, **fields}, faculty=[FACULTY])
        # Before there is anything in it, which no author can: the tests write only the lessons and questions they need.
        DraftStateMixin.publish(Course.objects.get(slug=slug), revision)
        course = Course.objects.get(slug=slug)
        ReviewSetting.objects.create(scope=f"course/{course.pk}", medical=False, cme=False)
        authoring.place_lessons(course=course, modules=modules)
        return course

    return write


@pytest.fixture
def course(write_course: Callable[..., Course], keep_image: Callable[..., int]) -> Course:
    kept.begin_with("chest-film", lambda: write_chest_film(write_course, keep_image))
    return Course.objects.get(slug="chest-film")


def write_chest_film(write_course: Callable[..., Course], keep_image: Callable[..., int]) -> None:
    with disable_reference_index_auto_update():  # a third of the time
        _write_chest_film(write_course, keep_image)


def _write_chest_film(write_course: Callable[..., Course], keep_image: Callable[..., int]) -> None:
    course = write_course(
        "chest-film",
        [
            ("Basics", [("first-look", "First look"), ("second-look", "Second look")]),
            ("Practice", [("third-look", "Third look")]),
        ],
    )
    panel = {"image": {"image": keep_image("open.svg", 100), "alt_text": "An open door", "decorative": False}}
    drawing = figure(0, panels=[{**panel, "label": "", "text": ""}], caption="For everyone.", source="Ours.")
    opening = blocks("first-look", ("text", "<p>Everyone may read this opening.</p>"), drawing)
    write_lesson("first-look", opening, is_preview=True)
    locked = write_lesson("second-look", locked_body(keep_image("edge.svg")))
    for number in range(1, 5):
        write_question(course, number, lesson=locked)


@pytest.fixture
def explained_at_once(course: Course) -> Course:
    """Its post-test is explained after each attempt, passed or not."""
    Course.objects.filter(pk=course.pk).update(explain=Explain.ALWAYS)
    course.refresh_from_db()
    return course


@pytest.fixture
def preview_lesson(course: Course) -> Lesson:
    return Lesson.objects.get(slug="first-look")


@pytest.fixture
def locked_lesson(course: Course) -> Lesson:
    return Lesson.objects.get(slug="second-look")


def text_of(slug: str) -> LessonRendering:
    """The published text of a lesson."""
    return LessonRendering.objects.published().get(lesson__slug=slug)


def put_video(slug: str, *, seconds: int, status: VideoStatus = VideoStatus.READY) -> Video:
    """A video at the end of a lesson's published text."""
    made = {"playlist": "#EXTM3U", "poster": "videos/poster.webp"} if status == VideoStatus.READY else {}
    video = Video.objects.create(title=f"Video of {slug}", status=status, seconds=seconds, **made)
    text = text_of(slug)
    text.html += (
        f'<section class="block video" id="b-{block_id(slug, 99)}" data-block="{block_id(slug, 99)}">'
        f'<div class="player" data-video="{video.pk}" data-seconds="{seconds}"><video muted></video>'
        "<div data-watched hidden></div></div></section>"
    )
    text.video_ids = [*text.video_ids, video.pk]
    text.save(update_fields=["html", "video_ids"])
    return video


def add_checks(slug: str, *, count: int = 2) -> list[Question]:
    """Checks at the end of a lesson, published with it, beside those that it has."""
    lesson = Lesson.objects.get(slug=slug)
    body = list(lesson.body.raw_data)
    have = sum(block["type"] == "question" for block in body)
    added = [
        write_question_of(
            lesson.module.course, "single", key=f"{slug}-check-{have + number}", use="check", lesson=lesson
        )
        for number in range(1, count + 1)
    ]
    for number, question in enumerate(added, start=have):
        body.append({"type": "question", "value": question.pk, "id": block_id(f"{slug}/question", number)})
    authoring.draft_lesson(slug=slug, fields={"body": json.dumps(body)}).publish()
    return added


def answer_checks(user: User, text: LessonRendering, *, rightly: bool = True) -> None:
    """Answer each check of a lesson that waits for an answer, as a member does."""
    answered = get_answered(user)
    for question in Question.objects.filter(pk__in=set(get_checks_of(text.lesson_id)) - answered).order_by("pk"):
        answer = (get_right_answer if rightly else get_wrong_answer)(freeze(question, None))
        checks.answer_check(
            user=user, text=text, question=question, revision_id=question.live_revision_id, answer=answer
        )


def read_all(user: User, course: Course) -> None:
    """Complete every published lesson of the course."""
    for lesson in Lesson.objects.filter(module__course=course, live=True):
        text = LessonRendering.objects.get(revision=lesson.live_revision_id)
        answer_checks(user, text)
        reading.complete_lesson(user=user, text=text)


def start(user: User, course: Course) -> Attempt:
    """Read the course and start its post-test."""
    read_all(user, course)
    return attempts.start_attempt(user=user, outline=get_outline(course, user))


def answer_all(attempt: Attempt, *, right: int) -> None:
    """Answer the first questions right, as many as said, and the others wrong."""
    for question in attempt.questions.all():
        answer = (get_right_answer if question.position <= right else get_wrong_answer)(question.content)
        attempts.save_answer(attempt=attempt, position=question.position, answer=answer)


def get_wrong_answer(content: dict[str, Any]) -> Any:
    """To any kind of question, an answer that it offers."""
    tries = [0, 1, [0], [0, 1], "-1", "999999", [0, 0], [100, 100]]
    return next(answer for answer in tries if is_offered(content, answer) and not is_right(content, answer))


def is_offered(content: dict[str, Any], answer: Any) -> bool:
    try:
        check_answer(content, answer)
    except NoSuchChoice:
        return False
    return True


def hand_in(user: User, course: Course, *, right: int) -> Attempt:
    attempt = start(user, course)
    answer_all(attempt, right=right)
    return attempts.submit_attempt(attempt=attempt)
