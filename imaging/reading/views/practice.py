"""What there is to read, and what was read last."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.http import post_only
from imaging.reading import services
from imaging.reading.errors import NothingToRead
from imaging.reading.queries import get_recent, get_shelf
from imaging.reading.sessions import reader_of, reader_who_begins, remember
from imaging.reading.views.access import back_to


@never_cache
@require_safe
def practice(request: HttpRequest) -> HttpResponse:
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
