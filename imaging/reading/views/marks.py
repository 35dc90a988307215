"""Marks: the viewer sends them as JSON to the same services as the forms of the page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from core.http import post_only
from imaging.errors import ImagingError
from imaging.reading import services
from imaging.reading.forms import DescribedForm, DescriptionForm, PlacedForm
from imaging.reading.models import Reading
from imaging.reading.showing import describe_mark
from imaging.reading.views.access import back_to, in_words, of_reader, read_json, refused
from imaging.reading.views.pages import describe_list, show_asked


@require_http_methods(["GET", "HEAD", "POST"])
@of_reader
def marks(request: HttpRequest, reading: Reading) -> HttpResponse:
    """POST puts a mark, or changes the one of this id; GET is the list of them as it stands in the page."""
    if request.method != "POST":
        return render(request, "imaging/reading/_marks.html", describe_list(reading))
    form = PlacedForm(read_json(request))
    if not form.is_valid():
        return JsonResponse({"error": in_words(form)}, status=400)
    given = form.cleaned_data
    try:
        if key := given["id"]:
            moved = given["view"], given["x"], given["y"]
            mark = services.change_mark(reading=reading, key=key, description=form.description, place=moved)
            return JsonResponse(describe_mark(mark))
        place = {"view": given["view"], "x": given["x"], "y": given["y"]}
        mark = services.put_mark(reading=reading, description=form.description, key=given["key"], **place)
    except ImagingError as error:
        return refused(error)
    return JsonResponse(describe_mark(mark), status=201)


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@of_reader
def mark(request: HttpRequest, reading: Reading, mark: str) -> HttpResponse:
    """DELETE removes it, for the viewer; a form of the page removes it or changes its words."""
    if request.method in ("GET", "HEAD"):
        return back_to(reading, "#marks")
    if request.method == "DELETE":
        try:
            services.remove_mark(reading=reading, key=mark)
        except ImagingError as error:
            return refused(error)
        return HttpResponse(status=204)
    form = DescriptionForm(request.POST, prefix=mark)
    try:
        if "remove" in request.POST:
            services.remove_mark(reading=reading, key=mark)
        elif form.is_valid():
            services.change_mark(reading=reading, key=mark, description=form.description)
        else:
            messages.error(request, in_words(form))
    except ImagingError as error:
        messages.error(request, str(error))
    return back_to(reading, "#marks")


@post_only("imaging:reading", "key")
@of_reader
def describe(request: HttpRequest, reading: Reading) -> HttpResponse:
    """A mark in words, for who cannot point."""
    form = DescribedForm(request.POST)
    if not form.is_valid():
        return show_asked(request, reading, described=form, status=422)
    given = form.cleaned_data
    try:
        services.describe_mark(
            reading=reading, view=form.view, place=given["place"], depth=given["depth"], description=form.description
        )
    except ImagingError as error:
        messages.error(request, str(error))
    return back_to(reading, "#marks")
