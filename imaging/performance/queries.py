"""How somebody reads: figures of first readings, by imaging.scoring."""

from imaging.evidence.lookup import list_descriptors
from imaging.evidence.records import FORMS
from imaging.reading.judging import READING_FIELDS, to_record
from imaging.reading.queries import Reader, get_readings
from imaging.scoring.performance import Performance, summarize
from imaging.scoring.words import group_by_category


def get_performance(reader: Reader) -> Performance:
    """Six queries, however many readings. Readings of studies that were withdrawn are left out."""
    counted = get_readings(reader).counted().select_related("study", "truth").order_by("locked_at", "pk")
    records = [to_record(reading) for reading in counted.prefetch_related(*READING_FIELDS)]
    return summarize(records, morphology_groups=group_by_category(list_descriptors(*FORMS)))
