"""Which views a reading has. Nothing here reads a truth."""

from django.db.models import prefetch_related_objects

from imaging.asking.models import AskedView
from imaging.reading.models import Reading
from imaging.studies.models import View


def list_asked(reading: Reading) -> list[AskedView]:
    """With their views. Two queries, or none the second time."""
    prefetch_related_objects([reading], "asked__view")
    return list(reading.asked.all())


def list_views(reading: Reading) -> list[View]:
    """The screening views of its study and the asked ones that are shown."""
    asked = (each for each in list_asked(reading) if each.is_shown)
    return [*reading.study.views.all(), *(each.view for each in asked if each.view)]
