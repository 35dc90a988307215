from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from accounts.sessions import current, services
from accounts.sessions.queries import get_open_sessions


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: AuthenticatedRequest) -> HttpResponse:
    """Where one is signed in; posted to, everywhere else is signed out."""
    if request.method == "POST":
        current.end_others(request, request.user)
        messages.success(request, _("Every other browser is signed out."))
        return redirect("accounts:sessions")
    here = request.session.session_key
    rows = [(session, session.key == here) for session in get_open_sessions(request.user)]
    rows.sort(key=lambda row: not row[1])
    return render(request, "accounts/sessions.html", {"sessions": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end_session(request: AuthenticatedRequest, session_id: int) -> HttpResponse:
    here = request.session.session_key or ""
    if request.method == "POST" and services.end_session(user=request.user, session_id=session_id, but=here):
        messages.success(request, _("That browser is signed out."))
    return redirect("accounts:sessions")
