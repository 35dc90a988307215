from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from cme.claims.queries import get_unclaimed
from cme.ledger.queries import credits_earned
from courses.learning.queries.progress import get_studies
from courses.recall.queries import count_due, get_today
from courses.writing.queries import get_courses, may_open_everything


@login_required
@require_safe
def learn(request: AuthenticatedRequest) -> HttpResponse:
    """Continue where I stopped, courses under way, credits earned."""
    studies = get_studies(request.user)
    others = get_courses().select_related("activity").exclude(pk__in=[study.course.pk for study in studies])
    context = {
        "current": next((study for study in studies if study.continue_with), None),
        "studies": studies,
        "courses": others,
        "unclaimed": get_unclaimed(request.user),
        "credits": credits_earned(request.user),
        "due": count_due(request.user, get_today(request.user, timezone.now())),
        "has_access": may_open_everything(request.user),
    }
    return render(request, "escan/learn.html", context)
