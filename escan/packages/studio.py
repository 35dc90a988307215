"""The studio's screens of courses that go out as packages and come in."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from accounts.http import StaffRequest
from core.acts import Act, ask, for_staff, sent
from courses.models import Course
from courses.writing.naming import find_free_name
from escan.loader.errors import ContentError
from escan.packages import services
from escan.packages.applying import MAY_PUBLISH
from escan.packages.archive import LARGEST_PACKAGE
from escan.packages.collecting import collect
from escan.packages.errors import NothingToExport, PackageClosed, PackageRefused
from escan.packages.models import PackageImport
from escan.packages.queries import (
    MAY_EXPORT,
    MAY_IMPORT,
    get_course_of,
    get_done,
    get_package,
    list_changes,
    list_links,
    list_packages,
)

for_exporters = for_staff(*MAY_EXPORT)
for_importers = for_staff(*MAY_IMPORT)


@hooks.register("register_log_actions")
def register_actions(actions: LogActionRegistry) -> None:
    actions.register_action("escan.export_course", _("Export package"), _("Exported as a package"))
    actions.register_action("escan.read_package", _("Read package"), _("Package received"))
    actions.register_action("escan.confirm_package", _("Confirm package"), _("Package confirmed"))
    actions.register_action("escan.discard_package", _("Discard package"), _("Package discarded"))
    actions.register_action("escan.import_course", _("Import package"), _("Came in as a package"))


# --- Out ----------------------------------------------------------------------------------------------


@for_exporters
def show_export(request: StaffRequest, pk: int) -> HttpResponse:
    """Which of the two packages there are, and what is in neither."""
    course = get_object_or_404(Course, pk=pk)
    packages = [
        describe_package(course, drafts=False, name="package_published", label=gettext("What is published")),
        describe_package(course, drafts=True, name="package_drafts", label=gettext("The drafts: the newest of all")),
    ]
    return render(request, "escan/packages/export.html", {"course": course, "packages": packages})


def describe_package(course: Course, *, drafts: bool, name: str, label: str) -> dict[str, Any]:
    words = {"label": label, "address": reverse(name, args=[course.pk])}
    try:
        collected = collect(course, drafts=drafts)
    except (NothingToExport, ContentError) as error:
        return {**words, "refused": str(error)}
    tree = collected.tree
    return {**words, "left": collected.left, "lessons": len(tree.lessons), "questions": len(tree.questions)}


@for_exporters
def download(request: StaffRequest, pk: int, holds: str) -> HttpResponseBase:
    course = get_object_or_404(Course, pk=pk)
    try:
        export = services.export_course(course=course, drafts=holds == "drafts", by=request.user)
    except (NothingToExport, ContentError) as error:
        messages.error(request, str(error))
        return redirect("package_export", course.pk)
    named = {"Content-Disposition": f'attachment; filename="{course.slug}.zip"'}
    return StreamingHttpResponse(export.pieces, content_type="application/zip", headers=named)


# --- In -----------------------------------------------------------------------------------------------


class PackageForm(forms.Form):
    file = forms.FileField(
        label=_("Package"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".zip"}),
        help_text=_("A .zip that an academy exported, at most %(most)d MB.") % {"most": LARGEST_PACKAGE // 10**6},
    )


class CopyForm(forms.Form):
    slug = forms.SlugField(
        label=_("Slug of the copy"),
        max_length=50,
        help_text=_("Its lessons and questions get names of their own, and nothing here is changed."),
    )

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if Course.objects.filter(slug=slug).exists():
            raise forms.ValidationError(gettext("A course has this slug already. Choose another."))
        return slug


@for_importers
def show_packages(request: StaffRequest) -> HttpResponse:
    """POST keeps a file, and leads to what is seen of it."""
    form = PackageForm(request.POST, request.FILES) if request.method == "POST" else PackageForm()
    if form.is_valid():
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        try:
            row = services.receive_package(file=file, file_name=PurePath(file.name or "").name, by=request.user)
        except PackageRefused as error:
            form.add_error("file", str(error))
        else:
            return redirect("package", row.pk)
    context = {"form": form, "packages": list_packages()}
    return render(request, "escan/packages/packages.html", context, status=422 if form.is_bound else 200)


@for_importers
def show_package(request: StaffRequest, pk: int) -> HttpResponse:
    return show(request, get_package(pk), CopyForm())


def show(request: StaffRequest, row: PackageImport, form: CopyForm) -> HttpResponse:
    context = {
        "form": form,
        "changes": list_changes(row),
        "course": get_course_of(row),
        "links": list_links(row),
        "may_publish": request.user.has_perms(MAY_PUBLISH),
        **about(row),
    }
    status = 422 if form.is_bound else 200
    return render(request, "escan/packages/package.html", context, status=status)


def about(row: PackageImport) -> dict[str, Any]:
    return {"row": row, "done": get_done(row)}


@for_importers
def show_state(request: StaffRequest, pk: int) -> HttpResponse:
    """The part of the page that asks again while something is done; once it is, the page is loaded anew."""
    row = get_package(pk)
    response = render(request, "escan/packages/_state.html", about(row))
    if not row.is_under_way:
        response.headers["HX-Refresh"] = "true"
    return response


class ConfirmForm(forms.Form):
    publish = forms.BooleanField(required=False)


@for_importers
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    get_package(pk)
    form = ConfirmForm(request.POST)
    if request.method == "POST" and form.is_valid():
        publish = form.cleaned_data["publish"] and request.user.has_perms(MAY_PUBLISH)
        try:
            services.confirm_package(pk=pk, by=request.user, publish=publish)
        except PackageClosed as error:
            messages.error(request, str(error))
    return redirect("package", pk)


@for_importers
def look_again(request: StaffRequest, pk: int) -> HttpResponse:
    """At the same package: as a copy, or at what it changes by now."""
    row = get_package(pk)
    if request.method != "POST":
        return redirect("package", pk)
    form = CopyForm(request.POST) if "slug" in request.POST else None
    if form is not None and not form.is_valid():
        return show(request, row, form)
    try:
        services.look_again(pk=pk, slug=form.cleaned_data["slug"] if form else row.slug)
    except PackageClosed as error:
        messages.error(request, str(error))
    return redirect("package", pk)


@for_importers
def discard(request: StaffRequest, pk: int) -> HttpResponse:
    get_package(pk)
    if request.method != "POST":
        return redirect("package", pk)
    try:
        services.discard_package(pk=pk, by=request.user)
    except PackageClosed as error:
        messages.error(request, str(error))
        return redirect("package", pk)
    messages.success(request, gettext("It is discarded; nothing came in."))
    return redirect("packages")


# --- Another of the same ------------------------------------------------------------------------------


class DuplicateForm(CopyForm):
    title = forms.CharField(label=_("Title of the copy"), max_length=120)

    field_order = ["title", "slug"]


@for_staff(*MAY_EXPORT, *MAY_IMPORT)
def duplicate(request: StaffRequest, pk: int) -> HttpResponse:
    """What is there goes out as a package, and comes in under another slug by the screen of packages."""
    course = get_object_or_404(Course, pk=pk)
    suggested = {
        "title": gettext("{title} (copy)").format(title=course.title[:100]),
        "slug": find_free_name(Course, "slug", course.slug),
    }
    form = DuplicateForm(sent(request), initial=suggested)
    if not form.is_valid():
        return ask(request, describe_duplicate(course), form)
    try:
        row = services.duplicate_course(course=course, by=request.user, **form.cleaned_data)
    except (ContentError, PackageRefused) as error:
        messages.error(request, str(error))
        return redirect("course_outline", pk)
    return redirect("package", row.pk)


def describe_duplicate(course: Course) -> Act:
    return Act(
        title=gettext("Duplicate “{title}”").format(title=course.title),
        about=gettext("Another course with the newest of its modules, lessons, questions, pictures and videos."),
        consequences=[
            gettext("All of it comes in as drafts, with addresses and keys of its own. The course stays as it is."),
            gettext("Learners, what they did, reviews and the designation for credit do not come along."),
            gettext("Real cases and pictures of patients stay where they are: the lessons come in without them."),
            gettext("The next page says what comes in, and waits for your word."),
        ],
        button=gettext("Go on"),
        back_to=reverse("course_outline", args=[course.pk]),
        icon="copy",
    )


@hooks.register("register_admin_urls")
def register_package_urls() -> list[URLPattern]:
    return [
        path("courses/<int:pk>/duplicate/", duplicate, name="course_duplicate"),
        path("courses/<int:pk>/export/", show_export, name="package_export"),
        path("courses/<int:pk>/export/published/", download, {"holds": "published"}, name="package_published"),
        path("courses/<int:pk>/export/drafts/", download, {"holds": "drafts"}, name="package_drafts"),
        path("packages/", show_packages, name="packages"),
        path("packages/<int:pk>/", show_package, name="package"),
        path("packages/<int:pk>/state/", show_state, name="package_state"),
        path("packages/<int:pk>/confirm/", confirm, name="package_confirm"),
        path("packages/<int:pk>/again/", look_again, name="package_again"),
        path("packages/<int:pk>/discard/", discard, name="package_discard"),
    ]
