from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.addresses import services
from accounts.addresses.errors import CannotUndo
from accounts.addresses.links import get_change


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """What the mail to the old address opens, also to whoever is signed out. Opening it changes nothing."""
    change = get_change(token)
    context = {"change": change, "can_be_undone": change.can_be_undone}
    if request.method == "POST":
        try:
            services.undo_change(change_id=change.pk)
        except CannotUndo as why:
            return render(request, "accounts/undo_address.html", {**context, "why_not": str(why)}, status=409)
        logout(request)
        context["is_done"] = True
    return render(request, "accounts/undo_address.html", context)
