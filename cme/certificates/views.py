from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import AuthenticatedRequest
from cme.certificates.codes import normalize_code
from cme.certificates.errors import CannotCorrect, FileDamaged
from cme.certificates.forms import CorrectionForm, VerifyForm
from cme.certificates.queries import get_certificate_by_code, get_last_correction, get_own_certificate
from cme.certificates.services import ask_for_correction, read_certificate, retry_certificate, take_back_correction
from cme.claims.models import Claim
from cme.claims.queries import get_claim_by_slug
from core.http import post_only


@post_only("cme:claim", "course")
@login_required
def retry(request: AuthenticatedRequest, course: str) -> HttpResponse:
    """Make a held certificate again after the name was corrected."""
    existing = get_claim_or_404(request, course)
    if retry_certificate(certificate_id=existing.certificate.pk, by=request.user):
        messages.success(request, gettext("Your certificate is being made again."))
    return redirect("cme:claim", course)


def get_claim_or_404(request: AuthenticatedRequest, course: str) -> Claim:
    claim = get_claim_by_slug(user=request.user, slug=course)
    if claim is None:
        raise Http404("You have not claimed credit for this course.")
    return claim


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def correction(request: AuthenticatedRequest, course: str) -> HttpResponse:
    """Ask the office for a certificate with another name, or take that back."""
    claim = get_claim_or_404(request, course)
    certificate = claim.certificate
    asked = get_last_correction(certificate)
    is_open = asked is not None and asked.is_open
    if not certificate.is_issued:
        messages.warning(request, gettext("There is no certificate here whose name could be corrected now."))
        return redirect("cme:claim", course)
    if is_open and "take_back" in request.POST:
        if take_back_correction(certificate=certificate):
            messages.success(request, gettext("Your request is taken back. The certificate stays as it is."))
        return redirect("cme:claim", course)
    form = CorrectionForm(request.POST if request.method == "POST" else None, initial={"name": request.user.name})
    if form.is_valid():
        try:
            ask_for_correction(certificate=certificate, **form.cleaned_data)
        except CannotCorrect as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, gettext("The office has your request, and answers by mail."))
            return redirect("cme:claim", course)
    context = {"claim": claim, "course": claim.activity.course, "certificate": certificate, "form": form}
    context["correction"] = asked if is_open else None
    return render(request, "cme/certificates/correction.html", context)


@login_required
@require_GET
@never_cache
def download(request: AuthenticatedRequest, code: str) -> HttpResponseBase:
    certificate = get_own_certificate(request.user, code)
    course = certificate.claim.activity.course
    if not certificate.is_issued:
        messages.warning(
            request, gettext("Certificate {code} does not hold any more.").format(code=certificate.printed_code)
        )
        return redirect("cme:claim", course.slug)
    try:
        pdf = read_certificate(certificate=certificate)
    except FileDamaged as damaged:
        messages.error(request, str(damaged))
        return redirect("cme:claim", course.slug)
    return FileResponse(
        BytesIO(pdf),
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
    context = {
        "form": form,
        "certificate": certificate,
        "successor": getattr(certificate, "replaced_by", None),
        "fields": certificate.fields,
        "checked_at": timezone.now(),
    }
    return render(request, "cme/certificates/verify_certificate.html", context)
