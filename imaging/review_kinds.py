"""Cases among what waits for reviewers (decision 70): who publishes a truth is as before (decision 64)."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import User
from imaging.studies.models import Study, Truth
from imaging.truths.models import Opinion
from reviews.registry import WAITS_ELSEWHERE, Waiting

MAY_PUBLISH = "imaging.add_truth"


def list_waiting(user: User) -> Iterator[Waiting]:
    """Studies with an opinion that was handed in since their last version. One query, none for others."""
    if not user.has_perm(MAY_PUBLISH):
        return
    current = Truth.objects.filter(study=OuterRef("pk"), is_current=True)
    handed_in = Max("opinions__handed_in_at", filter=Q(opinions__in=Opinion.objects.handed_in()))
    studies: QuerySet[Any] = Study.objects.drawable().annotate(
        since=handed_in, version_at=Subquery(current.values("made_at")[:1])
    )
    waiting = studies.filter(since__isnull=False).filter(Q(version_at=None) | Q(since__gt=F("version_at")))
    for study in waiting.order_by("since"):
        told = gettext("A truth waits to be published")
        yield Waiting(str(study), reverse("truth", args=[study.pk]), told, study.since)


WAITS_ELSEWHERE.append(list_waiting)
