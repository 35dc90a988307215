"""From opinions to a version of the truth."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts.http import StaffRequest
from core.acts import Act, ReasonForm, ask, sent
from imaging.errors import ImagingError
from imaging.studies.models import Study, Truth
from imaging.truths import queries, services
from imaging.truths.changes import describe_changes
from imaging.truths.drafts import Draft
from imaging.truths.forms import ConsensusForm
from imaging.truths.models import Opinion
from imaging.truths.studio.access import MAY_PUBLISH, for_experts, for_publishers


@never_cache
@for_experts
def choose(request: StaffRequest, pk: int) -> HttpResponse:
    """Whose finding of each thing is taken; then it is changed like any draft."""
    study = queries.get_study(pk)
    views = list(study.views.all())
    may_publish = request.user.has_perm(MAY_PUBLISH)
    experts = queries.list_experts(study, user=request.user, may_publish=may_publish)
    if not experts:
        messages.error(request, gettext("A consensus is made of opinions that were handed in, and you see none yet."))
        return redirect("truth", pk)
    form = ConsensusForm(sent(request), experts=experts, things=queries.list_things(experts, views))
    if form.is_valid():
        try:
            consensus = services.make_consensus(study_id=pk, draft=form.read(), by=request.user)
        except ImagingError as error:
            messages.error(request, str(error))
            return redirect("truth", pk)
        messages.success(request, gettext("This is your consensus. Change what you want, save, and publish it."))
        return redirect("truth_draw", pk, consensus.pk)
    context = {"study": study, "form": form, "has_one": _has_consensus(study, request)}
    return render(request, "imaging/truths/studio/consensus.html", context, status=422 if form.is_bound else 200)


def _has_consensus(study: Study, request: StaffRequest) -> bool:
    return Opinion.objects.filter(study=study, author=request.user, kind="consensus").exists()


class PublishForm(ReasonForm):
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["because"].help_text = _("It stands in the history of versions, with your name.")


@never_cache
@for_publishers
def publish(request: StaffRequest, pk: int, opinion: int) -> HttpResponse:
    study = queries.get_study(pk)
    chosen = queries.get_publishable(request.user, pk, opinion)
    current = queries.get_current(study)
    form = PublishForm(sent(request), initial={"seen": current.version if current else 0})
    if form.is_valid():
        given = form.cleaned_data
        try:
            truth = services.publish_truth(
                opinion_id=chosen.pk, because=given["because"], seen=given["seen"], by=request.user
            )
        except ImagingError as error:
            for sentence in getattr(error, "faults", [str(error)]):
                messages.error(request, sentence)
        else:
            messages.success(request, gettext("Version {number} is published.").format(number=truth.version))
        return redirect("truth", pk)
    return ask(request, _describe(study, chosen, current), form)


def _describe(study: Study, opinion: Opinion, current: Truth | None) -> Act:
    number = current.version + 1 if current else 1
    draft = Draft.from_dict(opinion.content)
    if current:
        changes = describe_changes(queries.read_truth(current), draft, study.views.all())
        told = changes or [gettext("Nothing changes: it says what the current version says.")]
        told.append(
            gettext("Readings that were locked keep version {number}; their readers are told what changed.").format(
                number=current.version
            )
        )
    else:
        told = [gettext("The study can be read from now on.")]
        told += [f"{finding.side}, {finding.name}" for finding in draft.findings]
    return Act(
        title=gettext("Publish version {number} of the truth of {study}").format(number=number, study=study),
        about=gettext("Made of: {opinion}.").format(opinion=opinion),
        consequences=[
            *told,
            gettext("Readings that are locked from now on are judged by this version."),
            gettext("A version cannot be changed or taken back; a correction is another version."),
        ],
        button=gettext("Publish version {number}").format(number=number),
        back_to=reverse("truth", args=[study.pk]),
        is_serious=True,
    )
