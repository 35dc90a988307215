"""Who may act on payments. What a page before an act says is in core/acts.py."""

from collections.abc import Callable

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods
from wagtail.admin.auth import require_admin_access

from core.acts import Act, ReasonForm, ask, sent

__all__ = ["MAY_HANDLE_PAYMENTS", "Act", "ReasonForm", "ask", "for_staff", "sent"]

MAY_HANDLE_PAYMENTS = "payments.change_webhookevent"
View = Callable[..., HttpResponse]


def for_staff(view: View) -> View:
    guarded = permission_required(MAY_HANDLE_PAYMENTS)(require_http_methods(["GET", "POST"])(view))
    return require_admin_access(guarded)
