from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.http import AuthenticatedRequest
from cme.claims.queries import get_claims, get_unclaimed
from cme.ledger.queries import sum_credits


@login_required
@require_GET
def ledger(request: AuthenticatedRequest) -> HttpResponse:
    claims = list(get_claims(request.user))
    context = {
        "claims": claims,
        "totals": sum_credits(claims),
        "unclaimed": get_unclaimed(request.user),
    }
    return render(request, "cme/ledger/ledger.html", context)
