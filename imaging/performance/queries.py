"""How somebody reads: figures of first readings, by imaging.scoring."""

from django.db.models import Count, Max, Sum

from core.caching import pages
from imaging.evidence.lookup import list_descriptors
from imaging.evidence.records import FORMS
from imaging.performance.trend import size_of_block
from imaging.reading.judging import READING_FIELDS, to_record
from imaging.reading.models import ReadingQuerySet
from imaging.reading.queries import Reader, get_readings
from imaging.scoring.performance import Performance, summarize
from imaging.scoring.words import group_by_category

AT_ONCE = 500
"""Readings with all that they hold, which is as many as a statement may name."""


KEPT_FROM = 100
KEPT_SECONDS = 60 * 60


def group_forms() -> dict[str, str]:
    """The risk group of each form."""
    return group_by_category(list_descriptors(*FORMS))


def get_performance(reader: Reader) -> Performance:
    """Six queries, and four more for each further AT_ONCE. Readings of studies that were withdrawn are left out.

    From KEPT_FROM readings on it takes a second or two, and is kept until one more or one less counts: then one query.
    """
    counted = get_readings(reader).counted()
    state = counted.aggregate(count=Count("pk"), keys=Sum("pk"), last=Max("locked_at"))
    if state["count"] < KEPT_FROM:
        return _measure(counted)
    key = f"performance-1:{reader.user and reader.user.pk}:{state['count']}:{state['keys']}:{state['last'].timestamp()}"
    found: Performance | None = pages.get(key)
    if found is None:
        found = _measure(counted)
        pages.set(key, found, KEPT_SECONDS)
    return found


def _measure(counted: ReadingQuerySet) -> Performance:
    ordered = counted.select_related("study", "truth").order_by("locked_at", "pk")
    read = ordered.prefetch_related(*READING_FIELDS).iterator(chunk_size=AT_ONCE)
    records = [to_record(reading) for reading in read]
    return summarize(records, morphology_groups=group_forms(), block=size_of_block(len(records)))
