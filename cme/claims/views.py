from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.http import AuthenticatedRequest
from cme.certificates import services
from cme.certificates.codes import normalize_code
from cme.claims import queries
from cme.claims.forms import ClaimForm, VerifyForm
from cme.claims.models import Claim
from cme.emails import file_name
from cme.errors import ClaimRefused, NotCompleted
from courses.learning.queries.outlines import get_outline
from courses.models import Course
from courses.writing.queries import get_course


@login_required
@require_GET
def ledger(request: AuthenticatedRequest) -> HttpResponse:
    claims = list(queries.get_claims(request.user))
    context = {
        "claims": claims,
        "totals": queries.sum_credits(claims),
        "unclaimed": queries.get_unclaimed(request.user),
    }
    return render(request, "cme/ledger.html", context)


@login_required
@never_cache
def claim(request: AuthenticatedRequest, course: str) -> HttpResponse:
    """What is missing before credit, the form to claim it, or what became of the claim: always at the same address."""
    existing = queries.get_claim_by_slug(user=request.user, slug=course)
    if existing is not None:
        return _status(request, existing)
    subject = get_course(course)
    try:
        return _claim_form(request, subject)
    except ClaimRefused as refusal:
        return _refusal(request, subject, refusal)


def _claim_form(request: AuthenticatedRequest, course: Course) -> HttpResponse:
    offer = queries.get_offer(user=request.user, course=course, now=timezone.now())
    form = ClaimForm(request.POST or None, offer=offer)
    if request.method == "POST" and form.is_valid():
        services.claim_credit(
            user=request.user,
            course=course,
            amount=form.cleaned_data["credits"],
            is_attested=form.cleaned_data["attestation"],
            answers=form.answers,
        )
        return redirect("cme:claim", course.slug)
    context = {"course": course, "offer": offer, "form": form, "activity": offer.activity}
    return render(request, "cme/claim.html", context)


def _refusal(request: AuthenticatedRequest, course: Course, refusal: ClaimRefused) -> HttpResponse:
    context = {
        "course": course,
        "activity": queries.get_activity(course),
        "reason": str(refusal),
        "refusal": type(refusal).__name__,
        "outline": get_outline(course, request.user) if isinstance(refusal, NotCompleted) else None,
    }
    return render(request, "cme/refused.html", context, status=409 if request.method == "POST" else 200)


def _status(request: AuthenticatedRequest, claim: Claim) -> HttpResponse:
    context = {"claim": claim, "course": claim.activity.course, "certificate": claim.certificate}
    template = "cme/partials/certificate.html" if request.headers.get("HX-Request") else "cme/claimed.html"
    return render(request, template, context)


@login_required
@require_POST
def retry(request: AuthenticatedRequest, course: str) -> HttpResponse:
    """Make a held certificate again after the name was corrected."""
    existing = queries.get_claim_by_slug(user=request.user, slug=course)
    if existing is None:
        raise Http404("You have not claimed credit for this course.")
    if services.retry_certificate(certificate_id=existing.certificate.pk, by=request.user):
        messages.success(request, gettext("Your certificate is being made again."))
    return redirect("cme:claim", course)


@login_required
@require_GET
@never_cache
def download(request: AuthenticatedRequest, code: str) -> FileResponse:
    certificate = queries.get_own_certificate(request.user, code)
    return FileResponse(
        BytesIO(services.read_certificate(certificate=certificate)),
        as_attachment=True,
        filename=file_name(certificate),
        content_type="application/pdf",
    )


@require_GET
def verify_form(request: HttpRequest) -> HttpResponse:
    form = VerifyForm(request.GET or None)
    if form.is_valid():
        return redirect("verify:certificate", form.cleaned_data["code"])
    return render(request, "cme/verify.html", {"form": form})


@require_GET
@never_cache
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Every printed field, to anyone who holds the code."""
    form = VerifyForm({"code": code})
    try:
        certificate = queries.get_certificate_by_code(code)
    except Http404:
        context = {"form": form, "code": code, "is_code": normalize_code(code) is not None}
        return render(request, "cme/verify_unknown.html", context, status=404)
    if code != certificate.printed_code:
        return redirect(certificate)
    context = {"form": form, "certificate": certificate, "fields": certificate.fields, "checked_at": timezone.now()}
    return render(request, "cme/verify_certificate.html", context)
