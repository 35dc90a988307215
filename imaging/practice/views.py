"""The page of practice, and runs of ten studies. Every act is a form, with or without a script."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import is_signed_in
from core.http import SeeOther, post_only
from imaging.practice.forms import AimForm
from imaging.practice.queries import Standing, count_due, get_report, get_run_for, get_standing
from imaging.practice.services import begin_run, end_run
from imaging.reading.errors import NothingToRead
from imaging.reading.queries import Reader, Shelf, get_recent, get_shelf, may_read_everything
from imaging.reading.services import start_reading
from imaging.reading.sessions import reader_of, remember
from imaging.studies.models import StudyPurpose
from imaging.studies.queries import get_progress


@never_cache
@require_safe
def practice(request: HttpRequest) -> HttpResponse:
    """What there is to read, the run that is open, and what was read last."""
    reader = reader_of(request)
    shelf = get_shelf(reader)
    context = {
        "shelf": shelf,
        "making": get_progress(StudyPurpose.PRACTICE),
        "recent": get_recent(reader),
        **(describe_runs(reader, shelf) if shelf.has_access else {}),
    }
    return render(request, "imaging/practice/practice.html", context)


def describe_runs(reader: Reader, shelf: Shelf) -> dict[str, object]:
    standing = get_standing(reader)
    return {"standing": standing, "due": count_due(reader), "form": AimForm(initial=say_aim(standing))}


def say_aim(standing: Standing | None) -> dict[str, str]:
    return {"aim": standing.run.aim} if standing else {}


@post_only("imaging:practice")
def go_on(request: HttpRequest) -> HttpResponse:
    """The study that was begun, or the next one. With an aim ten studies begin; a member is always in a run."""
    reader = reader_of(request)
    if is_signed_in(request) and may_read_everything(reader):
        form = AimForm(request.POST)
        if not form.is_valid():
            messages.error(request, gettext("This cannot be practised by itself. Choose from the list."))
            return redirect("imaging:practice")
        if "aim" in request.POST or not get_standing(reader):
            begin_run(user=request.user, aim=form.cleaned_data["aim"])
    try:
        reading = start_reading(reader=reader)
    except NothingToRead as error:
        messages.info(request, str(error))
        return redirect("imaging:practice")
    remember(request, reading)
    return SeeOther(reading.get_absolute_url())


@never_cache
@login_required
@require_safe
def run(request: HttpRequest, key: str) -> HttpResponse:
    """What a run has come to. Of one that is open it tells no more than its pages of truth did."""
    found = get_run_for(reader_of(request), key)
    return render(request, "imaging/practice/run.html", {"run": found, "report": get_report(found)})


@post_only("imaging:run", "key")
@login_required
def end(request: HttpRequest, key: str) -> HttpResponse:
    found = get_run_for(reader_of(request), key)
    end_run(run=found)
    return SeeOther(found.get_absolute_url())
