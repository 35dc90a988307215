"""What teachers are told of a set: each case by counts, and readers by name where they allowed it."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from imaging.studies.models import StudyKind, Truth
from imaging.testsets.models import SetAttempt, SetCase, SetConsent, TestSet

FEWEST_READERS = 5
"""Of a case: with fewer, what they said could be what one of them said."""


def list_sets() -> QuerySet[TestSet]:
    """Each with how many handed in, passed, and allowed their names."""
    handed_in = Q(attempts__handed_in_at__isnull=False)
    return TestSet.objects.annotate(
        times_handed_in=Count("attempts", filter=handed_in, distinct=True),
        times_passed=Count("attempts", filter=Q(attempts__is_passed=True), distinct=True),
        readers=Count("attempts__user", filter=handed_in, distinct=True),
        named=Count("consents", distinct=True),
    ).order_by("title", "pk")


def list_cases() -> QuerySet[SetCase]:
    """Each with its kind, and what was said of it in attempts that were handed in."""
    kind = Truth.objects.filter(study=OuterRef("study"), is_current=True).values("kind")[:1]
    told = Q(study__readings__attempt__handed_in_at__isnull=False, study__readings__is_first=True)
    cases = SetCase.objects.order_by("test_set", "edition", "number", "pk").select_related("test_set", "study")
    return cases.annotate(
        kind=Subquery(kind),
        times_read=Count("study__readings", filter=told),
        times_recalled=Count("study__readings", filter=told & Q(study__readings__recall=True)),
    )


def name_kind(case: SetCase) -> str:
    kind = getattr(case, "kind", None)
    return str(StudyKind(kind).label) if kind else ""


def count_recalled(case: SetCase) -> int | None:
    """None where too few have read it."""
    return getattr(case, "times_recalled", 0) if _are_enough(case) else None


def share_right(case: SetCase) -> int | None:
    """Percent whose recall was right; None where too few have read it."""
    if not _are_enough(case):
        return None
    recalled, read = getattr(case, "times_recalled", 0), getattr(case, "times_read", 0)
    right = recalled if getattr(case, "kind", "") == StudyKind.SUSPICIOUS else read - recalled
    return round(100 * right / read)


def _are_enough(case: SetCase) -> bool:
    return bool(getattr(case, "times_read", 0) >= FEWEST_READERS)


def list_named_attempts() -> QuerySet[SetAttempt]:
    """Handed in, of readers who allow it now."""
    consents = SetConsent.objects.filter(user=OuterRef("user"), test_set=OuterRef("test_set"))
    attempts = SetAttempt.objects.handed_in().filter(Exists(consents)).select_related("user", "test_set")
    return attempts.order_by("-handed_in_at", "-pk")


def count_unnamed() -> int:
    """Attempts of readers who have not allowed their names."""
    consents = SetConsent.objects.filter(user=OuterRef("user"), test_set=OuterRef("test_set"))
    return SetAttempt.objects.handed_in().exclude(Exists(consents)).count()
