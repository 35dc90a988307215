from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, prefetch_related_objects

from imaging.studies.models import Prior, Study, StudyKind, StudyPurpose, StudyStatus, Truth


@dataclass(frozen=True)
class Progress:
    """How far the making of synthetic studies is."""

    total: int
    ready: int
    failed: int
    withdrawn: int

    @property
    def is_under_way(self) -> bool:
        return self.ready + self.failed < self.total


def get_progress(purpose: StudyPurpose | None = None) -> Progress:
    """Of the synthetic studies that serve this, or of all of them. One query."""
    studies = Study.objects.synthetic()
    counted = (studies.filter(purpose=purpose) if purpose else studies).aggregate(
        total=Count("pk"),
        ready=Count("pk", filter=Q(status=StudyStatus.READY)),
        failed=Count("pk", filter=Q(status=StudyStatus.FAILED)),
        withdrawn=Count("pk", filter=~Q(withdrawn_at=None)),
    )
    return Progress(**counted)


def is_one_open() -> bool:
    """Whether a stranger has a study to read. One query."""
    return Study.objects.for_practice().filter(is_open=True).exists()


def list_studies() -> QuerySet[Study]:
    """For staff: each with its kind, which no reader may know before the lock, and how often it was read."""
    kind = Truth.objects.filter(study=OuterRef("pk"), is_current=True).values("kind")[:1]
    locked = Count("readings", filter=~Q(readings__locked_at=None))
    return Study.objects.annotate(kind=Subquery(kind), times_read=locked).order_by("-pk")


def list_priors(study: Study) -> list[Prior]:
    """With their views. Two queries, one where there is none, and none the second time."""
    prefetch_related_objects([study], "priors__views")
    return list(study.priors.all())


def name_kind(study: Study) -> str:
    """Of one of `list_studies`; empty until it is made."""
    kind = getattr(study, "kind", None)
    return str(StudyKind(kind).label) if kind else ""
