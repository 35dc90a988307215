"""The course on one screen: where its lessons and modules are arranged, and whatever it needs is reached from."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from accounts.http import StaffRequest
from core.acts import for_staff
from core.http import SeeOther, post_only
from courses.studio.home import MAY_ARRANGE
from courses.studio.outlining import get_course_outline
from courses.writing import arranging
from courses.writing.arranging import NotArranged, Target
from courses.writing.beginning import AlreadyBegun, begin_course
from courses.writing.models import Course
from courses.writing.queries import get_past_slugs
from imaging.testsets.queries import get_test_set_of

for_authors = for_staff(*MAY_ARRANGE)

TITLE = forms.CharField(label=_("Title"), max_length=120)


class MovedForm(forms.Form):
    """Names one lesson or one module."""

    lesson = forms.IntegerField(required=False)
    module = forms.IntegerField(required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and (given["lesson"] is None) == (given["module"] is None):
            raise forms.ValidationError(gettext("Name a lesson or a module."))
        return given


class MoveForm(MovedForm):
    """A step, or a place: a lesson's module, and the row before which it goes."""

    step = forms.TypedChoiceField(choices=[("-1", ""), ("1", "")], coerce=int, required=False)
    to = forms.IntegerField(required=False)
    before = forms.IntegerField(required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not self.errors and not given["step"] and given["lesson"] is not None and given["to"] is None:
            raise forms.ValidationError(gettext("Choose the module it goes to."))
        return given


class RenameForm(MovedForm):
    title = TITLE


DRAFT_IS_CALLED = _("The draft is called “{title}” now: learners see it once it is published.")


class ModuleForm(forms.Form):
    title = TITLE


# --- What is asked of it ----------------------------------------------------------------------------


@for_authors
def show_outline(request: StaffRequest, pk: int) -> HttpResponse:
    course = get_object_or_404(Course, pk=pk)
    context = {
        "outline": get_course_outline(course),
        "test_set": get_test_set_of(course.slug, once=get_past_slugs(course)),
        # The activity's screens lie above this one, and are known by their address alone.
        "may_see_activity": request.user.has_perm("cme.change_activity"),
    }
    return render(request, "courses/studio/outline.html", context)


def arranging_view(form_class: type[forms.Form]) -> Callable[[Callable[..., str]], Callable[..., HttpResponseBase]]:
    """An address that takes one form, and leads back to where the eyes and the keyboard were."""

    def decorate(act: Callable[..., str]) -> Callable[..., HttpResponseBase]:
        @post_only("course_outline", "pk")
        @for_authors
        def take(request: StaffRequest, pk: int) -> HttpResponse:
            get_object_or_404(Course.objects.only("pk"), pk=pk)
            form = form_class(request.POST)
            if not form.is_valid():
                return _refuse(request, pk, " ".join(str(told) for errors in form.errors.values() for told in errors))
            try:
                anchor = act(request, pk, form.cleaned_data)
            except (NotArranged, AlreadyBegun) as refused:
                return _refuse(request, pk, str(refused), _name_row(form.cleaned_data))
            return _lead_back(pk, anchor)

        return take

    return decorate


@arranging_view(MoveForm)
def move(request: StaffRequest, pk: int, given: dict[str, Any]) -> str:
    target = Target(step=given["step"] or 0, module_id=given["to"], before_id=given["before"])
    told = arranging.move(
        course_id=pk, target=target, by=request.user, lesson_id=given["lesson"], module_id=given["module"]
    )
    messages.success(request, told)
    press = {arranging.UP: "-up", arranging.DOWN: "-down"}.get(given["step"], "")
    return _name_row(given) + press


@arranging_view(RenameForm)
def rename(request: StaffRequest, pk: int, given: dict[str, Any]) -> str:
    if given["module"] is not None:
        module = arranging.rename_module(course_id=pk, module_id=given["module"], title=given["title"], by=request.user)
        told = DRAFT_IS_CALLED if module.is_seen else gettext("The module is called “{title}” now.")
        messages.success(request, told.format(title=module.title))
        return _name_row(given)
    lesson = arranging.rename_lesson(course_id=pk, lesson_id=given["lesson"], title=given["title"], by=request.user)
    told = DRAFT_IS_CALLED if lesson.live else gettext("The lesson is called “{title}” now.")
    messages.success(request, told.format(title=lesson.title))
    return _name_row(given)


@arranging_view(ModuleForm)
def add_module(request: StaffRequest, pk: int, given: dict[str, Any]) -> str:
    module = arranging.add_module(course_id=pk, title=given["title"], by=request.user)
    messages.success(request, gettext("“{title}” is added.").format(title=module.title))
    return f"module-{module.pk}"


@arranging_view(forms.Form)
def begin(request: StaffRequest, pk: int, given: dict[str, Any]) -> str:
    lesson = begin_course(course_id=pk, by=request.user)
    messages.success(
        request, gettext("A first module and a lesson are there as drafts. Write what each part asks for.")
    )
    return f"lesson-{lesson.pk}"


def _name_row(given: dict[str, Any]) -> str:
    """The id of its element on the page."""
    kinds = [kind for kind in ("lesson", "module") if given.get(kind) is not None]
    return f"{kinds[0]}-{given[kinds[0]]}" if kinds else ""


def _refuse(request: HttpRequest, pk: int, told: str, anchor: str = "") -> HttpResponse:
    messages.error(request, told)
    return _lead_back(pk, anchor)


def _lead_back(pk: int, anchor: str) -> HttpResponse:
    return SeeOther(reverse("course_outline", args=[pk]) + (f"#{anchor}" if anchor else ""))


# --- Its places in the studio -----------------------------------------------------------------------


@hooks.register("register_log_actions")
def register_actions(actions: LogActionRegistry) -> None:
    actions.register_action("courses.move", _("Move"), _("Moved in the outline"))


@hooks.register("register_admin_urls")
def register_outline_urls() -> list[URLPattern]:
    return [
        path("courses/<int:pk>/outline/", show_outline, name="course_outline"),
        path("courses/<int:pk>/outline/move/", move, name="course_outline_move"),
        path("courses/<int:pk>/outline/rename/", rename, name="course_outline_rename"),
        path("courses/<int:pk>/outline/modules/", add_module, name="course_outline_add_module"),
        path("courses/<int:pk>/outline/begin/", begin, name="course_outline_begin"),
    ]
