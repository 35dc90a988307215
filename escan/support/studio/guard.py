"""Who may, and how an act is asked for."""

from collections.abc import Callable

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from wagtail.admin.auth import require_admin_access

from accounts.models import User
from core.http import post_only

MAY_HELP = "accounts.view_user"

View = Callable[..., HttpResponseBase]


def for_support(*also: str) -> Callable[[View], View]:
    """Whoever may see people, and may do this, too."""

    def guard(view: View) -> View:
        return require_admin_access(permission_required((MAY_HELP, *also))(view))

    return guard


def a_press(*also: str) -> Callable[[View], View]:
    """An act that harms nobody: one press on the person's screen."""

    def guard(view: View) -> View:
        return post_only("support_person", "pk")(for_support(*also)(view))

    return guard


def back_to(person: User, part: str) -> HttpResponse:
    response = redirect("support_person", person.pk)
    response["Location"] += f"#{part}"
    return response
