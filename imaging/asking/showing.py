"""What the part of the page with the additional views is made of."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext

from imaging.asking.forms import AskForm
from imaging.asking.models import AskedView
from imaging.asking.queries import list_asked
from imaging.asking.services import MOST_ASKED
from imaging.reading.models import Reading
from imaging.reading.showing import ShownMark, describe_view
from imaging.studies.models import SCREENING, StudySource


def describe_asked(reading: Reading, marks: Sequence[ShownMark], form: AskForm | None = None) -> dict[str, Any]:
    """Nothing in it depends on what is true of the study."""
    asked = list_asked(reading)
    used = sum(not each.is_failed for each in asked)
    return {
        "reading": reading,
        "asked": asked,
        "is_under_way": any(each.is_under_way for each in asked),
        "asked_views": [describe_view(each.view) for each in asked if each.is_shown and each.view],
        "may_ask": reading.study.source == StudySource.SYNTHETIC,
        "left": MOST_ASKED - used,
        "most_asked": MOST_ASKED,
        "ask_form": form or AskForm(marks=list_places(marks)),
    }


def list_places(marks: Sequence[ShownMark]) -> list[tuple[str, str]]:
    """The marks that can be enlarged: by key, in words."""
    said = gettext("Magnification around mark {number} ({view})")
    return [
        (shown.mark.key, said.format(number=shown.number, view=shown.view))
        for shown in marks
        if shown.mark.view.projection in SCREENING
    ]


def tell_asked(asked: AskedView) -> str:
    return gettext("{view} is asked for. It comes in 10 to 30 seconds, under “Additional views”.").format(
        view=asked.label
    )
