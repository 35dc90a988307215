"""A study as a learner reads it. Nothing of it is kept: the reading is made, told and undone in one transaction."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin.auth import require_admin_access

from accounts.http import StaffRequest
from core.http import parse_json
from imaging.errors import ImagingError
from imaging.reading import services
from imaging.reading.errors import NotAnswered
from imaging.reading.forms import AnswerForm, PlacedForm
from imaging.reading.judging import READING_FIELDS
from imaging.reading.models import Reading
from imaging.reading.showing import describe_for_viewer, make_panes, number_marks
from imaging.reading.telling import tell
from imaging.reading.views.access import in_words, read_json
from imaging.studies.models import Study
from imaging.truths.queries import get_current, get_study
from imaging.truths.studio.access import MAY_WRITE, for_experts


@never_cache
@for_experts
def show(request: StaffRequest, pk: int) -> HttpResponse:
    study = get_study(pk)
    if study.is_withdrawn or get_current(study) is None:
        messages.error(request, gettext("Only a study with a truth, which was not withdrawn, is read by learners."))
        return redirect("truth", pk)
    if request.method != "POST":
        return show_asked(request, study)
    answer = AnswerForm(request.POST)
    if not answer.is_valid():
        return show_asked(request, study, error=in_words(answer))
    try:
        return show_told(request, study, answer)
    except ImagingError as error:
        return show_asked(request, study, error=str(error))


def show_asked(request: StaffRequest, study: Study, *, error: str = "") -> HttpResponse:
    views = list(study.views.all())
    context = {
        "study_row": study,
        "panes": make_panes(views, []),
        "study": describe_preview(study, Reading(study=study, key="preview")),
        "answer": AnswerForm(request.POST or None),
        "error": error,
    }
    return render(request, "imaging/truths/preview.html", context, status=422 if error else 200)


def describe_preview(study: Study, reading: Reading) -> dict[str, Any]:
    """As before the lock, with addresses that keep nothing; each opening of the page begins anew."""
    page = reverse("truth_preview", args=[study.pk])
    described = describe_for_viewer(reading, study.views.all(), [])
    addresses = {"marks": reverse("truth_preview_marks", args=[study.pk]), "page": page}
    return {**described, "reading": f"preview-{study.pk}", "addresses": addresses}


def show_told(request: StaffRequest, study: Study, answer: forms.Form) -> HttpResponse:
    """Everything that a learner's reading does, and then nothing of it. Raises what reading raises."""
    with transaction.atomic():
        page = lock_and_tell(request, study, answer)
        transaction.set_rollback(True)
    return page


def lock_and_tell(request: StaffRequest, study: Study, answer: forms.Form) -> HttpResponse:
    reading = Reading.objects.create(study=study)
    for mark in read_marks(request.POST.get("marks", "")):
        given = mark.cleaned_data
        place = {"view": given["view"], "x": given["x"], "y": given["y"]}
        services.put_mark(reading=reading, description=mark.description, **place)
    given = answer.cleaned_data
    if not given["category"] or given["recall"] is None:
        raise NotAnswered
    services.answer_reading(reading=reading, **given)
    reading = services.lock_reading(reading=reading)
    prefetch_related_objects([reading], *READING_FIELDS)
    told, views, marks = tell(reading), list(study.views.all()), number_marks(reading.marks.all())
    context = {
        "reading": reading,
        "told": told,
        "panes": make_panes(views, marks, told),
        "study": describe_for_viewer(reading, views, marks, told),
        "preview_of": study,
    }
    return render(request, "imaging/reading/told.html", context)


def read_marks(sent: str) -> list[PlacedForm]:
    """Marks as the viewer tells of them; what is no mark is left out."""
    try:
        marks = parse_json(sent or "[]")
    except ValueError:
        return []
    found = [PlacedForm(mark) for mark in marks if isinstance(mark, dict)] if isinstance(marks, list) else []
    return [form for form in found if form.is_valid()]


@for_experts
def take_mark(request: StaffRequest, pk: int) -> HttpResponse:
    """Answers the viewer as the academy does, and keeps nothing."""
    get_study(pk)
    form = PlacedForm(read_json(request))
    if request.method != "POST" or not form.is_valid():
        return JsonResponse({"error": in_words(form)}, status=400)
    given = form.cleaned_data
    names = ("view", "x", "y", "confidence", "morphology", "distribution")
    return JsonResponse({"id": given["id"] or given["key"], **{name: given[name] for name in names}}, status=201)


@require_admin_access
@permission_required(MAY_WRITE)
@require_http_methods(["DELETE"])
def drop_mark(request: StaffRequest, pk: int, mark: str) -> HttpResponse:
    return HttpResponse(status=204)
