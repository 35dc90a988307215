"""The course's page, its lessons, and what stands in them."""

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from cme.activities.queries import get_claimable_activity
from core.durations import clock
from courses.assessment.asking import describe, freeze
from courses.assessment.kinds import get_kind
from courses.assessment.scoring import check_answer
from courses.assessment.views.placing import cut_at_checks
from courses.errors import LearningError
from courses.learning.queries.outlines import Outline, Reading
from courses.learning.seconds import required_of
from courses.models import Question
from courses.timing.method import time_test
from courses.writing.models import Lesson, LessonRendering
from courses.writing.obstacles import find_obstacle
from courses.writing.queries import get_past_slugs
from courses.writing.rendering import Rendering, render_lesson
from courses.writing.steps import Step, open_in_a_row, split_at
from courses.writing.window import look_into
from escan.pages.courses import About, around_context, find_where_to_go_on, render_parts
from escan.preview.manuscript import find_image_fields, find_questions
from escan.preview.progress import find_left, get_answered, see_outline
from escan.preview.showing import Place, Preview, edit_course, edit_lesson, edit_question
from imaging.testsets.queries import get_test_set_of

logger = logging.getLogger(__name__)


# --- The course ---------------------------------------------------------------------------------------


def show_course(preview: Preview, course: str) -> HttpResponse:
    text = preview.text
    outline = see_outline(text, preview.walk)
    activity = get_claimable_activity(text.course, timezone.now().date())
    first = text.lessons[0] if text.lessons else None
    window = look_into(draw(preview, first)) if first else None
    parts = render_parts(About(text.course, activity, outline, text.count(), window))
    if text.is_draft:
        tell_faults_of_course(preview, outline)
    context = {
        "head": {"title": text.course.title},
        "page": {
            **parts,
            "test_minutes": time_test(outline.post_test_questions),
            "has_activity": activity is not None,
            "test_set": get_test_set_of(text.course.slug, once=get_past_slugs(text.course)),
        },
        "course": text.course,
        "outline": outline,
        "has_access": True,
        "test_set_required": settings.TEST_SET_REQUIRED,
        "waiting": None,
        "left": find_left(text, preview.walk, outline, preview.learner),
    }
    return preview.render("escan/course.html", context)


def tell_faults_of_course(preview: Preview, outline: Outline) -> None:
    if not outline.lessons:
        preview.say(gettext("No lesson stands in this course yet."), is_fault=True)
    for lesson in preview.text.lessons:
        if not lesson.body:
            told = gettext("“{lesson}” has no text yet.").format(lesson=lesson.title)
            preview.say(told, edit_lesson(lesson), is_fault=True)
    tell_pool(preview)


def tell_pool(preview: Preview) -> None:
    """What the tests lack."""
    text, pool = preview.text, len(preview.text.pool)
    wanted = max(text.course.post_test_questions, text.course.pre_test_questions)
    if wanted > pool:
        told = ngettext(
            "A test is to draw %(wanted)d questions, and %(pool)d can be asked: write more, or draw fewer.",
            "A test is to draw %(wanted)d questions, and %(pool)d can be asked: write more, or draw fewer.",
            wanted,
        )
        preview.say(told % {"wanted": wanted, "pool": pool}, edit_course(text.course), is_fault=True)
    for question in text.tested:
        tell_faults_of_question(preview, question)


def tell_faults_of_question(preview: Preview, question: Question) -> None:
    if missing := preview.text.get_missing(question):
        told = gettext("Question {key} cannot be asked: {faults}").format(key=question.key, faults=" ".join(missing))
        preview.say(told, edit_question(question), is_fault=True)


# --- A lesson -----------------------------------------------------------------------------------------


def show_lesson(preview: Preview, course: str, lesson: str) -> HttpResponse:
    found = preview.text.get_lesson(slug=lesson)
    preview.edit = edit_lesson(found)
    rendering = draw(preview, found)
    if preview.text.is_draft:
        tell_faults_of_lesson(preview, found)
    tell_gates(preview, found)
    opened = read(preview, rendering)
    context = around_context(preview.learner, opened)
    context |= {
        "head": {"title": found.title},
        "left": find_left(preview.text, preview.walk, opened.outline, preview.learner),
        "html": put_checks(preview, rendering),
        "notes": None,
        "is_at_start": False,
        "has_videos": bool(rendering.video_ids),
        "has_checks": bool(rendering.question_ids),
        "videos": None,
        "number": preview.text.lessons.index(found) + 1,
    }
    return preview.render("escan/preview/lesson.html", context)


def draw(preview: Preview, lesson: Lesson) -> LessonRendering:
    """Its HTML, as publishing it would make it. A draft that cannot be drawn is one without text, with the reason."""
    try:
        drawn = render_lesson(body=lesson.body, lesson_id=lesson.pk)
    except Exception:
        # A draft may lack whatever its form asks for, and each block draws what it has in its own way.
        logger.exception("The draft of lesson %s cannot be drawn.", lesson.pk)
        told = gettext("This lesson cannot be shown: something that a block needs is missing in it.")
        preview.say(told, edit_lesson(lesson), is_fault=True)
        drawn = Rendering("", [], [], [])
    return LessonRendering(lesson=lesson, **drawn._asdict())


def read(preview: Preview, rendering: LessonRendering) -> Reading:
    outline = see_outline(preview.text, preview.walk)
    return Reading(text=rendering, outline=outline, has_notes=False, has_answers=False)


def tell_faults_of_lesson(preview: Preview, lesson: Lesson) -> None:
    """What keeps it from being published."""
    place = edit_lesson(lesson)
    if not lesson.body:
        preview.say(gettext("This lesson has no text yet."), place, is_fault=True)
    images = list(find_image_fields(list(lesson.body.raw_data)))
    if any(pk is None or pk not in preview.text.images for pk in images):
        preview.say(gettext("A picture is missing: choose it."), place, is_fault=True)
    try:
        lesson.check_publishable()
    except ValidationError as refused:
        for told in refused.messages:
            preview.say(told, place, is_fault=True)
    except Exception:  # as in `draw`, which has told it
        logger.exception("The draft of lesson %s cannot be checked.", lesson.pk)
    for pk in dict.fromkeys(find_questions(lesson)):
        if question := preview.text.questions.get(pk):
            tell_faults_of_question(preview, question)


def tell_gates(preview: Preview, lesson: Lesson) -> None:
    """What a learner meets before the lesson, and before it is completed. Here everybody passes."""
    if obstacle := find_obstacle(preview.learner, lesson):
        told = gettext("Learners read this first: {reason} Here you pass.").format(reason=obstacle.reason)
        preview.say(told, Place(obstacle.url, obstacle.act))
    if seconds := sum(required_of(video.seconds) for video in preview.text.get_videos(lesson)):
        told = gettext("Learners watch {time} of video before this lesson is completed. Here nobody counts.")
        preview.say(told.format(time=clock(seconds)))


def complete_lesson(preview: Preview, course: str, lesson: str) -> HttpResponse:
    found = preview.text.get_lesson(slug=lesson)
    if preview.request.method == "POST":
        answered = get_answered(preview.text, preview.walk)
        if all(pk in answered for pk in preview.text.get_checks(found)):
            preview.walk.completed.add(found.pk)
    outline = see_outline(preview.text, preview.walk)
    following = find_where_to_go_on(found, outline.around(found)[1])
    if preview.request.method != "POST":
        return preview.redirect(found.url)
    if following is None and outline.standing.has_no_lesson_left:
        return preview.redirect(reverse("post_test", args=[preview.course.slug]))
    return preview.redirect(following.url if following else preview.course.get_absolute_url())


# --- Its checks ---------------------------------------------------------------------------------------


def put_checks(preview: Preview, rendering: LessonRendering) -> SafeString:
    """As courses.assessment.views.placing does for members."""
    lesson = rendering.lesson
    if not lesson.is_stepwise:
        return fill(preview, lesson, rendering.html)
    steps = split(preview, rendering)
    opened = open_steps(preview, rendering)
    html = fill(preview, lesson, "\n".join(step.html for step in opened))
    return html + tell_steps(len(opened), len(steps))


def split(preview: Preview, rendering: LessonRendering) -> list[Step]:
    return split_at(rendering.html, preview.text.get_checks(rendering.lesson))


def open_steps(preview: Preview, rendering: LessonRendering) -> list[Step]:
    return list(open_in_a_row(split(preview, rendering), get_answered(preview.text, preview.walk)))


def tell_steps(number: int, count: int, *, is_again: bool = False) -> SafeString:
    context = {"number": number, "count": count, "is_again": is_again}
    return render_to_string("courses/assessment/_steps.html", context)


def fill(preview: Preview, lesson: Lesson, html: str) -> SafeString:
    answered = get_answered(preview.text, preview.walk)
    checks = set(preview.text.get_checks(lesson))

    def ask(pk: int) -> str | None:
        question = preview.text.questions.get(pk)
        if question is None:
            return None
        if pk not in checks:
            return render_to_string(
                "escan/preview/_unasked.html",
                {"question": question, "edit": edit_question(question) if preview.may_edit else None},
            )
        content = freeze(question, None)
        described = describe(content, answered.get(pk), is_told=pk in answered)
        context = describe_check(lesson, question) | {"asked": described, "csrf_token": get_token(preview.request)}
        return render_to_string("courses/assessment/_check.html", context)

    return mark_safe("".join(part for _, part in cut_at_checks(html, ask)))  # noqa: S308 - from our templates


def describe_check(lesson: Lesson, question: Question) -> dict[str, Any]:
    return {"lesson": lesson, "question": question, "is_member": True, "revision": question.live_revision_id or 1}


def show_check(preview: Preview, lesson_id: int, question_id: int) -> HttpResponse:
    """As courses.assessment.views.checks does; in the lesson with what the answer changes around it."""
    request, text = preview.request, preview.text
    lesson = text.get_lesson(pk=lesson_id)
    if question_id not in text.get_checks(lesson):
        raise Http404("There is no such question in this lesson.")
    question = text.questions[question_id]
    preview.edit = edit_question(question)
    content, kind = freeze(question, None), get_kind(question.kind)
    is_first = question_id not in get_answered(text, preview.walk)
    error, status, asked = "", 200, None
    if request.method == "POST":
        try:
            answer = kind.read_answer(request.POST)
            check_answer(content, answer)
        except LearningError as refused:
            error, status = str(refused), 409
            asked = describe(content, kind.get_given(request.POST), is_told=False)
        else:
            preview.walk.answers[question_id] = answer
            complete_when_done(preview, lesson)
    if asked is None:
        answered = get_answered(text, preview.walk)
        is_told = question_id in answered and "again" not in request.GET
        asked = describe(content, answered.get(question_id) if is_told else None, is_told=is_told)
    context = describe_check(lesson, question) | {"asked": asked, "error": error}
    if not request.htmx:
        if request.method == "POST" and not error:
            return preview.redirect(f"{lesson.url}#check-{question_id}")
        return preview.render("courses/assessment/check.html", context, status=status)
    response = preview.render("courses/assessment/_check.html", context, status=status)
    if status == 200:
        response.write(put_around(preview, lesson, question_id if is_first and request.method == "POST" else 0))
    return response


def complete_when_done(preview: Preview, lesson: Lesson) -> None:
    answered = get_answered(preview.text, preview.walk)
    if all(pk in answered for pk in preview.text.get_checks(lesson)):
        preview.walk.completed.add(lesson.pk)


def put_around(preview: Preview, lesson: Lesson, answered: int) -> str:
    """What an answer changes in the lesson around it; with the key of a question that was just answered for the first
    time what it opens, too."""
    rendering = draw(preview, lesson)
    opened = read(preview, rendering)
    context = preview.get_context() | around_context(preview.learner, opened)
    context["left"] = find_left(preview.text, preview.walk, opened.outline, preview.learner)
    html = render_to_string("escan/_lesson_after_check.html", context, preview.request)
    if lesson.is_stepwise and answered:
        steps = open_steps(preview, rendering)
        at = next((number for number, step in enumerate(steps) if step.check == answered), len(steps))
        following = fill(preview, lesson, "\n".join(step.html for step in steps[at + 1 :]))
        note = tell_steps(len(steps), len(split(preview, rendering)), is_again=True)
        html += render_to_string("courses/assessment/_next_step.html", {"html": following, "note": note})
    return preview.keep_inside(html)
