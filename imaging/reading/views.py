"""The reading room. Every page works without a script; the viewer sends marks as JSON to the same services."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import is_signed_in
from core.http import HtmxRequest, SeeOther, parse_json, post_only
from core.storage import hand_out
from imaging.errors import ImagingError
from imaging.reading import services
from imaging.reading.errors import (
    MarkedAlready,
    NoSuchMark,
    NotAnswered,
    NothingToRead,
    ReadingLocked,
    StudyClosed,
    StudyWithdrawn,
)
from imaging.reading.forms import AnswerForm, DescribedForm, DescriptionForm, PlacedForm
from imaging.reading.judging import READING_FIELDS
from imaging.reading.models import Reading
from imaging.reading.queries import get_marks, get_reading_for, get_recent, get_shelf
from imaging.reading.sessions import reader_of, reader_who_begins, remember
from imaging.reading.showing import describe_for_viewer, describe_mark, lay_tiles, make_panes, number_marks
from imaging.reading.telling import tell
from imaging.studies.pyramids import FOLDER

View = Callable[..., HttpResponseBase]

# What a refusal is to a script; any other is 400.
STATUS: dict[type[ImagingError], int] = {
    MarkedAlready: 409,
    NoSuchMark: 404,
    ReadingLocked: 409,
    StudyClosed: 403,
    StudyWithdrawn: 409,
}
FOREVER = "public, max-age=31536000, immutable"


def refused(error: ImagingError) -> JsonResponse:
    return JsonResponse({"error": str(error)}, status=STATUS.get(type(error), 400))


def wants_json(request: HttpRequest) -> bool:
    return request.method == "DELETE" or request.content_type == "application/json"


def of_reader(view: View) -> View:
    """Gives the view the reader's own reading. Another's is not there; who is not signed in may do so first."""

    @never_cache
    @wraps(view)
    def guarded(request: HtmxRequest, key: str, **rest: str) -> HttpResponseBase:
        try:
            reading = get_reading_for(reader_of(request), key)
        except StudyClosed as closed:
            return refused(closed) if wants_json(request) else show_closed(request)
        except Http404:
            if wants_json(request):
                return refuse_script(request)
            if is_signed_in(request):
                raise
            return sign_in_again(request, key)
        return view(request, reading, **rest)

    return guarded


def sign_in_again(request: HtmxRequest, key: str) -> HttpResponse:
    """Whose session ended in the middle of a reading signs in, and is back at its page."""
    response = redirect_to_login(reverse("imaging:reading", args=[key]))
    return HttpResponseClientRedirect(response.url) if request.htmx else response


def refuse_script(request: HttpRequest) -> JsonResponse:
    """Who was signed out meanwhile is told so: the viewer keeps the marks until they have signed in again."""
    if is_signed_in(request):
        return JsonResponse({"error": gettext("There is no such reading of yours.")}, status=404)
    return JsonResponse({"error": gettext("Sign in again to go on with this reading.")}, status=403)


def show_closed(request: HttpRequest) -> HttpResponse:
    return render(request, "imaging/reading/closed.html", status=403)


def back_to(reading: Reading, part: str = "") -> HttpResponse:
    return SeeOther(f"{reading.get_absolute_url()}{part}")


@never_cache
@require_safe
def practice(request: HttpRequest) -> HttpResponse:
    """What there is to read, and what was read last."""
    reader = reader_of(request)
    return render(request, "imaging/reading/practice.html", {"shelf": get_shelf(reader), "recent": get_recent(reader)})


@post_only("imaging:practice")
def start(request: HttpRequest) -> HttpResponse:
    try:
        reading = services.start_reading(reader=reader_who_begins(request))
    except NothingToRead as error:
        messages.info(request, str(error))
        return redirect("imaging:practice")
    remember(request, reading)
    return back_to(reading)


@require_safe
@of_reader
def reading(request: HttpRequest, reading: Reading) -> HttpResponse:
    return show_told(request, reading) if reading.is_locked else show_asked(request, reading)


def show_asked(
    request: HttpRequest, reading: Reading, *, described: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    views = list(reading.study.views.all())
    marks = number_marks(get_marks(reading))
    recall = {True: "yes", False: "no", None: ""}[reading.recall]
    context = {
        "reading": reading,
        "panes": make_panes(views, marks),
        "study": describe_for_viewer(reading, views, marks),
        "answer": AnswerForm(initial={"category": reading.category, "recall": recall}),
        "described": described or DescribedForm(),
        **describe_list(reading),
    }
    return render(request, "imaging/reading/asked.html", context, status=status)


def describe_list(reading: Reading) -> dict[str, Any]:
    """Each mark with the form of its words."""
    shown = number_marks(get_marks(reading))
    rows = [(each, DescriptionForm(prefix=each.mark.key, initial=describe_mark(each.mark))) for each in shown]
    return {"reading": reading, "rows": rows}


def show_told(request: HttpRequest, reading: Reading) -> HttpResponse:
    prefetch_related_objects([reading], *READING_FIELDS)
    told = tell(reading)
    views = list(reading.study.views.all())
    marks = number_marks(reading.marks.all())
    context = {
        "reading": reading,
        "told": told,
        "panes": make_panes(views, marks, told),
        "study": describe_for_viewer(reading, views, marks, told),
    }
    return render(request, "imaging/reading/told.html", context)


@require_safe
@of_reader
def picture(request: HttpRequest, reading: Reading, view: str) -> HttpResponse:
    """One view in full size, for who reads without a script."""
    found = get_object_or_404(reading.study.views, key=view)
    context = {"reading": reading, "view": found, "rows": lay_tiles(found)}
    return render(request, "imaging/reading/picture.html", context)


# --- Marks ------------------------------------------------------------------------------------------


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


def read_json(request: HttpRequest) -> dict[str, Any]:
    """Empty for what is no object of JSON: its form says what lacks."""
    if request.content_type != "application/json":
        return {}
    try:
        sent = parse_json(request.body)
    except ValueError:
        return {}
    return sent if isinstance(sent, dict) else {}


def in_words(form: forms.Form) -> str:
    """What is wrong with each field, as sentences."""
    told = [(form.fields[name].label or name, error) for name, errors in form.errors.items() for error in errors]
    return " ".join(f"{name}: {error}" for name, error in told)


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


# --- Answer and lock --------------------------------------------------------------------------------


@post_only("imaging:reading", "key")
@of_reader
def answer(request: HttpRequest, reading: Reading) -> HttpResponse:
    """Keeps category and recall; whoever pressed the button to lock is asked once more."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, in_words(form))
        return back_to(reading, "#answer")
    try:
        kept = services.answer_reading(reading=reading, **form.cleaned_data)
    except ImagingError as error:
        messages.error(request, str(error))
        return back_to(reading)
    if "lock" not in request.POST:
        messages.success(request, gettext("Kept. You can leave and come back."))
        return back_to(reading, "#answer")
    if not kept.is_answered:
        messages.error(request, str(NotAnswered()))
        return back_to(reading, "#answer")
    return redirect("imaging:lock", reading.key)


@require_http_methods(["GET", "HEAD", "POST"])
@of_reader
def lock(request: HttpRequest, reading: Reading) -> HttpResponse:
    """Says what will stand, and asks; POST locks."""
    if request.method != "POST":
        if reading.is_locked or not reading.is_answered:
            return back_to(reading)
        context = {"reading": reading, "marks": number_marks(get_marks(reading))}
        return render(request, "imaging/reading/lock.html", context)
    try:
        services.lock_reading(reading=reading)
    except ReadingLocked:
        # A second click, or another tab: the truth stands there already.
        messages.info(request, gettext("This reading was locked already; it stays as it was."))
    except ImagingError as error:
        messages.error(request, str(error))
    return back_to(reading)


# --- Tiles ------------------------------------------------------------------------------------------


@require_safe
def tile(request: HttpRequest, digest: str, name: str) -> HttpResponseBase:
    """Where nothing in front of us serves them: the same for everybody who knows the address, and never changed."""
    response = hand_out(f"{FOLDER}/{digest}/{name}")
    if response.status_code == 200:
        response.headers["Cache-Control"] = FOREVER
    return response
