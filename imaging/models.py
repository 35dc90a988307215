"""The models of the features, where Django looks for them."""

from imaging.asking.models import AskedRegion, AskedView
from imaging.reading.models import Mark, Reading
from imaging.studies.models import Finding, Prior, Region, Study, StudyKind, StudyStatus, Truth, View

__all__ = [
    "AskedRegion",
    "AskedView",
    "Finding",
    "Mark",
    "Prior",
    "Reading",
    "Region",
    "Study",
    "StudyKind",
    "StudyStatus",
    "Truth",
    "View",
]
