"""The studio runs in the time zone of the person's profile, and names it where a time is typed.

Wagtail has a zone of its own for each person, and UTC without one; TimeZoneMiddleware has activated ours already.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from wagtail.admin import auth
from wagtail.admin.views import i18n
from wagtail.admin.widgets.datetime import AdminDateTimeInput

from core.dates import format_time

Render = Callable[..., SafeString]


def stay_in_the_zone(
    view_func: Callable[..., HttpResponseBase], request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponseBase:
    """In place of Wagtail's own, which activates another zone around each of its views."""
    return view_func(request, *args, **kwargs)


def name_the_zone(render: Render) -> Render:
    def render_with_zone(*args: Any, **kwargs: Any) -> SafeString:
        zone = timezone.get_current_timezone_name()
        told = gettext("Time zone: {zone}, where it is {time} now.").format(zone=zone, time=format_time(timezone.now()))
        return format_html(
            '{}<p class="help studio-zone">{} <a href="{}">{}</a></p>',
            render(*args, **kwargs),
            told,
            reverse("accounts:profile"),
            gettext("Your profile says which."),
        )

    return render_with_zone


auth.get_localized_response = stay_in_the_zone
i18n.get_localized_response = stay_in_the_zone
setattr(AdminDateTimeInput, "render", name_the_zone(AdminDateTimeInput.render))  # noqa: B010 - mypy refuses the other way
