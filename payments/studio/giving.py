"""Access for a list of addresses: pasted, looked through, given, and taken back as one."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from accounts.addresses.pasted import MOST, read_addresses
from accounts.http import StaffRequest
from core.acts import Act, ask, sent
from payments.models import AccessGiving
from payments.queries.giving import Foreseen, foresee, get_giving, get_givings, get_grants_of
from payments.services.giving import give_to_many, undo_giving
from payments.studio.acts import MailedReasonForm, for_payments
from payments.studio.lists import PaymentsReport

# Faults that are told one by one.
MOST_FAULTS = 20


class ListForm(MailedReasonForm):
    field_order = ["text", "because", "is_mailed"]
    text = forms.CharField(
        label=_("E-mail addresses"),
        max_length=200_000,
        help_text=_("One a line, or with commas or semicolons between. “Rosa Marín <rosa@example.org>” is read, too."),
        widget=forms.Textarea(attrs={"rows": 10, "autocomplete": "off", "spellcheck": "false"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        self.pasted = read_addresses(text)
        if faults := self.pasted.faults:
            more = len(faults) - MOST_FAULTS
            told = faults[:MOST_FAULTS] + ([gettext("And {count} more.").format(count=more)] if more > 0 else [])
            lines = [gettext("Nothing was done: mend these first."), *told]
            raise forms.ValidationError(format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines)))
        count = len(self.pasted.addresses)
        if count > MOST:
            why = gettext("These are {count} addresses. Give access to at most {most} at once.")
            raise forms.ValidationError(why.format(count=count, most=MOST))
        return text


@for_payments
def give_to_list(request: StaffRequest) -> HttpResponse:
    """First what would happen; once that is confirmed, it is done."""
    initial = {"text": request.GET.get("email", ""), "key": uuid4(), "is_mailed": True}
    form = ListForm(sent(request), initial=initial)
    if not form.is_valid() or "again" in request.POST:
        return render_list(request, form)
    if "confirmed" not in request.POST:
        return render_foreseen(request, form)
    given = {name: form.cleaned_data[name] for name in ("key", "because", "is_mailed")}
    giving = give_to_many(addresses=form.pasted.addresses, by=request.user, **given)
    messages.success(request, gettext("It is done: see below what this list was given."))
    return redirect("payments_giving", giving.pk)


def render_list(request: StaffRequest, form: ListForm) -> HttpResponse:
    act = Act(
        title=gettext("Give access without payment"),
        about="",
        consequences=[
            gettext("To one person or to many. The next page says what would happen to each; nothing is done before."),
            gettext(
                "Every course opens at once, until somebody takes it back. Nothing is charged. They may claim credit."
            ),
            gettext("Where there is no account with an address, one is made: its owner signs in with a mailed code."),
            gettext("Somebody wants to pay for a colleague instead? They do so themselves, under Gifts."),
        ],
        button=gettext("Look through the list"),
        back_to=reverse("payments_givings"),
        icon="key",
    )
    return ask(request, act, form)


def render_foreseen(request: StaffRequest, form: ListForm) -> HttpResponse:
    foreseen = foresee(form.pasted.addresses)
    told = zip(describe(foreseen), as_groups(foreseen), strict=True)
    hidden = [
        (name, form.data[name]) for name in ("text", "because", "key", "is_mailed") if form.data.get(name) is not None
    ]
    context = {
        "foreseen": foreseen,
        "groups": [(words, addresses) for words, addresses in told if addresses],
        "hidden": hidden,
        "because": form.cleaned_data["because"],
        "is_mailed": form.cleaned_data["is_mailed"],
        "repeated": form.pasted.repeated,
    }
    return render(request, "payments/studio/foreseen.html", context)


def as_groups(foreseen: Foreseen) -> tuple[list[str], ...]:
    return foreseen.given, foreseen.new, foreseen.open, foreseen.closed


def describe(foreseen: Foreseen) -> list[tuple[str, str]]:
    """Of each group how many they are, and what happens to them."""
    given, new, is_open, closed = (len(group) for group in as_groups(foreseen))
    return [
        (
            ngettext("{n} has an account", "{n} have an account", given).format(n=given),
            gettext("Everything opens to them."),
        ),
        (
            ngettext("{n} has no account yet", "{n} have no account yet", new).format(n=new),
            gettext("An account is made, and everything opens. They prove the address when they first sign in."),
        ),
        (
            ngettext("{n} has access already", "{n} have access already", is_open).format(n=is_open),
            gettext("Nothing changes for them, and no mail goes to them."),
        ),
        (
            ngettext("{n} has a closed account", "{n} have a closed account", closed).format(n=closed),
            gettext("Staff closed it. Nothing changes: open it again under Users first."),
        ),
    ]


def tell_count(giving: Any) -> str:
    """In words: on a phone a list has no heads of columns."""
    told = gettext("{given} of {asked} addresses, {standing} still open")
    return told.format(given=giving.given, asked=giving.asked, standing=giving.standing)


class GivingsView(PaymentsReport):
    page_title = _("Access given to lists")
    header_icon = "key"
    index_url_name = "payments_givings"
    index_results_url_name = "payments_givings_results"
    model = AccessGiving
    columns = [
        DateColumn("given_at", label=_("Given")),
        TitleColumn("because", label=_("Why"), get_url=lambda row: reverse("payments_giving", args=[row.pk])),
        Column("given_by", label=_("Given by")),
        Column("given", label=_("How many"), accessor=tell_count),
    ]
    list_export = ["given_at", "because", "given_by", "asked", "given", "standing", "undone_at", "undone_because"]
    export_headings = {"given": _("Given to"), "standing": _("Still open")}
    export_filename = "access-given-to-lists"

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(gettext("Give access"), url=reverse("payments_give_to_list"), icon_name="plus")]

    def get_queryset(self) -> QuerySet[AccessGiving, Any]:
        return get_givings()


@for_payments
@require_safe
def show_giving(request: StaffRequest, pk: int) -> HttpResponse:
    giving = get_giving(pk)
    return render(request, "payments/studio/giving.html", {"giving": giving, "grants": get_grants_of(giving)})


@for_payments
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    giving = get_giving(pk)
    form = MailedReasonForm(sent(request), initial={"is_mailed": giving.is_mailed})
    if form.is_valid():
        if undo_giving(giving_id=pk, by=request.user, **form.cleaned_data):
            messages.success(request, gettext("What this list was given is taken back."))
        else:
            messages.warning(request, gettext("This was taken back before."))
        return redirect("payments_giving", pk)
    told = ngettext(
        "The courses close to {n} person at once, unless something else opens them: a purchase or a gift.",
        "The courses close to {n} people at once, unless something else opens them: a purchase or a gift.",
        giving.standing,
    )
    act = Act(
        title=gettext("Take back what this list was given"),
        about=giving.because,
        consequences=[
            told.format(n=giving.standing),
            gettext("Accounts that were made for it stay, and certificates stay valid."),
        ],
        button=gettext("Take it back"),
        back_to=reverse("payments_giving", args=[pk]),
        icon="lock",
        is_serious=True,
    )
    return ask(request, act, form)
