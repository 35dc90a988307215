from collections.abc import Callable

from csp.middleware import CSPMiddleware, PolicyParts
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

# Wagtail's choosers and editors need inline script and style; the studio alone has them.
STUDIO_POLICY = {
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "frame-src": ["'self'"],
}


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy of the settings everywhere, a looser one under /studio/."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        is_preview = getattr(request, "is_preview", False)
        if request.path_info.startswith("/studio/") and not is_preview and not report_only:
            parts.replace = {**STUDIO_POLICY, **(parts.replace or {})}
        return parts


class StudioMiddleware:
    """Members who come to the studio are sent home: Wagtail would send them to sign in, and that back to the studio."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith("/studio/") and is_member(request):
            messages.error(request, "The studio is for the academy's staff.")
            return redirect("learn")
        return self.get_response(request)


def is_member(request: HttpRequest) -> bool:
    return request.user.is_authenticated and not request.user.has_perm("wagtailadmin.access_admin")
