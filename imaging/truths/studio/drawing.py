"""An expert's own opinion: begun, drawn, saved, handed in."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from accounts.http import StaffRequest
from imaging.errors import ImagingError
from imaging.truths import services
from imaging.truths.drafts import Draft, find_gaps
from imaging.truths.errors import NotComplete, NotYours, SavedElsewhere
from imaging.truths.forms import OpinionForm, make_form, read_form
from imaging.truths.models import Opinion
from imaging.truths.queries import get_own_opinion, get_study
from imaging.truths.showing import describe_outlines
from imaging.truths.studio.access import for_experts


def wants_json(request: StaffRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


@for_experts
def begin(request: StaffRequest, pk: int) -> HttpResponse:
    study = get_study(pk)
    if request.method != "POST":
        return redirect("truth", pk)
    try:
        opinion = services.begin_opinion(study_id=study.pk, by=request.user, from_current="current" in request.POST)
    except ImagingError as error:
        messages.error(request, str(error))
        return redirect("truth", pk)
    return redirect("truth_draw", pk, opinion.pk)


@never_cache
@for_experts
def draw(request: StaffRequest, pk: int, opinion: int) -> HttpResponse:
    """The form and the viewer over it; the script saves by the same form, and is answered in JSON."""
    try:
        mine = get_own_opinion(request.user, pk, opinion)
    except PermissionDenied:
        return refuse_colleague(request, pk)
    views = list(mine.study.views.all())
    if request.method != "POST":
        form = make_form(Draft.from_dict(mine.content), seen=mine.edits, views=views)
        return show(request, mine, form, views)
    form = read_form(request.POST, views=views)
    if not form.is_valid:
        return refuse(request, mine, form, views, form.errors)
    try:
        saved = services.save_opinion(opinion_id=mine.pk, draft=form.read(), seen=form.seen, by=request.user)
    except ImagingError as error:
        return refuse(request, mine, form, views, getattr(error, "faults", [str(error)]), error)
    if wants_json(request):
        return JsonResponse({"seen": saved.edits, "gaps": find_gaps(Draft.from_dict(saved.content))})
    if "hand_in" in request.POST:
        return take_in(request, saved)
    messages.success(request, gettext("Saved. You can leave and come back."))
    return redirect("truth_draw", pk, opinion)


def refuse_colleague(request: StaffRequest, pk: int) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"errors": [str(NotYours())]}, status=403)
    messages.error(request, str(NotYours()))
    return redirect("truth", pk)


def refuse(
    request: StaffRequest,
    opinion: Opinion,
    form: OpinionForm,
    views: list[Any],
    errors: list[str],
    error: ImagingError | None = None,
) -> HttpResponse:
    """What was sent stands in the page, with what is wrong with it; nothing was kept."""
    if wants_json(request):
        return JsonResponse({"errors": errors}, status=409 if isinstance(error, SavedElsewhere) else 422)
    return show(request, opinion, form, views, errors=errors)


def show(
    request: StaffRequest, opinion: Opinion, form: OpinionForm, views: list[Any], *, errors: list[str] | None = None
) -> HttpResponse:
    gaps = find_gaps(Draft.from_dict(opinion.content))
    context = {
        "study": opinion.study,
        "opinion": opinion,
        "form": form,
        "errors": errors or [],
        "gaps": gaps,
        "viewer": describe_outlines(opinion.study, views, []),
        "hands_in": reverse("truth_hand_in", args=[opinion.study_id, opinion.pk]),
    }
    return render(request, "imaging/truths/studio/draw.html", context, status=422 if errors else 200)


@for_experts
def hand_in(request: StaffRequest, pk: int, opinion: int) -> HttpResponse:
    if request.method != "POST":
        return redirect("truth_draw", pk, opinion)
    try:
        mine = get_own_opinion(request.user, pk, opinion)
    except PermissionDenied:
        return refuse_colleague(request, pk)
    return take_in(request, mine)


def take_in(request: StaffRequest, opinion: Opinion) -> HttpResponse:
    try:
        services.hand_in_opinion(opinion_id=opinion.pk, by=request.user)
    except NotComplete as error:
        for gap in error.faults:
            messages.error(request, gap)
        return redirect("truth_draw", opinion.study_id, opinion.pk)
    except ImagingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, gettext("Your opinion is handed in. Colleagues see it now."))
    return redirect("truth", opinion.study_id)


@for_experts
def take_back(request: StaffRequest, pk: int, opinion: int) -> HttpResponse:
    if request.method == "POST":
        try:
            get_own_opinion(request.user, pk, opinion)
            services.take_back_opinion(opinion_id=opinion, by=request.user)
        except PermissionDenied:
            return refuse_colleague(request, pk)
        except ImagingError as error:
            messages.error(request, str(error))
            return redirect("truth", pk)
        messages.success(request, gettext("It is a draft again, which nobody else sees."))
        return redirect("truth_draw", pk, opinion)
    return redirect("truth", pk)
