"""The author's acts, each with a page that says what follows."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from wagtail.admin.admin_url_finder import AdminURLFinder

from accounts.http import StaffRequest
from core.acts import Act, ask, for_staff, sent
from core.http import post_only
from reviews import errors
from reviews.forms import CorrectionForm, NoteForm, UnreviewedForm
from reviews.models import Step
from reviews.parts import compare
from reviews.queries import MAY_SEND, find_open, get_base, get_steps, read
from reviews.services.publishing import correct as publish_correction
from reviews.services.publishing import explain_correction, publish_unreviewed
from reviews.services.sending import find_refusal, send, withdraw
from reviews.studio.access import find_row, for_all, get_submission, may_write


def get_editor(row: Any) -> str:
    return str(AdminURLFinder().get_edit_url(row) or reverse("reviews"))


def show_refusal(request: StaffRequest, row: Any, told: list[str]) -> HttpResponse:
    context = {"row": row, "title": str(row), "told": told, "editor": get_editor(row)}
    return render(request, "reviews/studio/refused.html", context, status=422)


@for_staff(MAY_SEND)
def send_row(request: StaffRequest, label: str, pk: int) -> HttpResponse:
    row, kind = find_row(request, label, pk)
    if submission := find_open(row):
        return redirect("review", submission.pk)
    if refusal := find_refusal(row):
        return show_refusal(request, row, [str(refusal)])
    form = NoteForm(sent(request))
    if form.is_valid():
        try:
            made = send(rows=[row], note=form.cleaned_data["note"], by=request.user)
        except errors.ReviewRefused as error:
            return show_refusal(request, row, [str(error)])
        messages.success(request, gettext("It is sent to review. You hear by mail what becomes of it."))
        return redirect("review", made[0].pk)
    changes = compare(read(get_base(row, counts_seen=False)), read(row.latest_revision))
    context = {
        "row": row,
        "title": kind.get_title(row.latest_revision.as_object()),
        "form": form,
        "changes": [change for change in changes if change.is_changed],
        "consequences": tell_steps(kind.get_scope(row)),
        "editor": get_editor(row),
    }
    return render(request, "reviews/studio/send.html", context, status=422 if form.is_bound else 200)


def tell_steps(scope: Any) -> list[str]:
    needed = get_steps(scope).needed
    told = {
        Step.MEDICAL: gettext("A medical reviewer reads it."),
        Step.CME: gettext("The CME office checks it."),
    }
    return [
        *(told[step] for step in needed),
        gettext("What is approved goes live at once, or at the time that the draft names."),
        gettext("Until then it is not changed; you can withdraw it."),
    ]


@for_staff(MAY_SEND)
def correct(request: StaffRequest, label: str, pk: int) -> HttpResponse:
    row, _kind = find_row(request, label, pk)
    if reasons := explain_correction(row):
        told = gettext("This is not a small correction, and needs review:")
        context = {
            "row": row,
            "title": str(row),
            "told": reasons,
            "lead": told,
            "editor": get_editor(row),
            "send": reverse("review_send", args=[label, pk]),
        }
        return render(request, "reviews/studio/refused.html", context, status=422)
    act = Act(
        title=gettext("Publish a small correction"),
        about=str(row),
        consequences=[
            gettext("Learners read it at once."),
            gettext("It is recorded, and a medical reviewer looks at it afterwards."),
        ],
        button=gettext("Publish the correction"),
        back_to=get_editor(row),
        icon="edit",
    )
    form = CorrectionForm(sent(request))
    return perform(
        request,
        row,
        act,
        form,
        lambda: publish_correction(row=row, said=form.cleaned_data["said"], by=request.user),
        gettext("The correction is published."),
    )


@for_staff(MAY_SEND)
def publish_without_review(request: StaffRequest, label: str, pk: int) -> HttpResponse:
    row, _kind = find_row(request, label, pk)
    if not request.user.is_superuser:
        return show_refusal(request, row, [str(errors.NotYourStep())])
    act = Act(
        title=gettext("Publish without review"),
        about=str(row),
        consequences=[
            gettext("Learners read it at once, and nobody has reviewed it."),
            gettext("Your reason is kept."),
        ],
        button=gettext("Publish without review"),
        back_to=get_editor(row),
        is_serious=True,
    )
    form = UnreviewedForm(sent(request))
    return perform(
        request,
        row,
        act,
        form,
        lambda: publish_unreviewed(row=row, because=form.cleaned_data["because"], by=request.user),
        gettext("It is published, and recorded as not reviewed."),
    )


def perform(request: StaffRequest, row: Any, act: Act, form: Any, do: Callable[[], object], done: str) -> HttpResponse:
    if not form.is_valid():
        return ask(request, act, form)
    try:
        do()
    except errors.ReviewRefused as error:
        return show_refusal(request, row, getattr(error, "reasons", [str(error)]))
    messages.success(request, done)
    return redirect(get_editor(row))


@post_only("review", "pk")
@for_all
def withdraw_submission(request: StaffRequest, pk: int) -> HttpResponse:
    submission = get_submission(pk)
    if not may_write(request.user, submission):
        messages.error(request, str(errors.NotYourStep()))
        return redirect("review", pk)
    try:
        withdraw(submission_id=pk, by=request.user)
    except errors.NotOpen as error:
        messages.error(request, str(error))
    else:
        messages.success(request, gettext("It is withdrawn: you can change it again."))
    return redirect("review", pk)


def tell_sent(count: int) -> str:
    told = ngettext("{count} draft is sent to review.", "{count} drafts are sent to review.", count)
    return told.format(count=count)
