from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from accounts.http import StaffRequest
from cme.activities.models import Activity, CreditType
from cme.certificates import services
from cme.certificates.models import Certificate
from cme.claims import queries
from core.studio import get_viewset, refuse_to_delete

MAY_HANDLE_CERTIFICATES = "cme.change_certificate"


class ActivityViewSet(SnippetViewSet):
    model = Activity
    icon = "doc-full-inverse"
    list_display = ["course", "provider", "max_credits", "designated_on", "expires_on"]
    panels = [
        FieldPanel("course"),
        MultiFieldPanel(
            [
                FieldPanel("provider"),
                FieldPanel("provider_note"),
                FieldPanel("is_demonstration"),
                FieldRowPanel([FieldPanel("sponsorship"), FieldPanel("partners")]),
                FieldPanel("accreditation_statement"),
            ],
            _("Accreditation"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("credit_types"),
                FieldRowPanel([FieldPanel("max_credits"), FieldPanel("designated_on")]),
                FieldPanel("designation_statement"),
            ],
            _("Designation"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("released_on"), FieldPanel("reviewed_on"), FieldPanel("expires_on")]),
                FieldPanel("review_years"),
            ],
            _("Dates"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("learning_format"), FieldPanel("medium")]),
                FieldPanel("method"),
                FieldPanel("support_statement"),
                FieldPanel("contact"),
            ],
            _("What learners are told"),
        ),
    ]


class CreditTypeViewSet(SnippetViewSet):
    model = CreditType
    icon = "tag"
    list_display = ["name", "increment", "checked_on"]
    panels = [
        FieldPanel("name"),
        FieldPanel("plural"),
        FieldPanel("slug"),
        FieldPanel("is_trademark"),
        FieldPanel("professions"),
        FieldPanel("increment"),
        FieldPanel("heading"),
        FieldPanel("wording"),
        MultiFieldPanel([FieldPanel("source"), FieldPanel("source_url"), FieldPanel("checked_on")], _("Source")),
    ]


class CmeGroup(SnippetViewSetGroup):
    items = (ActivityViewSet, CreditTypeViewSet)
    menu_label = _("CME")
    menu_icon = "success"
    menu_order = 120


register_snippet(CmeGroup)


KEPT_BECAUSE: dict[type[Model], str] = {
    Activity: (
        "Learners evaluated it or claimed its credit, and that is kept. Bring forward the day on which it expires "
        "instead: nobody can claim credit after it."
    ),
    CreditType: (
        "Learners claimed it, and that is kept. Take it out of the activities instead: nobody can claim it any more."
    ),
}


@hooks.register("before_delete_snippet")
def keep_what_credit_stands_on(request: HttpRequest, rows: list[Model]) -> HttpResponse | None:
    """Wagtail asks for a single row and for many."""
    ours = [row for row in rows if type(row) in KEPT_BECAUSE]
    if not ours:
        return None
    back_to = reverse(get_viewset(ours[0]).get_url_name("list"))
    return refuse_to_delete(request, ours, because=lambda row: KEPT_BECAUSE[type(row)], back_to=back_to)


class RetryColumn(Column):
    cell_template_name = "cme/studio/retry_cell.html"


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
    export_headings = {"problem": "What is wrong"}

    def get_queryset(self) -> QuerySet[Certificate]:
        return queries.get_held_certificates().order_by("created_at")


@require_admin_access
@permission_required(MAY_HANDLE_CERTIFICATES)
@require_POST
def retry_held(request: StaffRequest, pk: int) -> HttpResponse:
    if services.retry_certificate(certificate_id=pk, by=request.user):
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
        "Held certificates", reverse("held_certificates"), name="held-certificates", icon_name="warning", order=100
    )


@hooks.register("register_log_actions")
def register_credit_actions(actions: LogActionRegistry) -> None:
    actions.register_action("cme.claim", "Claim credit", "Credit claimed")
    actions.register_action("cme.issue_certificate", "Issue certificate", "Certificate issued")
    actions.register_action("cme.hold_certificate", "Hold certificate", "Certificate held")
    actions.register_action("cme.retry_certificate", "Make certificate again", "Certificate made again")
    actions.register_action("cme.remake_certificate", "Restore certificate file", "Certificate file restored")
    # What the log of earlier days holds; mail is the accounts' own now.
    actions.register_action("cme.give_up_mail", "Give up mail", "Mail of the certificate given up")
    actions.register_action("cme.retry_mail", "Mail certificate again", "Certificate mailed again")
    actions.register_action("cme.write_credit_type", "Write credit type", "Credit type written")
    actions.register_action("cme.write_activity", "Write activity", "Activity written")
