"""Additional views: asked for by a form of the page, or by the viewer as JSON; and the list of them as it fills."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from imaging.asking import services
from imaging.asking.errors import AskedAlready, NoMoreViews
from imaging.asking.forms import AskedPlaceForm, AskForm
from imaging.asking.models import AskedView
from imaging.asking.showing import describe_asked, list_places, tell_asked
from imaging.errors import ImagingError
from imaging.reading.models import Reading
from imaging.reading.queries import get_marks
from imaging.reading.showing import number_marks
from imaging.reading.views.access import back_to, in_words, of_reader, read_json, refused, wants_json

CONFLICT = 409


@require_http_methods(["GET", "HEAD", "POST"])
@of_reader
def ask(request: HttpRequest, reading: Reading) -> HttpResponse:
    """POST asks; GET is the part of the page, which asks again while a view is under way."""
    if request.method != "POST":
        marks = number_marks(get_marks(reading))
        return render(request, "imaging/asking/_asked.html", describe_asked(reading, marks))
    return ask_by_script(request, reading) if wants_json(request) else ask_by_form(request, reading)


def ask_by_script(request: HttpRequest, reading: Reading) -> HttpResponse:
    form = AskedPlaceForm(read_json(request))
    if not form.is_valid():
        return JsonResponse({"error": in_words(form)}, status=400)
    given = form.cleaned_data
    try:
        if given["side"]:
            asked = services.ask_for_lateral(reading=reading, side=given["side"])
        else:
            place = {"view": given["view"], "x": given["x"], "y": given["y"]}
            asked = services.ask_for_magnification(reading=reading, **place)
    except (AskedAlready, NoMoreViews) as error:
        return JsonResponse({"error": str(error)}, status=CONFLICT)
    except ImagingError as error:
        return refused(error)
    return JsonResponse({"key": asked.key, "label": asked.label, "told": tell_asked(asked)}, status=201)


def ask_by_form(request: HttpRequest, reading: Reading) -> HttpResponse:
    marks = number_marks(get_marks(reading))
    form = AskForm(request.POST, marks=list_places(marks))
    if not form.is_valid():
        messages.error(request, in_words(form))
        return back_to(reading, "#asked")
    try:
        asked = _ask(reading, form)
    except ImagingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, tell_asked(asked))
    return back_to(reading, "#asked")


def _ask(reading: Reading, form: AskForm) -> AskedView:
    if form.side:
        return services.ask_for_lateral(reading=reading, side=form.side)
    mark = reading.marks.select_related("view").get(key=form.mark)
    return services.ask_for_magnification(reading=reading, view=mark.view.key, x=mark.x, y=mark.y)
