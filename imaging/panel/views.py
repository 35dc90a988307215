"""Real or synthetic, and why: one image after the other, for who has access."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AuthenticatedRequest
from accounts.queries import has_access
from imaging.errors import ImagingError
from imaging.panel import services
from imaging.panel.forms import PanelForm
from imaging.panel.queries import count_right, get_image_for, get_open_panel, get_turn
from imaging.reading.showing import address_of, lay_tiles
from imaging.studies.pyramids import FIT


@never_cache
@require_safe
@login_required
def panel(request: AuthenticatedRequest) -> HttpResponse:
    """The next image, or what there is to say instead."""
    return show_turn(request, PanelForm())


def show_turn(request: AuthenticatedRequest, form: PanelForm, status: int = 200) -> HttpResponse:
    found = get_open_panel()
    if found is None or not has_access(request.user):
        return render(request, "imaging/panel/closed.html", {"panel": found})
    turn = get_turn(request.user, found)
    context = {"turn": turn, "form": form}
    if turn.image is None:
        context["right"] = count_right(request.user, found)
        return render(request, "imaging/panel/done.html", context)
    context["picture"] = address_of(turn.image.view) + FIT
    return render(request, "imaging/panel/panel.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def image(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The image in full size; POST takes the answer to it."""
    found = get_image_for(request.user, pk)
    if request.method != "POST":
        return render(request, "imaging/panel/image.html", {"image": found, "rows": lay_tiles(found.view)})
    form = PanelForm(request.POST)
    if not form.is_valid():
        return show_turn(request, form, status=422)
    given = form.cleaned_data
    try:
        services.answer_image(
            user=request.user,
            image=found,
            says_real=given["says"],
            confidence=given["confidence"],
            because=given["because"],
        )
    except ImagingError as error:
        messages.error(request, str(error))
    return redirect("imaging:panel")
