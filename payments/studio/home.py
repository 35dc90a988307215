"""What stands on the studio's home."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.ui.components import Component

from payments.studio.acts import MAY_HANDLE_PAYMENTS
from payments.studio.queries import get_disputes_to_answer, get_refunds_in_trouble, get_set_aside


class PaymentsPanel(Component):
    """What about money waits for staff."""

    order = 60
    template_name = "payments/studio/waiting.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        if not parent_context["request"].user.has_perm(MAY_HANDLE_PAYMENTS):
            return {}
        return {
            "set_aside": get_set_aside().count(),
            "refused": list(get_refunds_in_trouble()),
            "disputes": list(get_disputes_to_answer()),
        }


@hooks.register("construct_homepage_panels")
def show_what_waits(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(PaymentsPanel())
