"""The page of a reading: asked, kept, told; and one view in full size. It works without a script."""

from typing import Any

from django import forms
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from imaging.asking.queries import list_views
from imaging.asking.showing import describe_asked
from imaging.reading.forms import AnswerForm, DescribedForm, DescriptionForm
from imaging.reading.judging import READING_FIELDS
from imaging.reading.models import Reading
from imaging.reading.queries import get_marks
from imaging.reading.sessions import find_way_back
from imaging.reading.showing import describe_for_viewer, describe_mark, lay_tiles, make_all_panes, number_marks
from imaging.reading.telling import tell
from imaging.reading.views.access import of_reader


@require_safe
@of_reader
def reading(request: HttpRequest, reading: Reading) -> HttpResponse:
    if reading.is_told:
        return show_told(request, reading)
    return show_kept(request, reading) if reading.is_locked else show_asked(request, reading)


def show_kept(request: HttpRequest, reading: Reading) -> HttpResponse:
    """Locked, in a test set that is not handed in: what its reader said, and nothing else."""
    context = {"reading": reading, "marks": number_marks(get_marks(reading))}
    return render(request, "imaging/reading/kept.html", context)


def show_asked(
    request: HttpRequest, reading: Reading, *, described: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    views = list_views(reading)
    marks = number_marks(get_marks(reading))
    recall = {True: "yes", False: "no", None: ""}[reading.recall]
    context = {
        "reading": reading,
        "panes": make_all_panes(reading, views, marks),
        "is_scale_approximate": any(view.is_scale_approximate for view in views),
        "study": describe_for_viewer(reading, views, marks),
        "answer": AnswerForm(initial={"category": reading.category, "recall": recall}),
        "described": described or DescribedForm(),
        "way_back": find_way_back(request, reading),
        **describe_asked(reading, marks),
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
    views = list_views(reading)
    marks = number_marks(reading.marks.all())
    context = {
        "reading": reading,
        "told": told,
        "way_back": find_way_back(request, reading),
        "panes": make_all_panes(reading, views, marks, told),
        "is_scale_approximate": any(view.is_scale_approximate for view in views),
        "study": describe_for_viewer(reading, views, marks, told),
    }
    return render(request, "imaging/reading/told.html", context)


@require_safe
@of_reader
def picture(request: HttpRequest, reading: Reading, view: str) -> HttpResponse:
    """One view in full size, for who reads without a script."""
    panes = make_all_panes(reading, list_views(reading), [])
    pane = next((each for each in panes if each.view.key == view), None)
    if pane is None:
        raise Http404("This reading has no such view.")
    context = {"reading": reading, "pane": pane, "rows": lay_tiles(pane.view)}
    return render(request, "imaging/reading/picture.html", context)
