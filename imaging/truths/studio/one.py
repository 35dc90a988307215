"""One study: what is true of it by which version, and what experts say."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from accounts.http import StaffRequest
from imaging.truths import queries
from imaging.truths.models import Opinion
from imaging.truths.showing import describe_outlines, outlines_of_experts
from imaging.truths.studio.access import MAY_PUBLISH, for_experts


@never_cache
@for_experts
def show(request: StaffRequest, pk: int) -> HttpResponse:
    study = queries.get_study(pk)
    views = list(study.views.all())
    may_publish = request.user.has_perm(MAY_PUBLISH)
    experts = queries.list_experts(study, user=request.user, may_publish=may_publish)
    mine = list(Opinion.objects.filter(study=study, author=request.user).select_related("author"))
    context = {
        "study": study,
        "versions": queries.list_versions(study, views),
        "mine": next((each for each in mine if not each.is_consensus), None),
        "consensus": next((each for each in mine if each.is_consensus), None),
        "experts": experts,
        "compared": queries.compare_experts(experts, views),
        "hidden": 0 if experts else Opinion.objects.handed_in().filter(study=study).count(),
        "may_publish": may_publish,
        "viewer": describe_outlines(study, views, outlines_of_experts(experts)) if experts else None,
    }
    return render(request, "imaging/truths/studio/truth.html", context)
