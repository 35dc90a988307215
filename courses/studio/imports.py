"""The studio's screens of questions that come in as a file, and go out as one."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from accounts.http import StaffRequest
from core.acts import for_staff
from courses.assessment.errors import FileRefused, ImportClosed
from courses.assessment.formats import FORMATS, LARGEST_FILE, Format
from courses.assessment.kinds import get_kind
from courses.assessment.models.imports import QuestionImport
from courses.assessment.models.questions import QuestionUse
from courses.assessment.queries.imports import get_import, get_written, list_imports, write_out
from courses.assessment.services import imports
from courses.writing.models import Course

for_importers = for_staff("courses.add_question")
for_exporters = for_staff("courses.change_question")


@hooks.register("register_log_actions")
def register_actions(actions: LogActionRegistry) -> None:
    actions.register_action("courses.read_questions", _("Read questions"), _("File of questions read"))
    actions.register_action("courses.confirm_import", _("Confirm import"), _("Import of questions confirmed"))
    actions.register_action("courses.discard_import", _("Discard import"), _("Import of questions discarded"))
    actions.register_action("courses.import_questions", _("Import questions"), _("Questions imported, as drafts"))


def list_courses() -> Any:
    return Course.objects.order_by("position", "title").defer("description")


class ImportForm(forms.Form):
    course = forms.ModelChoiceField(Course.objects.none(), label=_("Course"))
    use = forms.ChoiceField(
        label=_("Use"),
        choices=[(use.value, use.label) for use in (QuestionUse.TEST, QuestionUse.CHECK)],
        help_text=_("Of all its questions; it can be changed in each."),
    )
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xml,.txt,.gift"}),
        help_text=_("Moodle XML or GIFT, at most %(most)d MB.") % {"most": LARGEST_FILE // 10**6},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = list_courses()  # type: ignore[attr-defined]

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(
                gettext("The file is larger than %(most)d MB. Export it in parts.") % {"most": LARGEST_FILE // 10**6}
            )
        return file


@for_importers
def show_imports(request: StaffRequest) -> HttpResponse:
    """POST reads a file, and leads to what was understood of it."""
    began = {"course": request.GET.get("course")}
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm(initial=began)
    if form.is_valid():
        sent = form.cleaned_data
        try:
            row = imports.read_questions(
                course=sent["course"],
                use=sent["use"],
                data=bytes(sent["file"].read()),
                file_name=PurePath(sent["file"].name or "").name,
                by=request.user,
            )
        except FileRefused as error:
            form.add_error("file", gettext("{reason} Nothing of it is kept.").format(reason=error))
        else:
            return redirect("question_import", row.pk)
    context = {"form": form, "imports": list_imports()}
    status = 422 if form.is_bound else 200
    return render(request, "courses/studio/questions/imports.html", context, status=status)


@for_importers
def show_import(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_import(pk)
    questions = [{**entry, "kind": get_kind(entry["fields"]["kind"]).label} for entry in row.questions]
    context = {
        "questions": questions,
        "refused": [line for line in row.lines if line[3]],
        "left_out": [line for line in row.lines if not line[3]],
    }
    return render(request, "courses/studio/questions/import.html", context | about(row))


def about(row: QuestionImport) -> dict[str, Any]:
    return {"row": row, "format": FORMATS[row.form].label, "written": get_written(row)}


@for_importers
def show_state(request: StaffRequest, pk: int) -> HttpResponse:
    """The part of the page that asks again while questions are written; once they are, the page is loaded anew."""
    row = get_import(pk)
    response = render(request, "courses/studio/questions/_state.html", about(row))
    if not row.is_under_way:
        response.headers["HX-Refresh"] = "true"
    return response


@for_importers
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    get_import(pk)
    if request.method == "POST":
        try:
            imports.confirm_import(pk=pk, by=request.user)
        except ImportClosed as error:
            messages.error(request, str(error))
    return redirect("question_import", pk)


@for_importers
def discard(request: StaffRequest, pk: int) -> HttpResponse:
    get_import(pk)
    if request.method != "POST":
        return redirect("question_import", pk)
    try:
        imports.discard_import(pk=pk, by=request.user)
    except ImportClosed as error:
        messages.error(request, str(error))
        return redirect("question_import", pk)
    messages.success(request, gettext("It is discarded; no question came in."))
    return redirect("question_imports")


# --- Out ----------------------------------------------------------------------------------------------


class ExportForm(forms.Form):
    course = forms.ModelChoiceField(Course.objects.none(), label=_("Course"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = list_courses()  # type: ignore[attr-defined]


@for_exporters
def show_export(request: StaffRequest) -> HttpResponse:
    """What of a course's questions goes into a file of each format, and what cannot."""
    form = ExportForm(request.GET if "course" in request.GET else None)
    course = form.cleaned_data["course"] if form.is_valid() else None
    files: list[dict[str, Any]] = []
    if course is not None:
        files = [describe_file(course, each) for each in FORMATS.values()]
    context = {"form": form, "course": course, "files": files}
    return render(request, "courses/studio/questions/export.html", context, status=422 if form.errors else 200)


def describe_file(course: Course, form: Format) -> dict[str, Any]:
    written = write_out(course, form)
    count = ngettext("%(n)d question", "%(n)d questions", len(written.given)) % {"n": len(written.given)}
    return {"form": form, "count": count, "left": written.left, "is_empty": not written.given}


@for_exporters
def download(request: StaffRequest, course_id: int, form: str) -> HttpResponse:
    if form not in FORMATS:
        raise Http404("There is no such format.")
    course = get_object_or_404(Course, pk=course_id)
    written = FORMATS[form].write(write_out(course, FORMATS[form]).given)
    response = HttpResponse(written, content_type=FORMATS[form].media_type)
    response["Content-Disposition"] = f'attachment; filename="{course.slug}-questions.{FORMATS[form].suffix}"'
    return response


@hooks.register("register_admin_urls")
def register_import_urls() -> list[URLPattern]:
    return [
        path("questions/imports/", show_imports, name="question_imports"),
        path("questions/imports/<int:pk>/", show_import, name="question_import"),
        path("questions/imports/<int:pk>/state/", show_state, name="question_import_state"),
        path("questions/imports/<int:pk>/confirm/", confirm, name="question_import_confirm"),
        path("questions/imports/<int:pk>/discard/", discard, name="question_import_discard"),
        path("questions/export/", show_export, name="question_export"),
        path("questions/export/<int:course_id>/<slug:form>/", download, name="question_export_file"),
    ]
