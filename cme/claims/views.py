from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.http import AuthenticatedRequest
from cme.activities.queries import get_activity
from cme.certificates.queries import get_last_correction
from cme.claims.forms import ClaimForm
from cme.claims.models import Claim
from cme.claims.offers import get_offer
from cme.claims.queries import get_claim_by_slug
from cme.claims.services import claim_credit
from cme.errors import ClaimRefused, NotCompleted
from courses.learning.queries.outlines import get_outline
from courses.models import Course
from courses.writing.queries import get_course


@login_required
@never_cache
def claim(request: AuthenticatedRequest, course: str) -> HttpResponse:
    """What is missing before credit, the form to claim it, or what became of the claim: always at the same address."""
    existing = get_claim_by_slug(user=request.user, slug=course)
    if existing is not None:
        return _status(request, existing)
    subject = get_course(course)
    try:
        return _claim_form(request, subject)
    except ClaimRefused as refusal:
        return _refusal(request, subject, refusal)


def _claim_form(request: AuthenticatedRequest, course: Course) -> HttpResponse:
    offer = get_offer(user=request.user, course=course, now=timezone.now())
    form = ClaimForm(request.POST or None, offer=offer)
    if request.method == "POST" and form.is_valid():
        claim_credit(
            user=request.user,
            course=course,
            amount=form.cleaned_data["credits"],
            is_attested=form.cleaned_data["attestation"],
            answers=form.answers,
        )
        return redirect("cme:claim", course.slug)
    context = {"course": course, "offer": offer, "form": form, "activity": offer.activity}
    return render(request, "cme/claims/claim.html", context)


def _refusal(request: AuthenticatedRequest, course: Course, refusal: ClaimRefused) -> HttpResponse:
    context = {
        "course": course,
        "activity": get_activity(course),
        "reason": str(refusal),
        "refusal": type(refusal).__name__,
        "outline": get_outline(course, request.user) if isinstance(refusal, NotCompleted) else None,
    }
    return render(request, "cme/claims/refused.html", context, status=409 if request.method == "POST" else 200)


def _status(request: AuthenticatedRequest, claim: Claim) -> HttpResponse:
    certificate = claim.certificate
    context = {
        "claim": claim,
        "course": claim.activity.course,
        "certificate": certificate,
        "correction": get_last_correction(certificate),
    }
    template = "cme/certificates/_certificate.html" if request.htmx else "cme/claims/claimed.html"
    return render(request, template, context)
