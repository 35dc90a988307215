"""The studio's screen of mails. Wagtail finds it through accounts/wagtail_hooks.py."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.auth import require_admin_access
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.log_actions import LogActionRegistry

from accounts.http import StaffRequest
from accounts.mail import queries, services
from accounts.mail.models import Mail
from core.columns import FormColumn
from core.http import post_only


@hooks.register("register_log_actions")
def register_mail_actions(actions: LogActionRegistry) -> None:
    actions.register_action("accounts.give_up_mail", _("Give up mail"), _("Mail given up"))
    actions.register_action("accounts.bounce_mail", _("Record bounce"), _("Mail came back"))
    actions.register_action("accounts.try_address", _("Try address"), _("Mail sent to try the address"))
    actions.register_action("accounts.retry_mail", _("Send mail again"), _("Mail sent again"))


MAY_HANDLE_MAIL = "accounts.change_mail"


class MailFilterSet(WagtailFilterSet):
    class Meta:
        model = Mail
        fields = {"status": ["exact"], "to": ["icontains"]}


class RetryMailColumn(FormColumn):
    cell_template_name = "accounts/mail/studio/retry_cell.html"


class MailsView(ReportView):
    """What has not gone out and what came back; whoever filters finds among all."""

    page_title = _("Mails")
    header_icon = "mail"
    index_url_name = "mails"
    index_results_url_name = "mails_results"
    any_permission_required = ["change"]
    model = Mail
    filterset_class = MailFilterSet
    is_searchable = False
    default_ordering = "-created_at"
    columns = [
        Column("to", label=_("To")),
        Column("subject", label=_("Subject"), accessor=lambda mail: mail.subject or mail.kind.capitalize()),
        Column("status", label=_("Status"), accessor="get_status_display"),
        Column("attempts", label=_("Attempts")),
        Column("problem", label=_("What is wrong")),
        DateColumn("created_at", label=_("Written")),
        RetryMailColumn(
            "retry", label=_("Action"), accessor=lambda mail: mail.pk if services.can_be_retried(mail) else None
        ),
    ]
    list_export = ["to", "kind", "subject", "status", "attempts", "problem", "created_at", "sent_at", "bounced_at"]
    export_filename = "mails"

    def get_queryset(self) -> QuerySet[Mail]:
        is_filtered = any(self.request.GET.get(name) for name in MailFilterSet.get_filters())
        return Mail.objects.order_by("-created_at") if is_filtered else queries.get_mails_to_look_at()


@post_only("mails")
@require_admin_access
@permission_required(MAY_HANDLE_MAIL)
def retry_mail(request: StaffRequest, pk: int) -> HttpResponse:
    if services.retry_mail(mail_id=pk, by=request.user):
        messages.success(request, gettext("The mail is being sent again."))
    else:
        messages.warning(request, gettext("This mail does not wait for another try any more."))
    return redirect("mails")


@hooks.register("register_admin_urls")
def register_mail_urls() -> list[URLPattern]:
    return [
        path("mails/", MailsView.as_view(), name="mails"),
        path("mails/results/", MailsView.as_view(results_only=True), name="mails_results"),
        path("mails/<int:pk>/retry/", retry_mail, name="retry_mail"),
    ]


class MailsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_HANDLE_MAIL)


@hooks.register("register_reports_menu_item")
def register_mails() -> MenuItem:
    return MailsMenuItem(gettext("Mails"), reverse("mails"), name="mails", icon_name="mail", order=120)
