"""What a reader did and what was true, as values.

Places are in image pixels, lengths in millimeters, confidence is from 0 to 100.
"""

from dataclasses import dataclass
from math import isfinite

Point = tuple[float, float]
"""Column and row, from the upper left corner of the image."""
Interval = tuple[float, float]
"""95 percent."""
TOLERANCE_MM = 5.0
MOST_CONFIDENT = 100.0


@dataclass(frozen=True)
class View:
    key: str
    mm_per_pixel: float

    def __post_init__(self) -> None:
        if not (isfinite(self.mm_per_pixel) and self.mm_per_pixel > 0):
            raise ValueError(f"{self.key}: {self.mm_per_pixel} mm per pixel is no size")


@dataclass(frozen=True)
class Region:
    """Where a finding is in one view."""

    view: str
    polygon: tuple[Point, ...]
    """One or two points are allowed: a single particle, a line."""
    is_visible: bool = True

    def __post_init__(self) -> None:
        if not self.polygon or not all(isfinite(x) and isfinite(y) for x, y in self.polygon):
            raise ValueError(f"{self.view}: a region needs points that are numbers")


@dataclass(frozen=True)
class Finding:
    key: str
    warrants_recall: bool
    regions: tuple[Region, ...]
    morphology: str = ""
    distribution: str = ""

    @property
    def is_visible(self) -> bool:
        return any(region.is_visible for region in self.regions)

    @property
    def counts(self) -> bool:
        """The reader should have found it. What no view shows is held against nobody."""
        return self.warrants_recall and self.is_visible


@dataclass(frozen=True)
class Mark:
    key: str
    view: str
    x: float
    y: float
    confidence: float
    """How sure the reader is that this warrants recall."""
    morphology: str = ""
    distribution: str = ""

    def __post_init__(self) -> None:
        if not (isfinite(self.x) and isfinite(self.y)):
            raise ValueError(f"{self.key}: a mark needs a place")
        if not 0 <= self.confidence <= MOST_CONFIDENT:  # NaN is refused, too
            raise ValueError(f"{self.key}: confidence {self.confidence} is not from 0 to 100")


@dataclass(frozen=True)
class Reading:
    """A locked reading of a case, with the truth as it was when it was locked."""

    case: str
    views: tuple[View, ...]
    findings: tuple[Finding, ...]
    marks: tuple[Mark, ...]
    recall: bool
    category: str = ""
    tolerance_mm: float = TOLERANCE_MM

    def __post_init__(self) -> None:
        if not (isfinite(self.tolerance_mm) and self.tolerance_mm >= 0):
            raise ValueError(f"{self.case}: a tolerance of {self.tolerance_mm} mm is none")
        views = {view.key for view in self.views}
        places = [mark.view for mark in self.marks] + [region.view for f in self.findings for region in f.regions]
        if strangers := set(places) - views:
            raise ValueError(f"{self.case} has no view {min(strangers)}")
