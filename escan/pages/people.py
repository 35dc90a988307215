"""A person's own data: take all of it along, and leave."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AuthenticatedRequest
from accounts.proof import has_fresh_proof, proof_url
from cme.certificates.queries import get_uncertified
from cme.claims.queries import get_claims, get_unclaimed
from escan import leaving
from escan.forms import DeletionForm
from escan.own_data import write_archive
from payments.queries.gifts import get_gifts_waiting


def proof_context(request: AuthenticatedRequest, here: str) -> dict[str, Any]:
    return {
        "is_proved": has_fresh_proof(request),
        "proof_url": proof_url(request, here),
        "here": here,
    }


def ask_for_proof(here: str, request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("Nothing was done yet: confirm first that it is you."))
    return redirect(here)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_data(request: AuthenticatedRequest) -> HttpResponseBase:
    here = reverse("own_data")
    if request.method != "POST":
        return render(request, "escan/own_data.html", proof_context(request, here))
    if not has_fresh_proof(request):
        return ask_for_proof(here, request)
    today = timezone.localdate()
    archive = write_archive(request.user, today)
    return FileResponse(archive, as_attachment=True, filename=f"escan-academy-{today.isoformat()}.zip")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_account(request: AuthenticatedRequest) -> HttpResponse:
    here, user = reverse("delete_account"), request.user
    if request.method == "POST" and not has_fresh_proof(request):
        return ask_for_proof(here, request)
    form = DeletionForm(request.POST if request.method == "POST" else None, address=user.email)
    reasons = leaving.find_obstacles(user)
    if form.is_valid() and not reasons:
        try:
            leaving.delete_person(user_id=user.pk)
        except leaving.CannotLeave as error:
            reasons = error.reasons
        else:
            logout(request)
            return redirect("account_deleted")
    context = {
        "form": form,
        "reasons": reasons,
        "unclaimed": get_unclaimed(user),
        "uncertified": get_uncertified(user),
        "has_claims": get_claims(user).exists(),
        "gifts": get_gifts_waiting(user),
        **proof_context(request, here),
    }
    return render(request, "escan/delete_account.html", context, status=409 if form.is_bound and reasons else 200)


@require_safe
def account_deleted(request: HttpRequest) -> HttpResponse:
    """Where somebody arrives who has just left: it tells nothing of anybody."""
    return render(request, "escan/account_deleted.html")
