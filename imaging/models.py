"""The models of the features, where Django looks for them."""

from imaging.reading.models import Mark, Reading
from imaging.studies.models import Finding, Region, Study, StudyKind, StudyStatus, Truth, View

__all__ = ["Finding", "Mark", "Reading", "Region", "Study", "StudyKind", "StudyStatus", "Truth", "View"]
