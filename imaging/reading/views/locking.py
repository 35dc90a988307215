"""The answer to a study, kept until it is locked; what is locked stays as it is."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from core.http import SeeOther, post_only
from imaging.errors import ImagingError
from imaging.reading import services
from imaging.reading.errors import NotAnswered, ReadingLocked
from imaging.reading.forms import AnswerForm
from imaging.reading.models import Reading
from imaging.reading.queries import get_marks
from imaging.reading.showing import number_marks
from imaging.reading.views.access import back_to, in_words, of_reader


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
    else:
        if reading.attempt:
            return SeeOther(reading.attempt.next_url)
    return back_to(reading)
