"""A place told in words instead of pointed to: quadrant or clock, and depth. What it means in a view is a part of the
breast there: a CC view tells outer from inner, an MLO view upper from lower.
"""

from dataclasses import dataclass
from math import cos, pi, sin

from django.db import models
from django.utils.translation import gettext_lazy as _

from imaging.studies.models import Projection, Side, View

SLANT = 0.3
"""Of the clock: an hour whose sine is less lies on the line between two halves."""


class Place(models.TextChoices):
    UPPER_OUTER = "upper-outer", _("Upper outer quadrant")
    UPPER_INNER = "upper-inner", _("Upper inner quadrant")
    LOWER_OUTER = "lower-outer", _("Lower outer quadrant")
    LOWER_INNER = "lower-inner", _("Lower inner quadrant")
    CENTRAL = "central", _("Behind the nipple")
    CLOCK_1 = "clock-1", _("1 o'clock")
    CLOCK_2 = "clock-2", _("2 o'clock")
    CLOCK_3 = "clock-3", _("3 o'clock")
    CLOCK_4 = "clock-4", _("4 o'clock")
    CLOCK_5 = "clock-5", _("5 o'clock")
    CLOCK_6 = "clock-6", _("6 o'clock")
    CLOCK_7 = "clock-7", _("7 o'clock")
    CLOCK_8 = "clock-8", _("8 o'clock")
    CLOCK_9 = "clock-9", _("9 o'clock")
    CLOCK_10 = "clock-10", _("10 o'clock")
    CLOCK_11 = "clock-11", _("11 o'clock")
    CLOCK_12 = "clock-12", _("12 o'clock")


class Depth(models.TextChoices):
    ANTERIOR = "anterior", _("Anterior third")
    MIDDLE = "middle", _("Middle third")
    POSTERIOR = "posterior", _("Posterior third")


THIRDS = {Depth.ANTERIOR: (0, 1), Depth.MIDDLE: (1, 2), Depth.POSTERIOR: (2, 3)}
# (upper, outer): 1, 0 between the two, or -1.
QUADRANTS = {
    Place.UPPER_OUTER: (1, 1),
    Place.UPPER_INNER: (1, -1),
    Place.LOWER_OUTER: (-1, 1),
    Place.LOWER_INNER: (-1, -1),
    Place.CENTRAL: (0, 0),
}


@dataclass(frozen=True)
class Zone:
    """A rectangle in image pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def holds(self, x: float, y: float, *, tolerance: float = 0) -> bool:
        across = self.left - tolerance <= x <= self.right + tolerance
        return across and self.top - tolerance <= y <= self.bottom + tolerance


def make_zone(view: View, place: str, depth: str) -> Zone:
    """Outer is up in a CC view, as upper is in an MLO view."""
    upper, outer = _find_halves(Place(place), Side(view.side))
    half = outer if view.projection == Projection.CC else upper
    nipple_x, nipple_y = view.outline["nipple"]
    top, bottom, wall = view.outline["top"], view.outline["bottom"], view.outline["wall"]
    sixth = (bottom - top) / 6
    rows = {1: (top, nipple_y), 0: (nipple_y - sixth, nipple_y + sixth), -1: (nipple_y, bottom)}
    first, last = (nipple_x + (wall - nipple_x) * third / 3 for third in THIRDS[Depth(depth)])
    return Zone(min(first, last), rows[half][0], max(first, last), rows[half][1])


def _find_halves(place: Place, side: Side) -> tuple[int, int]:
    if place in QUADRANTS:
        return QUADRANTS[place]
    angle = int(place.removeprefix("clock-")) * pi / 6
    # Seen from the front: the outer half of the left breast is toward 3 o'clock.
    outer = sin(angle) if side == Side.LEFT else -sin(angle)
    return _sign(cos(angle)), _sign(outer)


def _sign(value: float) -> int:
    return 0 if abs(value) < SLANT else 1 if value > 0 else -1
