from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.log_actions import LogActionRegistry

from accounts.http import StaffRequest
from cme.certificates.forms import ReissueForm, TellForm
from cme.certificates.models import Certificate, Correction
from cme.certificates.queries import get_certificate_for_staff, get_held_certificates, get_open_corrections
from cme.certificates.services import (
    confirm_correction,
    refuse_correction,
    reissue_certificate,
    retry_certificate,
    withdraw_certificate,
)
from core.acts import Act, ask, for_staff, sent
from core.columns import FormColumn
from core.http import post_only

MAY_HANDLE_CERTIFICATES = "cme.change_certificate"

for_office = for_staff(MAY_HANDLE_CERTIFICATES)


class RetryColumn(FormColumn):
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
        TitleColumn(
            "name",
            label=_("Name on the certificate"),
            accessor=lambda row: row.fields["name"],
            get_url=lambda row: certificate_address(row.pk),
        ),
        Column("current", label=_("Name in the profile"), accessor=lambda row: row.claim.user.name),
        Column("address", label=_("E-mail address"), accessor=lambda row: row.claim.user.email),
        Column("problem", label=_("What is wrong")),
        Column("course", label=_("Activity"), accessor=lambda row: row.claim.activity),
        DateColumn("created_at", label=_("Claimed")),
        RetryColumn("retry", label=_("Action"), accessor=lambda row: row),
    ]
    list_export = ["code", "claim.user.email", "problem", "created_at"]
    export_headings = {"claim.user.email": _("E-mail address"), "problem": _("What is wrong")}
    export_filename = "held-certificates"

    def get_queryset(self) -> QuerySet[Certificate]:
        return get_held_certificates().order_by("created_at")


@post_only("held_certificates")
@for_office
def retry_held(request: StaffRequest, pk: int) -> HttpResponse:
    return _made_again(request, is_made=retry_certificate(certificate_id=pk, by=request.user))


def _made_again(request: StaffRequest, *, is_made: bool) -> HttpResponse:
    if is_made:
        messages.success(request, gettext("The certificate is being made again."))
    else:
        messages.warning(request, gettext("This certificate is not held any more."))
    return redirect("held_certificates")


# --- One certificate, and what may be done with it ------------------------------------------------------


class CorrectionsView(ReportView):
    page_title = _("Corrections")
    header_icon = "edit"
    index_url_name = "corrections"
    index_results_url_name = "corrections_results"
    any_permission_required = ["change"]
    model = Correction
    is_searchable = False
    default_ordering = "asked_at"
    columns = [
        TitleColumn(
            "printed",
            label=_("Name on the certificate"),
            accessor=lambda row: row.certificate.fields["name"],
            get_url=lambda row: reverse("certificate", args=[row.certificate_id]),
        ),
        Column("name", label=_("Name that is asked for")),
        Column("reason", label=_("Why"), width="35%"),
        Column("address", label=_("E-mail address"), accessor=lambda row: row.certificate.claim.user.email),
        DateColumn("asked_at", label=_("Asked")),
    ]
    list_export = ["certificate.code", "name", "reason", "certificate.claim.user.email", "asked_at"]
    export_headings = {
        "certificate.code": _("Certificate"),
        "name": _("Name that is asked for"),
        "reason": _("Why"),
        "certificate.claim.user.email": _("E-mail address"),
    }
    export_filename = "corrections"

    def get_queryset(self) -> QuerySet[Correction]:
        return get_open_corrections().order_by("asked_at")


@for_office
def certificate(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_certificate_for_staff(pk)
    context = {
        "certificate": found,
        "claim": found.claim,
        "successor": getattr(found, "replaced_by", None),
        "corrections": found.corrections.order_by("-asked_at"),
    }
    return render(request, "cme/certificates/studio/certificate.html", context)


def certificate_address(pk: int) -> str:
    return reverse("certificate", args=[pk])


ISSUED_ANEW = _("The new certificate is being made, and mailed to the learner.")
ANSWERED_BEFORE = _("That was settled before: see below.")


@for_office
def confirm(request: StaffRequest, pk: int) -> HttpResponse:
    correction = get_object_or_404(get_open_corrections(), pk=pk)
    if request.method == "POST":
        new = confirm_correction(correction_id=pk, by=request.user)
        return _issued_anew(request, new, correction.certificate_id)
    act = Act(
        title=gettext("Confirm the correction"),
        about=_change(correction.certificate.fields["name"], correction.name),
        consequences=[gettext("The learner wrote: {reason}").format(reason=correction.reason), *_what_follows()],
        button=gettext("Issue the corrected certificate"),
        back_to=certificate_address(correction.certificate_id),
        icon="edit",
    )
    return ask(request, act, forms.Form())


@for_office
def refuse(request: StaffRequest, pk: int) -> HttpResponse:
    correction = get_object_or_404(get_open_corrections(), pk=pk)
    form = TellForm(sent(request))
    back_to = certificate_address(correction.certificate_id)
    if form.is_valid():
        if refuse_correction(correction_id=pk, answer=form.cleaned_data["words"], by=request.user):
            messages.success(request, gettext("The correction is refused, and the learner is mailed why."))
        else:
            messages.warning(request, ANSWERED_BEFORE)
        return redirect(back_to)
    act = Act(
        title=gettext("Refuse the correction"),
        about=_change(correction.certificate.fields["name"], correction.name),
        consequences=[gettext("The certificate stays as it is. The learner may ask again.")],
        button=gettext("Refuse"),
        back_to=back_to,
        icon="edit",
    )
    return ask(request, act, form)


@for_office
def reissue(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_certificate_for_staff(pk)
    form = ReissueForm(sent(request), initial={"name": found.fields["name"]})
    if form.is_valid():
        new = reissue_certificate(certificate_id=pk, by=request.user, name=form.cleaned_data["name"])
        return _issued_anew(request, new, pk)
    act = Act(
        title=gettext("Issue certificate {code} anew").format(code=found.printed_code),
        about=str(found.claim),
        consequences=_what_follows(),
        button=gettext("Issue the new certificate"),
        back_to=certificate_address(pk),
        icon="edit",
    )
    return ask(request, act, form)


@for_office
def rename_held(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_certificate_for_staff(pk)
    if not found.is_held:
        return _made_again(request, is_made=False)
    form = ReissueForm(sent(request), initial={"name": found.fields["name"]})
    if form.is_valid():
        made = retry_certificate(certificate_id=pk, by=request.user, name=form.cleaned_data["name"])
        return _made_again(request, is_made=made)
    act = Act(
        title=gettext("Make certificate {code} again with another name").format(code=found.printed_code),
        about=str(found.claim),
        consequences=[
            found.problem,
            gettext("The name is printed on this certificate alone. The profile keeps its own."),
            gettext("It is the same certificate with the same code, and is mailed to the learner once it is made."),
        ],
        button=gettext("Make it again"),
        back_to=certificate_address(pk),
        icon="edit",
    )
    return ask(request, act, form)


@for_office
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_certificate_for_staff(pk)
    form = TellForm(sent(request))
    if form.is_valid():
        if withdraw_certificate(certificate_id=pk, reason=form.cleaned_data["words"], by=request.user):
            messages.success(request, gettext("The certificate is withdrawn, and the learner is mailed why."))
        else:
            messages.warning(request, ANSWERED_BEFORE)
        return redirect("certificate", pk)
    act = Act(
        title=gettext("Withdraw certificate {code}").format(code=found.printed_code),
        about=str(found.claim),
        consequences=[
            gettext("Its page says from now on that it was withdrawn, and nobody can download it any more."),
            gettext("The claim and its amount of credit stay on record."),
            gettext("If it was a mistake, issue it anew: the new one has another code."),
        ],
        button=gettext("Withdraw"),
        back_to=certificate_address(pk),
        is_serious=True,
    )
    return ask(request, act, form)


def _change(old: str, new: str) -> str:
    return gettext("“{old}” becomes “{new}”.").format(old=old, new=new)


def _what_follows() -> list[str]:
    return [
        gettext("A new certificate with a code of its own takes the place of this one, and is mailed to the learner."),
        gettext("The page of the old code says so and leads to the new one. Date and amount of the credit stay."),
    ]


def _issued_anew(request: StaffRequest, new: Certificate | None, old: int) -> HttpResponse:
    if new is None:
        messages.warning(request, ANSWERED_BEFORE)
        return redirect("certificate", old)
    messages.success(request, ISSUED_ANEW)
    return redirect("certificate", new.pk)


@hooks.register("register_admin_urls")
def register_certificate_urls() -> list[URLPattern]:
    return [
        path("cme/held/", HeldCertificatesView.as_view(), name="held_certificates"),
        path("cme/held/results/", HeldCertificatesView.as_view(results_only=True), name="held_certificates_results"),
        path("cme/held/<int:pk>/retry/", retry_held, name="retry_held_certificate"),
        path("cme/held/<int:pk>/rename/", rename_held, name="rename_held_certificate"),
        path("cme/corrections/", CorrectionsView.as_view(), name="corrections"),
        path("cme/corrections/results/", CorrectionsView.as_view(results_only=True), name="corrections_results"),
        path("cme/corrections/<int:pk>/confirm/", confirm, name="confirm_correction"),
        path("cme/corrections/<int:pk>/refuse/", refuse, name="refuse_correction"),
        path("cme/certificates/<int:pk>/", certificate, name="certificate"),
        path("cme/certificates/<int:pk>/reissue/", reissue, name="reissue_certificate"),
        path("cme/certificates/<int:pk>/withdraw/", withdraw, name="withdraw_certificate"),
    ]


class CertificatesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_HANDLE_CERTIFICATES)


@hooks.register("register_reports_menu_item")
def register_held_certificates() -> MenuItem:
    return CertificatesMenuItem(
        _("Held certificates"), reverse("held_certificates"), name="held-certificates", icon_name="warning", order=100
    )


@hooks.register("register_reports_menu_item")
def register_corrections() -> MenuItem:
    return CertificatesMenuItem(
        _("Corrections"), reverse("corrections"), name="corrections", icon_name="edit", order=101
    )


@hooks.register("register_log_actions")
def register_certificate_actions(actions: LogActionRegistry) -> None:
    actions.register_action("cme.issue_certificate", _("Issue certificate"), _("Certificate issued"))
    actions.register_action("cme.hold_certificate", _("Hold certificate"), _("Certificate held"))
    actions.register_action("cme.retry_certificate", _("Make certificate again"), _("Certificate made again"))
    actions.register_action("cme.remake_certificate", _("Restore certificate file"), _("Certificate file restored"))
    actions.register_action("cme.damaged_certificate", _("Find file damaged"), _("Certificate's file found damaged"))
    actions.register_action("cme.ask_for_correction", _("Ask for correction"), _("Correction asked for"))
    actions.register_action(
        "cme.take_back_correction", _("Take back request"), _("Request for a correction taken back")
    )
    actions.register_action("cme.refuse_correction", _("Refuse correction"), _("Correction refused"))
    actions.register_action("cme.replace_certificate", _("Replace certificate"), _("Certificate replaced"))
    actions.register_action("cme.withdraw_certificate", _("Withdraw certificate"), _("Certificate withdrawn"))
    # What the log of earlier days holds; mail is the accounts' own now.
    actions.register_action("cme.give_up_mail", _("Give up mail"), _("Mail of the certificate given up"))
    actions.register_action("cme.retry_mail", _("Mail certificate again"), _("Certificate mailed again"))
