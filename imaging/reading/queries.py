"""What a reader may read. The getters carry the permission; nothing before the lock reads a truth."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from accounts.models import User
from accounts.queries import has_access
from imaging.asking.models import AskedRegion
from imaging.reading.errors import StudyClosed
from imaging.reading.models import Mark, Reading, ReadingQuerySet
from imaging.studies.models import Finding, Study, StudyQuerySet


@dataclass(frozen=True)
class Reader:
    """Somebody with an account, or a stranger with the keys of their readings, which are in their session."""

    user: User | None = None
    keys: tuple[str, ...] = ()


def get_readings(reader: Reader) -> ReadingQuerySet:
    if reader.user:
        return Reading.objects.filter(user=reader.user)
    return Reading.objects.filter(user=None, key__in=reader.keys)


def may_read_everything(reader: Reader) -> bool:
    return reader.user is not None and has_access(reader.user)


def get_reading_for(reader: Reader, key: str) -> Reading:
    """The reader's own; another's is not there (404). One that is not locked needs access, as its study does.

    Comes with its place in a run. Two queries for a study that is not open. Raises StudyClosed.
    """
    reading = get_readings(reader).filter(key=key).select_related("study", "attempt", "step__run").first()
    if reading is None:
        raise Http404("There is no such reading.")
    if not reading.is_locked and not reading.study.is_open and not may_read_everything(reader):
        raise StudyClosed
    return reading


def get_marks(reading: Reading) -> QuerySet[Mark]:
    return Mark.objects.filter(reading=reading).select_related("view")


def get_readable_studies(reader: Reader) -> StudyQuerySet:
    studies = Study.objects.for_practice()
    return studies if may_read_everything(reader) else studies.filter(is_open=True)


def get_open_reading(reader: Reader) -> Reading | None:
    """What the reader has begun and may go on with; the last one."""
    begun = get_readings(reader).filter(locked_at=None, study__in=get_readable_studies(reader))
    return begun.select_related("study").first()


@dataclass(frozen=True)
class Shelf:
    """What there is for a reader to read."""

    has_access: bool
    studies: int
    read: int
    """How many of them the reader has locked a reading of."""
    going_on: Reading | None

    @property
    def is_empty(self) -> bool:
        return self.studies == 0

    @property
    def is_done(self) -> bool:
        """Without access nothing more is open."""
        return not self.has_access and not self.going_on and self.read >= self.studies > 0


def get_shelf(reader: Reader) -> Shelf:
    studies = get_readable_studies(reader)
    locked = get_readings(reader).locked()
    return Shelf(
        has_access=may_read_everything(reader),
        studies=studies.count(),
        read=studies.filter(pk__in=locked.values("study")).count(),
        going_on=get_open_reading(reader),
    )


def counts_somewhere() -> Q:
    """Of a reading, unless only what no view shows would warrant recall (decision 55)."""
    warranting = Finding.objects.filter(truth=OuterRef("truth"), warrants_recall=True)
    seen = Exists(warranting.filter(regions__is_visible=True))
    asked = AskedRegion.objects.filter(asked__reading=OuterRef("pk"), finding__truth=OuterRef("truth"))
    seen_in_asked = Exists(asked.filter(finding__warrants_recall=True, is_visible=True))
    return Q(~Exists(warranting)) | Q(seen) | Q(seen_in_asked)


def with_counted(readings: ReadingQuerySet) -> ReadingQuerySet:
    """Each with whether it `is_counted`."""
    return readings.annotate(is_counted=counts_somewhere())


RECENT = 10


def get_recent(reader: Reader) -> list[Reading]:
    """What the reader was told last, with what was true. One query."""
    told = with_counted(get_readings(reader).told().select_related("study", "truth"))
    return list(told.order_by("-locked_at")[:RECENT])
