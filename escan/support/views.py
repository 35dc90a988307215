"""The page behind a link that staff had mailed: the owner of the address says yes, or no."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.http import SeeOther
from escan.support.errors import CannotAsk, RequestOver
from escan.support.forms import YES, AnswerForm
from escan.support.models import AddressProof
from escan.support.services import requests


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Nothing happens by opening it: programs open the links of mails, too."""
    proof = AddressProof.objects.select_related("request__user", "request__other").filter(token=token).first()
    if proof is None:
        raise Http404("There is no such link.")
    if request.method != "POST":
        return show(request, proof)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return show(request, proof, status=422)
    try:
        if form.cleaned_data["answer"] == YES:
            requests.prove(token=token)
        else:
            requests.stop(token=token)
    except CannotAsk as error:
        return show(request, proof, reasons=error.reasons, status=409)
    except RequestOver:
        pass  # the page says what became of it
    return SeeOther(request.path)


def show(
    request: HttpRequest, proof: AddressProof, *, reasons: list[str] | None = None, status: int = 200
) -> HttpResponse:
    """Of what stands in the accounts it tells nothing: it is not known yet that both are one person's."""
    asked = proof.request
    context = {**proof.describe(), "is_open": asked.is_open(timezone.now()), "reasons": reasons or []}
    return render(request, "escan/support/answer.html", context, status=status)
