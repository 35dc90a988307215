"""The page before a course, a module or a lesson is archived: what learners lose; and the press that brings it back."""

from collections.abc import Iterator

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from accounts.http import StaffRequest
from core.acts import Act, ask, for_staff, sent
from core.http import post_only
from courses.assessment.models.questions import Question
from courses.learning.models import Completion, Enrolment, LessonProgress
from courses.studio.home import MAY_ARRANGE
from courses.writing.archiving import Put, archive, list_lessons, name, restore
from courses.writing.arranging import NotArranged
from courses.writing.models import Course, Lesson, Module

for_keepers = for_staff(*MAY_ARRANGE, "courses.publish_lesson", "courses.publish_course")
MODELS: dict[str, type[Put]] = {"course": Course, "module": Module, "lesson": Lesson}


def get_row(pk: int, kind: str, row: int) -> Put:
    """Of this course. Raises Http404."""
    course = {"course": "pk", "module": "course", "lesson": "module__course"}[kind]
    found: Put | None = MODELS[kind]._default_manager.filter(pk=row).filter(**{course: pk}).first()
    if found is None:
        raise Http404("There is no such row in this course.")
    return found


@for_keepers
def put_away(request: StaffRequest, pk: int, kind: str, row: int) -> HttpResponse:
    found = get_row(pk, kind, row)
    form = forms.Form(sent(request))
    if not form.is_valid():
        return ask(request, describe(found, pk), form)
    try:
        archive(row=found, by=request.user)
    except NotArranged as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, gettext("“{title}” is archived.").format(title=name(found)))
    return redirect("course_outline", pk)


@post_only("course_outline", "pk")
@for_keepers
def bring_back(request: StaffRequest, pk: int, kind: str, row: int) -> HttpResponse:
    found = get_row(pk, kind, row)
    try:
        restore(row=found, by=request.user)
    except NotArranged as refused:
        messages.error(request, str(refused))
    else:
        told = gettext("“{title}” is back. What was published of it is a draft now: publish it when you are ready.")
        messages.success(request, told.format(title=name(found)))
    return redirect("course_outline", pk)


def describe(row: Put, pk: int) -> Act:
    return Act(
        title=gettext("Archive “{title}”").format(title=name(row)),
        about=gettext("It goes from the outline into the part “Archived”, and nobody changes it there."),
        consequences=[*tell_learners(row), gettext("It can be restored at any time, as a draft.")],
        button=gettext("Archive"),
        back_to=reverse("course_outline", args=[pk]),
        icon="folder",
        is_serious=True,
    )


def tell_learners(row: Put) -> Iterator[str]:
    """What becomes of what they do, and of what others say of it."""
    if isinstance(row, Course):
        yield from _tell_of_course(row)
        return
    lessons = list_lessons(row)
    live = [lesson for lesson in lessons if lesson.live]
    if isinstance(row, Module):
        yield ngettext("{n} lesson goes with it.", "{n} lessons go with it.", len(lessons)).format(n=len(lessons))
    if not live:
        yield gettext("Learners do not see it now: nothing of it is published.")
        return
    yield _tell_of_progress(live)
    yield from _tell_of_tests(live)
    yield from _tell_of_rest(live)


def _tell_of_course(course: Course) -> Iterator[str]:
    if not course.live:
        yield gettext("Learners do not see it now: it is not published.")
        return
    begun, done = (model._default_manager.filter(course=course).count() for model in (Enrolment, Completion))
    yield ngettext(
        "{begun} learner has begun it, and {done} completed it. Nobody finds it any more.",
        "{begun} learners have begun it, and {done} completed it. Nobody finds it any more.",
        begun,
    ).format(begun=begun, done=done)
    yield gettext(
        "What they did stays, and so do certificates. Credit that is not claimed yet cannot be claimed meanwhile."
    )


def _tell_of_progress(live: list[Lesson]) -> str:
    progress = LessonProgress.objects.filter(lesson__in=live)
    begun = progress.values("user").distinct().count()
    done = progress.filter(completed_at__isnull=False).values("user").distinct().count()
    return ngettext(
        "{begun} learner has begun it, and {done} completed it. They see it no longer; what they did stays.",
        "{begun} learners have begun it, and {done} completed it. They see it no longer; what they did stays.",
        begun,
    ).format(begun=begun, done=done)


def _tell_of_tests(live: list[Lesson]) -> Iterator[str]:
    """What questions and tests lose with it."""
    asked = {
        block.value.pk for lesson in live for block in lesson.body if block.block_type == "question" and block.value
    }
    if asked:
        yield ngettext(
            "{n} check stands in it, and is asked nowhere then.",
            "{n} checks stand in it, and are asked nowhere then.",
            len(asked),
        ).format(n=len(asked))
    pointing = Question.objects.filter(lesson__in=live, live=True).exclude(pk__in=asked).count()
    if pointing:
        yield ngettext(
            "{n} question of the tests says to read it: it is asked still, and leads to no lesson.",
            "{n} questions of the tests say to read it: they are asked still, and lead to no lesson.",
            pointing,
        ).format(n=pointing)
    if any(lesson.is_required for lesson in live):
        yield gettext("The post-test waits for it no longer.")


def _tell_of_rest(live: list[Lesson]) -> Iterator[str]:
    course = live[0].module.course
    rest = Lesson.objects.filter(module__course=course, live=True).exclude(pk__in=[lesson.pk for lesson in live])
    if course.live and not rest.exists():
        yield gettext("It is all that is published of the course: the course is empty for learners then.")


@hooks.register("register_log_actions")
def register_actions(actions: LogActionRegistry) -> None:
    actions.register_action("courses.archive", _("Archive"), _("Archived"))
    actions.register_action("courses.restore", _("Restore"), _("Restored from the archive"))


@hooks.register("register_admin_urls")
def register_archive_urls() -> list[URLPattern]:
    at = "courses/<int:pk>/outline"
    return [
        made
        for kind in MODELS
        for made in (
            path(f"{at}/archive/{kind}/<int:row>/", put_away, {"kind": kind}, name=f"archive_{kind}"),
            path(f"{at}/restore/{kind}/<int:row>/", bring_back, {"kind": kind}, name=f"restore_{kind}"),
        )
    ]
