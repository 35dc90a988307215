"""Access without payment: the list, giving it and taking it back."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, CharFilter
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets.boolean_radio_select import BooleanRadioSelect
from wagtail.admin.widgets.button import Button, HeaderButton

from accounts.addresses.fields import AddressField
from accounts.http import StaffRequest
from accounts.models import AccessGrant, AccessSource, User
from core.acts import Act, ask, sent
from payments.services import staff
from payments.studio.acts import MAY_HANDLE_PAYMENTS, MailedReasonForm, for_payments
from payments.studio.lists import PaymentsReport
from payments.studio.queries import get_staff_grants


class GrantFilterSet(WagtailFilterSet):
    user__email = CharFilter(label=_("Learner's e-mail address"), lookup_expr="icontains")
    revoked_at = BooleanFilter(label=_("Taken back"), lookup_expr="isnull", exclude=True, widget=BooleanRadioSelect)

    class Meta:
        model = AccessGrant
        fields = ["user__email", "revoked_at"]


class TakeBackColumn(Column):
    cell_template_name = "payments/studio/take_back_cell.html"


class GrantsView(PaymentsReport):
    page_title = _("Access without payment")
    header_icon = "key"
    index_url_name = "payments_grants"
    index_results_url_name = "payments_grants_results"
    model = AccessGrant
    filterset_class = GrantFilterSet
    columns = [
        Column("learner", label=_("Learner"), accessor="user"),
        Column("email", label=_("E-mail address"), accessor="user.email"),
        Column("because", label=_("Why")),
        Column("given_by", label=_("Given by")),
        DateColumn("granted_at", label=_("Given")),
        TakeBackColumn("revoked_at", label=_("Taken back"), accessor=lambda row: row),
    ]
    list_export = ["user.email", "because", "given_by", "granted_at", "revoked_at"]
    export_headings = {"user.email": _("Learner"), "because": _("Why"), "given_by": _("Given by")}
    export_filename = "access-without-payment"

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [
            HeaderButton(gettext("Give access"), url=reverse("payments_give_to_list"), icon_name="plus"),
            HeaderButton(gettext("Given to lists"), url=reverse("payments_givings"), icon_name="list-ul"),
        ]

    def get_queryset(self) -> QuerySet[AccessGrant, Any]:
        return get_staff_grants()


@hooks.register("register_user_listing_buttons")
def offer_access(user: Any, request_user: Any) -> Iterator[Button]:
    if request_user.has_perm(MAY_HANDLE_PAYMENTS):
        give = f"{reverse('payments_give_access')}?learner={user.pk}"
        yield Button(gettext("Give access"), give, icon_name="key", priority=50)
        bought = f"{reverse('payments_purchases')}?{urlencode({'q': user.email})}"
        yield Button(gettext("Purchases"), bought, icon_name="tag", priority=51)


class GrantForm(MailedReasonForm):
    field_order = ["email", "because", "is_mailed"]
    key = forms.UUIDField(widget=forms.HiddenInput)
    email = AddressField(label=_("The learner's e-mail address"), help_text=_("The account must exist already."))

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        self.learner = User.objects.filter(email=email, is_active=True).first()
        if self.learner is None:
            raise forms.ValidationError(gettext("Nobody signs in with this address. Ask the learner to sign up first."))
        return email

    @property
    def chosen(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("key", "because", "is_mailed")}


@for_payments
def give_access(request: StaffRequest) -> HttpResponse:
    learner = request.GET.get("learner", "")
    known = User.objects.filter(pk=learner).first() if learner.isdecimal() else None
    form = GrantForm(sent(request), initial={"email": known.email if known else "", "key": uuid4()})
    if form.is_valid() and form.learner:
        staff.grant_without_payment(user=form.learner, by=request.user, **form.chosen)
        messages.success(request, gettext("Everything is open to {learner}.").format(learner=form.learner))
        return redirect("payments_grants")
    act = Act(
        title=gettext("Give access without payment"),
        about="",
        consequences=[
            gettext("Every course opens to the learner at once, until somebody takes it back. They may claim credit."),
            gettext("Nothing is charged."),
        ],
        button=gettext("Give access"),
        back_to=reverse("payments_grants"),
        icon="key",
    )
    return ask(request, act, form)


@for_payments
def take_back_access(request: StaffRequest, pk: int) -> HttpResponse:
    grant = get_object_or_404(AccessGrant.objects.select_related("user"), pk=pk, source=AccessSource.STAFF)
    form = MailedReasonForm(sent(request))
    if form.is_valid():
        if staff.revoke_grant(grant_id=pk, by=request.user, **form.cleaned_data):
            messages.success(request, gettext("What staff gave to {user} is taken back.").format(user=grant.user))
        else:
            messages.warning(request, gettext("This was taken back before."))
        return redirect("payments_grants")
    act = Act(
        title=gettext("Take access back"),
        about=f"{grant.user}, {grant.user.email}",
        consequences=[
            gettext(
                "The courses close to the learner at once, unless something else opens them: a purchase or a gift."
            ),
            gettext("Certificates stay valid."),
        ],
        button=gettext("Take it back"),
        back_to=reverse("payments_grants"),
        icon="lock",
        is_serious=True,
    )
    return ask(request, act, form)
