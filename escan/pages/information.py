from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from core.caching import cached_for_strangers
from escan import queries, services
from escan.forms import ContactForm
from escan.models import CONTACT, Topic


@require_safe
@cached_for_strangers
def information(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "escan/information.html", {"page": queries.get_page(slug)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    user = request.user if request.user.is_authenticated else None
    form = ContactForm(request.POST if request.method == "POST" else None, initial=prefill(request, user))
    if form.is_valid():
        sent = services.send_message(user=user, **form.answers)
        messages.success(
            request,
            gettext("Your message is with us. A confirmation is on its way to {email}.").format(email=sent.email),
        )
        return redirect("contact")
    context = {"page": queries.get_page(CONTACT), "form": form, "address": settings.CONTACT_EMAIL}
    return render(request, "escan/contact.html", context)


def prefill(request: HttpRequest, user: User | None) -> dict[str, Any]:
    topic = request.GET.get("topic")
    known = {"name": user.name, "email": user.email} if user else {}
    return {**known, "topic": topic if topic in Topic.values else ""}
