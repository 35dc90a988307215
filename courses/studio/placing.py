"""Lessons, modules and questions at their place in a course: they begin there, and lead back to its outline."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.admin import messages
from wagtail.admin.panels import Panel
from wagtail.admin.widgets.button import HeaderButton

from courses.assessment.models.questions import Question
from courses.writing.arranging import take_place
from courses.writing.models import Course, Lesson, Module


def get_outline_address(row: Model | None) -> str:
    """Where the row stands on the outline of its course; nothing for what belongs to none."""
    if isinstance(row, Lesson):
        if row.module_id is None:
            return ""
        return f"{reverse('course_outline', args=[row.module.course_id])}#lesson-{row.pk}"
    if isinstance(row, Module):
        return f"{reverse('course_outline', args=[row.course_id])}#module-{row.pk}"
    course = _get_course_id(row)
    return reverse("course_outline", args=[course]) if course else ""


def _get_course_id(row: Model | None) -> int | None:
    return row.pk if isinstance(row, Course) else row.course_id if isinstance(row, Module | Question) else None


def list_outline_buttons(row: Model | None) -> list[HeaderButton]:
    """For the head of an editor."""
    address = get_outline_address(row)
    if not address:
        return []
    buttons = [HeaderButton(gettext("Outline"), url=address, icon_name="list-ul")]
    return [
        *buttons,
        HeaderButton(gettext("Preview as a learner"), url=get_preview_address(row), icon_name="mobile-alt"),
    ]


def get_preview_address(row: Model | None) -> str:
    """Where a row is seen as a learner sees it. The preview lies above this, and is known by its address alone."""
    if isinstance(row, Lesson):
        return f"{reverse('preview', args=[row.module.course_id])}?lesson={row.pk}"
    return reverse("preview", args=[_get_course_id(row)])


def get_copy_address(row: Model | None) -> str:
    """Of the page before a row is duplicated; nothing for what is not. A course's lies above, and is known by name."""
    names: dict[type[Any], str] = {
        Lesson: "lesson_duplicate",
        Question: "question_duplicate",
        Course: "course_duplicate",
    }
    name = names.get(type(row))
    return reverse(name, args=[row.pk]) if name and row is not None else ""


def list_ways_to_outline(row: Model | None) -> list[Any]:
    """For the message after saving."""
    address = get_outline_address(row)
    return [messages.button(address, gettext("Outline of the course"))] if address else []


class TakesPlace:
    """A view that saves a lesson or a module."""

    form: Any

    def save_instance(self) -> Any:
        with transaction.atomic():
            take_place(self.form.instance)
            return super().save_instance()  # type: ignore[misc]


class Preselects:
    """A view that adds what belongs to other rows, which the address may name: `?course=3`."""

    request: HttpRequest
    model: Any
    preselected: ClassVar[tuple[str, ...]] = ()

    def get_initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_initial()  # type: ignore[misc]
        for name in self.preselected:
            known = self.model._meta.get_field(name).related_model._default_manager.all()
            try:
                row = forms.ModelChoiceField(known, required=False).clean(self.request.GET.get(name))
            except ValidationError:
                continue
            if row is not None:
                initial[name] = row.pk
        return initial


class PlacePanel(Panel):
    """Where a lesson stands, and the way to the screen on which it is moved."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "courses/studio/place.html"

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.instance.pk and self.instance.module_id)

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return {**context, "module": self.instance.module, "address": get_outline_address(self.instance)}
