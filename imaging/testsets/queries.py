"""What there is of test sets for a reader, and for who teaches. The getters carry the permission."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.http import Http404

from accounts.models import User
from accounts.queries import has_access
from imaging.reading.models import Reading
from imaging.studies.models import Finding, StudyStatus
from imaging.testsets.errors import SetClosed
from imaging.testsets.models import SetAttempt, SetCase, SetConsent, TestSet

Slugs = Collection[str] | QuerySet[Any, Any]


def get_test_set(slug: str) -> TestSet:
    """Its page is for everybody. One query; 404."""
    found = TestSet.objects.filter(slug=slug).first()
    if found is None:
        raise Http404("There is no such test set.")
    return found


def get_test_set_of(course: str, *, once: Slugs = ()) -> TestSet | None:
    """The one that a course offers beside its post-test."""
    return _get_sets_of(course, once).first()


def has_passed(user: User, *, course: str, once: Slugs = ()) -> bool:
    """Whether the reader has passed the test set of this course; True where it has none."""
    sets = _get_sets_of(course, once)
    return not sets.exists() or SetAttempt.objects.filter(user=user, test_set__in=sets, is_passed=True).exists()


def _get_sets_of(course: str, once: Slugs) -> QuerySet[TestSet]:
    """A set names its course by the slug that it had when the set was written, which may be another by now."""
    return TestSet.objects.filter(Q(course=course) | Q(course__in=once))


def get_attempt_for(user: User, key: str) -> SetAttempt:
    """The reader's own; another's is not there (404). One that is not handed in needs access. Raises SetClosed."""
    attempt = SetAttempt.objects.filter(user=user, key=key).select_related("test_set").first()
    if attempt is None:
        raise Http404("There is no such attempt.")
    if not attempt.is_handed_in and not has_access(user):
        raise SetClosed
    return attempt


def choose_edition(user: User, test_set: TestSet) -> int:
    """The one after the last that this reader had, so that each reading of an attempt is a first one."""
    last = SetAttempt.objects.filter(user=user, test_set=test_set).aggregate(last=Max("edition"))["last"] or 0
    return max(last + 1, test_set.first_edition)


MOST_TRIES = 5
"""Of one case: what fails, is withdrawn or no view shows is drawn again so often. Then an attempt begins without it;
what no view shows is read, and left out of the figures."""


def list_current_cases(test_set: TestSet, edition: int) -> list[SetCase]:
    """With their studies, each with what `_with_state` adds."""
    cases = _with_state(SetCase.objects.filter(test_set=test_set, edition=edition, is_current=True))
    return list(cases.select_related("study").order_by("number"))


def list_lacking_editions() -> list[tuple[int, int]]:
    """Those of which a case is to be ordered again, as set and edition. One query."""
    living = _with_state(SetCase.objects.filter(is_current=True, edition__gte=F("test_set__first_edition")))
    unseen = Q(study__status=StudyStatus.READY, is_seen=False)
    unwanted = Q(study__withdrawn_at__isnull=False) | Q(study__status=StudyStatus.FAILED) | unseen
    lacking = living.filter(unwanted, Q(tries__lt=MOST_TRIES))
    return sorted(set(lacking.values_list("test_set", "edition")))


def _with_state(cases: QuerySet[SetCase]) -> QuerySet[SetCase]:
    """Each with `is_seen`: whether some view shows what warrants recall, where anything does; and `tries`: how often it
    was ordered."""
    warranting = Finding.objects.filter(truth__study=OuterRef("study"), truth__is_current=True, warrants_recall=True)
    is_seen = Q(~Exists(warranting)) | Q(Exists(warranting.filter(regions__is_visible=True)))
    alike = SetCase.objects.filter(**{name: OuterRef(name) for name in ("test_set", "edition", "number")}).order_by()
    tries = Subquery(alike.values("number").annotate(count=Count("pk")).values("count"))
    return cases.annotate(is_seen=is_seen, tries=tries)


# The following four are of a case of `list_current_cases`.


def is_readable(case: SetCase) -> bool:
    study = case.study
    if study.is_withdrawn or study.status != StudyStatus.READY:
        return False
    return is_wanted(case) or not may_try_again(case)


def is_wanted(case: SetCase) -> bool:
    """Made or being made, and not to be replaced by another of the same descriptors."""
    study = case.study
    if study.is_withdrawn or study.status == StudyStatus.FAILED:
        return False
    return study.status != StudyStatus.READY or bool(getattr(case, "is_seen", True))


def may_try_again(case: SetCase) -> bool:
    return int(getattr(case, "tries", 0)) < MOST_TRIES


def is_given_up(case: SetCase) -> bool:
    """It cannot be read, and no other takes its place: attempts begin without it."""
    return not (is_readable(case) or is_wanted(case) or may_try_again(case))


@dataclass(frozen=True)
class Progress:
    """How far the cases of the next attempt are."""

    edition: int
    total: int
    ready: int
    ordered: int

    @property
    def is_ready(self) -> bool:
        return 0 < self.ready == self.total

    @property
    def is_under_way(self) -> bool:
        return self.ordered > 0 and not self.is_ready


def get_progress(user: User, test_set: TestSet) -> Progress:
    """Two queries."""
    edition = choose_edition(user, test_set)
    cases = list_current_cases(test_set, edition)
    total = test_set.size - sum(is_given_up(case) for case in cases)
    return Progress(edition, total, sum(is_readable(case) for case in cases), len(cases))


@dataclass(frozen=True)
class Desk:
    """A set as one reader has it."""

    has_access: bool
    attempts: list[SetAttempt]
    progress: Progress | None
    """Of the next attempt; None while one is open."""
    has_consented: bool

    @property
    def open_attempt(self) -> SetAttempt | None:
        return next((attempt for attempt in self.attempts if not attempt.is_handed_in), None)

    @property
    def is_passed(self) -> bool:
        return any(attempt.is_passed for attempt in self.attempts)


def get_desk(user: User, test_set: TestSet) -> Desk:
    """Five queries at most."""
    attempts = list(SetAttempt.objects.filter(user=user, test_set=test_set).order_by("-started_at", "-pk"))
    is_open = any(not attempt.is_handed_in for attempt in attempts)
    may_read = has_access(user)
    return Desk(
        has_access=may_read,
        attempts=attempts,
        progress=get_progress(user, test_set) if may_read and not is_open else None,
        has_consented=SetConsent.objects.filter(user=user, test_set=test_set).exists(),
    )


@dataclass(frozen=True)
class Case:
    """One case of an attempt, as its reader sees it in the list."""

    number: int
    reading: Reading

    @property
    def is_withdrawn(self) -> bool:
        return self.reading.study.is_withdrawn

    @property
    def is_begun(self) -> bool:
        """Something of it is kept."""
        is_answered = bool(self.reading.category) or self.reading.recall is not None
        return is_answered or bool(getattr(self.reading, "times_marked", 0))


@dataclass(frozen=True)
class Cases:
    """Those of one attempt, in the order in which its reader has them."""

    all: list[Case]

    @cached_property
    def counted(self) -> list[Case]:
        return [case for case in self.all if not case.is_withdrawn]

    @property
    def locked(self) -> int:
        return sum(case.reading.is_locked for case in self.counted)

    @property
    def withdrawn(self) -> list[Case]:
        return [case for case in self.all if case.is_withdrawn]

    @property
    def left(self) -> list[Case]:
        return [case for case in self.counted if not case.reading.is_locked]

    @property
    def next(self) -> Case | None:
        """The first that is left, after the last that was locked where there is one."""
        done = max((case.number for case in self.all if case.reading.is_locked), default=0)
        return next((case for case in self.left if case.number > done), None) or next(iter(self.left), None)


def get_cases(attempt: SetAttempt) -> Cases:
    """One query; nothing of a truth."""
    readings = attempt.readings.select_related("study").annotate(times_marked=Count("marks")).order_by("pk")
    return Cases([Case(number, reading) for number, reading in enumerate(readings, 1)])


def list_sets() -> QuerySet[TestSet]:
    return TestSet.objects.all()
