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
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.log_actions import LogActionRegistry

from accounts.http import StaffRequest
from cme.certificates.models import Certificate
from cme.certificates.queries import get_held_certificates
from cme.certificates.services import retry_certificate
from core.http import post_only

MAY_HANDLE_CERTIFICATES = "cme.change_certificate"


class RetryColumn(Column):
    cell_template_name = "cme/certificates/studio/retry_cell.html"


class HeldCertificatesView(ReportView):
    page_title = _("Held certificates")
    header_icon = "warning"
    index_url_name = "held_certificates"
    index_results_url_name = "held_certificates_results"
    any_permission_required = ["change"]
    model = Certificate
    is_searchable = False
    default_ordering = "created_at"
    columns = [
        Column("name", label=_("Name on the certificate"), accessor=lambda row: row.fields["name"]),
        Column("current", label=_("Name in the profile"), accessor=lambda row: row.claim.user.name),
        Column("address", label=_("E-mail address"), accessor=lambda row: row.claim.user.email),
        Column("problem", label=_("What is wrong")),
        Column("course", label=_("Activity"), accessor=lambda row: row.claim.activity),
        DateColumn("created_at", label=_("Claimed")),
        RetryColumn("retry", label=_("Action"), accessor="pk"),
    ]
    list_export = ["code", "claim.user.email", "problem", "created_at"]
    export_headings = {"problem": _("What is wrong")}

    def get_queryset(self) -> QuerySet[Certificate]:
        return get_held_certificates().order_by("created_at")


@post_only("held_certificates")
@require_admin_access
@permission_required(MAY_HANDLE_CERTIFICATES)
def retry_held(request: StaffRequest, pk: int) -> HttpResponse:
    if retry_certificate(certificate_id=pk, by=request.user):
        messages.success(
            request, gettext("The certificate is being made again, with the name that the profile has now.")
        )
    else:
        messages.warning(request, gettext("This certificate is not held any more."))
    return redirect("held_certificates")


@hooks.register("register_admin_urls")
def register_certificate_urls() -> list[URLPattern]:
    return [
        path("cme/held/", HeldCertificatesView.as_view(), name="held_certificates"),
        path("cme/held/results/", HeldCertificatesView.as_view(results_only=True), name="held_certificates_results"),
        path("cme/held/<int:pk>/retry/", retry_held, name="retry_held_certificate"),
    ]


class HeldCertificatesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_HANDLE_CERTIFICATES)


@hooks.register("register_reports_menu_item")
def register_held_certificates() -> MenuItem:
    return HeldCertificatesMenuItem(
        _("Held certificates"), reverse("held_certificates"), name="held-certificates", icon_name="warning", order=100
    )


@hooks.register("register_log_actions")
def register_certificate_actions(actions: LogActionRegistry) -> None:
    actions.register_action("cme.issue_certificate", _("Issue certificate"), _("Certificate issued"))
    actions.register_action("cme.hold_certificate", _("Hold certificate"), _("Certificate held"))
    actions.register_action("cme.retry_certificate", _("Make certificate again"), _("Certificate made again"))
    actions.register_action("cme.remake_certificate", _("Restore certificate file"), _("Certificate file restored"))
    # What the log of earlier days holds; mail is the accounts' own now.
    actions.register_action("cme.give_up_mail", _("Give up mail"), _("Mail of the certificate given up"))
    actions.register_action("cme.retry_mail", _("Mail certificate again"), _("Certificate mailed again"))
