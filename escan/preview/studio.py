"""The way into a preview: who may, in what size, and that nothing of it is kept or shown to anybody else."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, resolve
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods
from wagtail import hooks
from wagtail.admin.auth import require_admin_access

from accounts.http import StaffRequest
from core.reading import only_reading
from courses.writing.models import Course
from courses.writing.queries import may_preview
from escan.preview.manuscript import Manuscript, read_manuscript
from escan.preview.others import show_elsewhere
from escan.preview.showing import DRAFTS, FRAME, PAGE, PHONE, PUBLISHED, Preview, make_learner
from escan.preview.walk import Walk, read_walk, write_walk

View = Callable[..., HttpResponseBase]


def for_previewers(view: View) -> View:
    """Whoever may preview; what is answered is kept by no cache and found by no engine."""

    @require_admin_access
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_preview(request.user):
            raise PermissionDenied
        with only_reading():
            response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return guarded


class PlaceForm(forms.Form):
    """Where to begin."""

    lesson = forms.IntegerField(min_value=1)


@for_previewers
def begin(request: StaffRequest, pk: int) -> HttpResponse:
    """In the drafts, at a lesson or at the page of the course."""
    text, form = read_manuscript(pk, is_draft=True), PlaceForm(request.GET)
    start = text.course.get_absolute_url()
    if form.is_valid():
        start = text.get_lesson(pk=form.cleaned_data["lesson"]).url
    return redirect("preview_page", pk, DRAFTS, PAGE, start[1:])


@for_previewers
def begin_again(request: StaffRequest, pk: int) -> HttpResponse:
    """What was done is forgotten; the place to go on is the beginning, in the same size and of the same text."""
    course = get_object_or_404(Course, pk=pk)
    which = PUBLISHED if request.POST.get("which") == PUBLISHED else DRAFTS
    size = PHONE if request.POST.get("size") == PHONE else PAGE
    response = redirect("preview_page", pk, which, size, course.get_absolute_url()[1:])
    if request.method == "POST":
        write_walk(response, request, pk, Walk(), path=request.path.removesuffix("again/"))
    return response


@for_previewers
def show(request: StaffRequest, pk: int, which: str, size: str, at: str) -> HttpResponse:
    if which not in (DRAFTS, PUBLISHED) or size not in (PAGE, FRAME, PHONE):
        raise Http404("There is no such preview.")
    text = read_manuscript(pk, is_draft=which == DRAFTS)
    walk = read_walk(request, pk)
    preview = Preview(request, which, size, f"/{at}", text, walk, make_learner())
    if size == PHONE:
        return render(request, "escan/preview/phone.html", {"preview": preview})
    request.is_preview = True  # type: ignore[attr-defined]  # learners' own policy, as Wagtail's previews have it
    response = answer(preview)
    if request.method == "POST":
        write_walk(response, request, pk, walk, path=preview.root)
    return response


def answer(preview: Preview) -> HttpResponse:
    if not preview.text.is_draft and not preview.text.course.live:
        return preview.tell(
            gettext("Not published yet"), gettext("Learners do not find this course: look at its drafts.")
        )
    match = resolve(preview.at, urlconf="escan.preview.urls")
    named = match.kwargs.get("course")
    if named is not None and named not in _get_slugs(preview.text):
        return show_elsewhere(preview)
    try:
        response: HttpResponse = match.func(preview, **match.kwargs)
    except Http404:
        return preview.tell(
            gettext("Not there"),
            gettext("It is no part of the course any more, or of this preview. Go on from the page of the course."),
            status=404,
        )
    return response


def _get_slugs(text: Manuscript) -> set[str]:
    """A draft may have another than the course that is published, whose links in texts lead here, too."""
    known = Course.objects.filter(pk=text.course.pk).values_list("slug", flat=True)
    return {text.course.slug, *known}


@hooks.register("register_admin_urls")
def register_preview_urls() -> list[URLPattern]:
    return [
        path("courses/<int:pk>/preview/", begin, name="preview"),
        path("courses/<int:pk>/preview/again/", begin_again, name="preview_again"),
        path("courses/<int:pk>/preview/<slug:which>/<slug:size>/", show, {"at": ""}),
        path("courses/<int:pk>/preview/<slug:which>/<slug:size>/<path:at>", show, name="preview_page"),
    ]
