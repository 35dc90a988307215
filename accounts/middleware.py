from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode
from django.utils.translation import gettext

from accounts.http import AuthenticatedRequest, is_signed_in
from accounts.known import remember
from accounts.proof import has_fresh_proof, needs_proof, proof_url
from accounts.sessions import current

GetResponse = Callable[[HttpRequest], HttpResponse]


class TimeZoneMiddleware:
    """Show times in the learner's own zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            with timezone.override(request.user.zone):
                return self.get_response(request)
        return self.get_response(request)


def sign_out(request: HttpRequest) -> HttpResponse:
    """The session is over: to sign in again, and back."""
    logout(request)
    messages.info(request, gettext("Your session is over. Please sign in again."))
    back = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()}) if request.method in ("GET", "HEAD") else ""
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{back}" if back else settings.LOGIN_URL)


class SessionMiddleware:
    """Ends sessions that have lasted as long as they may, and lets owners see the others."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_signed_in = is_signed_in(request)
        if is_signed_in(request) and current.is_over(request):
            return sign_out(request)
        response = self.get_response(request)
        if is_signed_in(request):
            current.note(request, request.user)
            if not was_signed_in:
                remember(request, response, request.user)
            # What was made for one person is kept nowhere, unless the view says otherwise.
            if "Cache-Control" not in response.headers:
                patch_cache_control(response, no_store=True, private=True)
        return response


class ProofMiddleware:
    """Stands before every page that changes how one signs in, or who may do what."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or not needs_proof(match) or not is_signed_in(request) or has_fresh_proof(request):
            return None
        return ask_for_proof(request)


def ask_for_proof(request: AuthenticatedRequest) -> HttpResponse:
    here = request.get_full_path()
    if request.method == "POST":
        messages.warning(request, gettext("Nothing was done yet: confirm first that it is you."))
    if address := proof_url(request, here):
        return redirect(address)
    return render(request, "accounts/proof.html", {"here": here, "proof_url": ""})
