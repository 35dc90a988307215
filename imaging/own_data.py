"""What is kept of somebody's readings, for them. What is true of a study is told of locked readings alone."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.own_data import OwnData, register
from imaging.reading.models import Mark, Reading


@register
class Readings(OwnData):
    file = "readings.json"
    order = 25
    keys = {
        "readings": _(
            "studies that you read in the reading room: their addresses, when, your category and recall, your marks in "
            "pixels of the image, and the additional views that you asked for; once you were told, also what warranted "
            "recall and which marks were on a finding"
        ),
    }

    def gather(self, user: User) -> dict[str, Any]:
        """Five queries."""
        readings = Reading.objects.filter(user=user).select_related("truth").order_by("started_at", "pk")
        return {
            "readings": [_describe_reading(each) for each in readings.prefetch_related("marks__view", "asked")],
        }




def _describe_reading(reading: Reading) -> dict[str, Any]:
    said = {
        "key": reading.key,
        "started_at": reading.started_at,
        "locked_at": reading.locked_at,
        "category": reading.category,
        "recall": reading.recall,
        "marks": [_describe_mark(mark, is_told=reading.is_locked) for mark in reading.marks.all()],
        "additional_views": [{"view": each.label, "asked_at": each.asked_at} for each in reading.asked.all()],
    }
    if reading.truth is None:
        return said
    return {**said, "is_first": reading.is_first, "warranted_recall": reading.truth.recall}


def _describe_mark(mark: Mark, *, is_told: bool) -> dict[str, Any]:
    said = {
        "view": mark.view.label,
        "x": mark.x,
        "y": mark.y,
        "place": mark.place,
        "depth": mark.depth,
        "confidence": mark.confidence,
        "morphology": mark.morphology,
        "distribution": mark.distribution,
        "made_at": mark.made_at,
    }
    return {**said, "is_on_a_finding": mark.finding_id is not None} if is_told else said
