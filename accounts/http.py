"""The types of requests by who asks. Views name one; what stands before them makes it true."""

from typing import TypeGuard

from django.http import HttpRequest

from accounts.models import User
from core.http import HtmxRequest


class AuthenticatedRequest(HtmxRequest):
    """The type of a request behind `login_required`."""

    user: User


class StaffRequest(AuthenticatedRequest):
    """The type of a request behind `require_admin_access`: of somebody who may enter the studio."""


def is_signed_in(request: HttpRequest) -> TypeGuard[AuthenticatedRequest]:
    """For views that answer strangers, too."""
    return request.user.is_authenticated
