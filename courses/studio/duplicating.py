"""The pages before a lesson or a question is duplicated: what comes along, and what does not."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from wagtail import hooks

from accounts.http import StaffRequest
from core.acts import Act, ask, for_staff, sent
from courses.assessment.models.questions import Question
from courses.studio.placing import get_outline_address
from courses.writing.duplicating import NotDuplicated, duplicate_lesson, duplicate_question
from courses.writing.models import Lesson


@for_staff("courses.add_lesson", "courses.add_question")
def copy_lesson(request: StaffRequest, pk: int) -> HttpResponse:
    lesson = get_object_or_404(Lesson.objects.select_related("latest_revision", "module"), pk=pk)
    editor = reverse("wagtailsnippets_courses_lesson:edit", args=[pk])
    back_to = get_outline_address(lesson) or editor
    form = forms.Form(sent(request))
    if not form.is_valid():
        draft: Any = lesson.get_latest_revision_as_object()
        return ask(
            request,
            Act(
                title=gettext("Duplicate “{title}”").format(title=draft.title),
                about=gettext("Another lesson with the same text, as a draft behind this one."),
                consequences=_tell_of_lesson(draft),
                button=gettext("Duplicate"),
                back_to=back_to,
                icon="copy",
            ),
            form,
        )
    try:
        copy = duplicate_lesson(lesson=lesson, by=request.user)
    except NotDuplicated as refused:
        messages.error(request, str(refused))
        return redirect(back_to)
    messages.success(request, gettext("“{title}” is there as a draft.").format(title=copy.title))
    return redirect(get_outline_address(copy) or reverse("wagtailsnippets_courses_lesson:edit", args=[copy.pk]))


def _tell_of_lesson(draft: Any) -> list[str]:
    checks = sum(block["type"] == "question" for block in draft.body.raw_data)
    told = [gettext("It gets an address of its own, and “(copy)” behind its title until you rename it.")]
    if checks:
        told.append(
            ngettext(
                "Its {checks} check is duplicated with it, as a draft with its own key: who answered the old one has "
                "not answered this one. Publish it before the lesson.",
                "Its {checks} checks are duplicated with it, as drafts with their own keys: who answered the old ones "
                "has not answered these. Publish them before the lesson.",
                checks,
            ).format(checks=checks)
        )
    return [
        *told,
        gettext("Pictures, videos and studies are the same: who has watched a video in one has watched it in both."),
        gettext("Nothing that learners did comes along, and the lesson that is there stays as it is."),
    ]


@for_staff("courses.add_question")
def copy_question(request: StaffRequest, pk: int) -> HttpResponse:
    question = get_object_or_404(Question.objects.select_related("latest_revision"), pk=pk)
    editor = "wagtailsnippets_courses_question:edit"
    form = forms.Form(sent(request))
    if not form.is_valid():
        consequences = [
            gettext("It gets a key of its own, and stands in no lesson until an author puts it there."),
            gettext("What learners answered, and a question in words that stands for this one, stay with this one."),
        ]
        return ask(
            request,
            Act(
                title=gettext("Duplicate “{title}”").format(title=question.key),
                about=gettext("Another question with the same words, picture and key to its answer, as a draft."),
                consequences=consequences,
                button=gettext("Duplicate"),
                back_to=reverse(editor, args=[pk]),
                icon="copy",
            ),
            form,
        )
    try:
        copy = duplicate_question(question=question, by=request.user)
    except NotDuplicated as refused:
        messages.error(request, str(refused))
        return redirect(editor, pk)
    messages.success(request, gettext("“{title}” is there as a draft.").format(title=copy.key))
    return redirect(editor, copy.pk)


@hooks.register("register_admin_urls")
def register_copy_urls() -> list[URLPattern]:
    return [
        path("lessons/<int:pk>/duplicate/", copy_lesson, name="lesson_duplicate"),
        path("questions/<int:pk>/duplicate/", copy_question, name="question_duplicate"),
    ]
