from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import AuthenticatedRequest
from cme.ledger.queries import get_credit
from courses.learning.queries.progress import get_studies
from courses.recall.queries import count_due, get_today
from courses.writing.queries import may_open_everything
from escan.window import get_catalogue
from payments.queries.waiting import get_waiting


@login_required
@require_safe
def learn(request: AuthenticatedRequest) -> HttpResponse:
    """Continue where I stopped, courses under way, credits earned."""
    studies = get_studies(request.user)
    begun = {study.course.pk for study in studies}
    completed = {study.course.pk for study in studies if study.standing.is_completed}
    earned, unclaimed = get_credit(request.user, completed=completed)
    has_access = may_open_everything(request.user)
    context = {
        "current": next((study for study in studies if study.continue_with), None),
        "studies": studies,
        "courses": tuple(entry for entry in get_catalogue() if entry.pk not in begun),
        "unclaimed": unclaimed,
        "credits": earned,
        "due": count_due(request.user, get_today(request.user, timezone.now())),
        "has_access": has_access,
        "waiting": None if has_access else get_waiting(request.user),
    }
    return render(request, "escan/learn.html", context)
