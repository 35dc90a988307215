"""All of a course that changed goes to review at once: it has dozens of questions."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from accounts.http import StaffRequest
from core.acts import for_staff, sent
from courses.assessment.models.questions import Question
from courses.writing.archiving import IN_USE, LESSON_IN_USE
from courses.writing.models import Course, Lesson, Module
from reviews.errors import ReviewRefused
from reviews.forms import NoteForm
from reviews.models import OPEN
from reviews.queries import MAY_SEND, with_review
from reviews.registry import find_kind
from reviews.services.sending import find_refusal, send
from reviews.studio.sending import get_editor, tell_sent, tell_steps


class SendManyForm(NoteForm):
    pick = forms.MultipleChoiceField(
        label=_("What goes to review"), error_messages={"required": _("Choose at least one.")}
    )

    def __init__(self, data: Any, *, known: list[str]) -> None:
        super().__init__(data)
        self.fields["pick"].choices = [(key, "") for key in known]  # type: ignore[attr-defined]


def list_changed(course: Course) -> list[Any]:
    """Drafts of the course that are not in review yet: questions first, for lessons have some of them in their text."""
    found: list[Any] = []
    for rows in (
        Question.objects.filter(course=course),
        Module.objects.filter(IN_USE, course=course, live=True).order_by("position"),
        Lesson.objects.filter(LESSON_IN_USE, module__course=course).order_by("module__position", "position"),
        Course.objects.filter(pk=course.pk),
    ):
        drafts = (
            with_review(rows).filter(latest_revision__isnull=False).exclude(live=True, has_unpublished_changes=False)
        )
        found += [row for row in drafts.select_related("latest_revision") if row.review not in OPEN]
    return found


def name_row(row: Any) -> str:
    return f"{row._meta.model_name}-{row.pk}"


@for_staff(MAY_SEND, "courses.change_lesson", "courses.change_question", "courses.change_course")
def send_course(request: StaffRequest, pk: int) -> HttpResponse:
    course = get_object_or_404(Course, pk=pk)
    rows = list_changed(course)
    refusals = {name_row(row): find_refusal(row) for row in rows}
    ready = {name_row(row): row for row in rows if refusals[name_row(row)] is None}
    form = SendManyForm(sent(request), known=list(ready))
    if form.is_valid():
        picked = [ready[key] for key in form.cleaned_data["pick"]]
        try:
            made = send(rows=picked, note=form.cleaned_data["note"], by=request.user)
        except ReviewRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, tell_sent(len(made)))
        return redirect("course_outline", pk)
    kind = find_kind(course)
    context = {
        "course": course,
        "form": form,
        "ready": [describe(key, row) for key, row in ready.items()],
        "refused": [
            {**describe(name_row(row), row), "told": refusals[name_row(row)]}
            for row in rows
            if name_row(row) not in ready
        ],
        "consequences": tell_steps(kind.get_scope(course)) if kind else [],
    }
    return render(request, "courses/studio/send.html", context, status=422 if form.is_bound else 200)


def describe(key: str, row: Any) -> dict[str, Any]:
    return {
        "key": key,
        "title": row.latest_revision.object_str,
        "kind": row._meta.verbose_name,
        "is_new": not row.live,
        "editor": get_editor(row),
    }


@hooks.register("register_admin_urls")
def register_send_urls() -> list[URLPattern]:
    return [path("courses/<int:pk>/outline/send/", send_course, name="course_outline_send")]
