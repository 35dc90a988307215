from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.http import AuthenticatedRequest
from cme.certificates.codes import normalize_code
from cme.certificates.forms import VerifyForm
from cme.certificates.queries import get_certificate_by_code, get_own_certificate
from cme.certificates.services import read_certificate, retry_certificate
from cme.claims.queries import get_claim_by_slug
from core.http import post_only


@post_only("cme:claim", "course")
@login_required
def retry(request: AuthenticatedRequest, course: str) -> HttpResponse:
    """Make a held certificate again after the name was corrected."""
    existing = get_claim_by_slug(user=request.user, slug=course)
    if existing is None:
        raise Http404("You have not claimed credit for this course.")
    if retry_certificate(certificate_id=existing.certificate.pk, by=request.user):
        messages.success(request, gettext("Your certificate is being made again."))
    return redirect("cme:claim", course)


@login_required
@require_GET
@never_cache
def download(request: AuthenticatedRequest, code: str) -> FileResponse:
    certificate = get_own_certificate(request.user, code)
    return FileResponse(
        BytesIO(read_certificate(certificate=certificate)),
        as_attachment=True,
        filename=certificate.download_name,
        content_type="application/pdf",
    )


@require_GET
def verify_form(request: HttpRequest) -> HttpResponse:
    form = VerifyForm(request.GET or None)
    if form.is_valid():
        return redirect("verify:certificate", form.cleaned_data["code"])
    return render(request, "cme/certificates/verify.html", {"form": form})


@require_GET
@never_cache
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Every printed field, to anyone who holds the code."""
    form = VerifyForm({"code": code})
    try:
        certificate = get_certificate_by_code(code)
    except Http404:
        context = {"form": form, "code": code, "is_code": normalize_code(code) is not None}
        return render(request, "cme/certificates/verify_unknown.html", context, status=404)
    if code != certificate.printed_code:
        return redirect(certificate)
    context = {"form": form, "certificate": certificate, "fields": certificate.fields, "checked_at": timezone.now()}
    return render(request, "cme/certificates/verify_certificate.html", context)
