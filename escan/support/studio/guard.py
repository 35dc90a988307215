"""Who may, and how an act is asked for."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from core.acts import View, for_staff
from core.http import post_only

MAY_HELP = "accounts.view_user"
MAY_ANSWER = "escan.change_contactmessage"


def for_support(*also: str) -> Callable[[View], View]:
    """Whoever may see people, and may do this, too."""
    return for_staff(MAY_HELP, *also)


def a_press(*also: str) -> Callable[[View], View]:
    """An act that harms nobody: one press on the person's screen."""

    def guard(view: View) -> View:
        return post_only("support_person", "pk")(for_support(*also)(view))

    return guard


def back_to(person: User, part: str) -> HttpResponse:
    response = redirect("support_person", person.pk)
    response["Location"] += f"#{part}"
    return response
