from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.http import is_signed_in
from cme.activities.models import Activity
from cme.activities.queries import get_claimable_activity
from core.caching import cached_for_strangers
from core.cards import Card, answer_with
from core.heads import Head
from core.http import HtmxRequest, post_only
from courses.assessment.views import checks
from courses.assessment.views.placing import is_first_answer, put_checks, put_next_step
from courses.errors import LearningError
from courses.learning.queries.holdings import Holding, get_holdings
from courses.learning.queries.outlines import Outline, Reading, get_outline, open_lesson
from courses.learning.services import reading
from courses.learning.views.locked import show_locked
from courses.models import Course, Lesson
from courses.notes.queries import get_notes_in
from courses.timing.method import time_test
from courses.writing.errors import LessonLocked
from courses.writing.published import Contents, get_contents, get_text_of, kept_until_published
from courses.writing.queries import Reader, get_course, get_past_slugs, may_open_everything
from courses.writing.steps import get_open_steps
from courses.writing.window import Window, get_window
from escan.pages import heads
from escan.queries import find_left_for_credit
from escan.window import get_catalogue_and_awards, render_awards
from imaging.models import TestSet
from imaging.testsets.queries import get_test_set_of
from payments.queries.waiting import get_waiting


@require_safe
@cached_for_strangers
def catalogue(request: HttpRequest) -> HttpResponse:
    courses, awards = get_catalogue_and_awards()
    head = heads.get_catalogue_head(tuple(course.url for course in courses))
    return render(request, "escan/catalogue.html", {"courses": courses, "awards": awards, "head": head})


@require_safe
@cached_for_strangers
def course(request: HttpRequest, course: str) -> HttpResponse:
    page = get_course_page(course)
    outline = get_outline(page.course, request.user, page.contents)
    has_access = may_open_everything(request.user)
    context = {
        "page": page,
        "head": page.head,
        "course": page.course,
        "outline": outline,
        "open_lessons": tuple(item.lesson.url for item in outline.lessons if item.is_open),
        "has_access": has_access,
        "test_set_required": settings.TEST_SET_REQUIRED,
        "waiting": None,
        "left": None,
    }
    if request.user.is_authenticated:
        context["left"] = find_left_for_credit(request.user, outline)
        context["waiting"] = None if has_access else get_waiting(request.user)
    return render(request, "escan/course.html", context)


PARTS = ("facts", "about", "offer", "people")


class CoursePage(NamedTuple):
    """What of a course's page is the same for every reader."""

    course: Course
    head: Head
    card: Card
    contents: Contents
    test_minutes: int
    has_activity: bool
    test_set: TestSet | None
    facts: SafeString
    about: SafeString
    offer: SafeString
    people: SafeString


@kept_until_published
def get_course_page(slug: str) -> CoursePage:
    course = get_course(slug)
    contents = get_contents(course.pk)
    activity = get_claimable_activity(course, timezone.now().date())
    first = next((lesson for _, lessons in contents.modules for lesson in lessons if lesson.live), None)
    about = About(
        course,
        activity,
        get_outline(course, AnonymousUser(), contents),
        get_holdings().courses.get(course.pk, Holding()),
        get_window(first.pk) if first else None,
    )
    card = heads.make_course_card(course)
    head = heads.make_course_head(course, card)
    test_minutes = time_test(min(course.post_test_questions, contents.pool))
    test_set = get_test_set_of(course.slug, once=get_past_slugs(course))
    parts = render_parts(about)
    return CoursePage(course, head, card, contents, test_minutes, activity is not None, test_set, **parts)


class About(NamedTuple):
    """What the parts of a course's page tell of."""

    course: Course
    activity: Activity | None
    outline: Outline
    holding: Holding
    window: Window | None


def render_parts(about: About) -> dict[str, SafeString]:
    context = about._asdict() | {"awards": render_awards([about.activity] if about.activity else [])}
    return {part: render_to_string(f"escan/_course_{part}.html", context) for part in PARTS}


@require_safe
def course_card(request: HttpRequest, course: str, digest: str) -> HttpResponse:
    """The picture that is shown with a link to the course."""
    page = get_course_page(course)
    return answer_with(page.card, digest=digest, address=heads.get_card_path(page.course, page.card))


@require_safe
@cached_for_strangers
def lesson(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    try:
        opened = open_lesson(request.user, course=course, lesson=lesson)
    except LessonLocked as locked:
        return show_locked(request, locked)
    response = render(request, "escan/lesson.html", lesson_context(request, opened))
    if request.user.is_authenticated:
        # The worker keeps it for its reader (decision 27), and nothing else shows it unasked.
        patch_cache_control(response, no_cache=True, private=True)
    return response


def lesson_context(request: HttpRequest, opened: Reading) -> dict[str, Any]:
    """All that the page shows: a browser asks for nothing more of it."""
    around = around_context(request.user, opened)
    rendering, item = opened.text, around["item"]
    place, html = item.progress and item.progress.block, rendering.html
    if rendering.lesson.is_stepwise:  # of which nobody without an account sees more than the first
        html = get_open_steps(rendering, ())[0].html
    return around | {
        "head": heads.get_lesson_head(rendering.lesson),
        "html": put_checks(request, rendering, has_answers=opened.has_answers) if is_signed_in(request) else html,
        "notes": get_notes_in(request.user, rendering) if is_signed_in(request) and opened.has_notes else None,
        # Whoever merely opened the lesson did not stop anywhere.
        "is_at_start": bool(place) and html.find(f'id="b-{place}"') == html.find('id="b-'),
        "has_videos": bool(rendering.video_ids),
        "has_checks": bool(rendering.question_ids),
        "videos": {video.video.pk: video.as_data() for video in item.videos},
        "number": [entry.lesson.pk for entry in opened.outline.lessons].index(rendering.lesson_id) + 1,
    }


def around_context(reader: Reader, opened: Reading) -> dict[str, Any]:
    """How far the reader is in the lesson and the course, and where they can go."""
    outline, found = opened.outline, opened.text.lesson
    item = next((item for item in outline.lessons if item.lesson.pk == found.pk), None)
    if item is None:
        raise Http404("This lesson was taken off in this very moment.")
    previous, following = outline.around(found)
    return {
        "course": found.module.course,
        "lesson": found,
        "outline": outline,
        "item": item,
        "previous": previous,
        "next": following,
        "goes_on": find_where_to_go_on(found, following),
        "is_last_left": not [entry for entry in outline.remaining if entry is not item],
        "left": find_left_for_credit(reader, outline) if reader.is_authenticated else None,
    }


def find_where_to_go_on(lesson: Lesson, following: Lesson | None) -> Lesson | None:
    """The next lesson, unless a required one is followed by what need not be read: then comes the post-test."""
    return following if following and (following.is_required or not lesson.is_required) else None


def check(request: HtmxRequest, lesson_id: int, question_id: int) -> HttpResponse:
    """A check of a lesson; in a member's lesson with what an answer to it changes around it."""
    response = checks.check(request, lesson_id=lesson_id, question_id=question_id)
    if request.htmx and request.user.is_authenticated and response.status_code == 200:
        lesson = get_text_of(lesson_id).lesson
        opened = open_lesson(request.user, course=lesson.module.course.slug, lesson=lesson.slug)
        context = around_context(request.user, opened)
        response.write(render_to_string("escan/_lesson_after_check.html", context, request))
        if opened.text.lesson.is_stepwise and is_signed_in(request) and is_first_answer(request, question_id):
            response.write(put_next_step(request, opened.text, question_id))
    return response


@post_only("lesson", "course", "lesson")
def lesson_complete(request: HttpRequest, course: str, lesson: str) -> HttpResponse:
    """Mark the lesson as completed and go on."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.path.removesuffix("complete/"))
    try:
        opened = open_lesson(request.user, course=course, lesson=lesson)
    except LessonLocked as locked:
        return show_locked(request, locked)
    text = opened.text
    try:
        reading.complete_lesson(user=request.user, text=text)
    except LearningError as refused:
        context = lesson_context(request, opened) | {"error": str(refused)}
        return render(request, "escan/lesson.html", context, status=409)
    found = text.lesson.module.course
    outline = get_outline(found, request.user)
    following = find_where_to_go_on(text.lesson, outline.around(text.lesson)[1])
    if following is None and outline.standing.has_no_lesson_left:
        return redirect("post_test", found.slug)
    return redirect("lesson", found.slug, following.slug) if following else redirect(found)
