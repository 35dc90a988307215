"""What is known about each finding in each view: its pixels, region, extent, particles, and how well it can be seen."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.spatial import ConvexHull

from imaging.synthesis.arrays import Array
from imaging.synthesis.detector import GRAIN, contrast, noise_sd
from imaging.synthesis.exposure import Exposure
from imaging.synthesis.particles import Particle
from imaging.synthesis.projection import Geometry

MARGIN = 0.5  # mm of region around the outermost particles
FEWEST = 5
"""The strongest half of the particles decides whether a finding is seen, but five at least: five make a group."""
VISIBLE = 3.0
"""Contrast to noise from which a finding counts as visible. Rose (1948) asks 3 to 5 for a signal to be told from noise;
ours is of a particle's peak, so over its few pixels it is somewhat more."""


@dataclass(frozen=True)
class FindingInView:
    """Places are in image pixels, x to the right and y down, of the view's picture."""

    finding: int
    """Index into the recipe's findings (or its distractors)."""
    mask: Array | None
    """Pixels with mineral; None where the finding lies outside the picture."""
    polygon: list[tuple[float, float]]
    """The convex region around what shows, with half a millimeter of margin."""
    extent_mm: float
    """The largest distance between two pixels with mineral."""
    visibility: float
    """Contrast to noise: the median peak of the stronger half of its particles over the tissue and quanta around."""
    visible: bool
    particles: Array
    """x and y of the particles that show."""


def find_in_view(
    number: int, particles: list[Particle], mm: Array, exposure: Exposure, geometry: Geometry
) -> FindingInView:
    """Of a finding whose calcium (mm for each pixel) is given."""
    mask = _mask(mm)
    if not mask.any():
        return FindingInView(number, None, [], 0.0, 0.0, False, np.empty((0, 2)))
    centres, peaks, noise = _particles(particles, mm, exposure, geometry)
    shown = peaks >= mm[mask].min()
    hull = _hull(mask)
    strongest = np.sort((contrast(peaks) / noise)[shown])[-max(FEWEST, int(shown.sum()) // 2) :]
    visibility = float(np.median(strongest)) if len(strongest) else 0.0
    return FindingInView(
        finding=number,
        mask=mask,
        polygon=[(float(x), float(y)) for x, y in _grow(hull, MARGIN / geometry.pixel).round(1)],
        extent_mm=round(_diameter(hull) * geometry.pixel, 1),
        visibility=round(visibility, 2),
        visible=visibility >= VISIBLE,
        particles=centres[shown].round(1),
    )


def _mask(mm: Array) -> Array:
    """From a tenth of the strongest calcium, within limits for the very faint and the very dense."""
    some = mm[mm > 0.004]
    threshold = np.clip(0.10 * np.percentile(some, 99), 0.008, 0.06) if some.size else np.inf
    return np.asarray(mm > threshold)


def _particles(
    particles: list[Particle], mm: Array, exposure: Exposure, geometry: Geometry
) -> tuple[Array, Array, Array]:
    """Centre (x, y), most calcium (mm) and noise around (mm of gland) of each particle inside the picture."""
    centres, peaks, noises = [], [], []
    noise = _Noise(exposure, geometry)
    for particle in particles:
        rows, columns = geometry.particle_pixels(particle)
        row, column = np.average(rows, weights=particle.volumes), np.average(columns, weights=particle.volumes)
        if not (0 <= row < geometry.rows - 1 and 0 <= column < geometry.columns - 1):
            continue
        at_rows = np.clip(np.rint(rows).astype(int), 0, geometry.rows - 1)
        at_columns = np.clip(np.rint(columns).astype(int), 0, geometry.columns - 1)
        centres.append((column, row))
        peaks.append(mm[at_rows, at_columns].max())
        noises.append(noise.around(int(row), int(column)))
    return np.array(centres).reshape(-1, 2), np.array(peaks), np.array(noises)


class _Noise:
    """Root of the mean square of tissue (without waves over some mm) and quanta, 1.5 mm around a place."""

    def __init__(self, exposure: Exposure, geometry: Geometry) -> None:
        self.gland, self.geometry = exposure.gland, geometry
        self.half = max(int(1.5 / geometry.pixel), 4)
        self.quanta_share = float(_grain_share())

    def around(self, row: int, column: int) -> float:
        half = self.half
        part = self.gland[max(row - half, 0) : row + half + 1, max(column - half, 0) : column + half + 1]
        slow = ndimage.uniform_filter(part, half, mode="nearest")
        # The eye takes finer pixels than a tenth of a millimeter together.
        together = min(1.0, self.geometry.pixel / 0.1)
        quanta = float(noise_sd(part.mean(), self.geometry)) * self.quanta_share * together
        return float(np.hypot((part - slow).std(), quanta))


def _grain_share() -> float:
    """What is left of the quanta's sd after their blur (detector.present multiplies by 1.75)."""
    offsets = np.arange(-3, 4)
    kernel = np.exp(-0.5 * (offsets / GRAIN) ** 2)
    kernel /= kernel.sum()
    return 1.75 * float((kernel**2).sum())


def _hull(mask: Array) -> Array:
    """Corners (x, y) of the convex hull of the mask's pixels."""
    rows, columns = np.nonzero(mask ^ ndimage.binary_erosion(mask))
    corners = np.c_[columns, rows].astype(float)
    corners = np.concatenate([corners + step for step in ([-0.5, -0.5], [0.5, 0.5], [0.5, -0.5], [-0.5, 0.5])])
    return np.asarray(corners[ConvexHull(corners).vertices])


def _grow(hull: Array, by: float) -> Array:
    turn = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    ring = (hull[:, None] + by * np.c_[np.cos(turn), np.sin(turn)][None]).reshape(-1, 2)
    return np.asarray(ring[ConvexHull(ring).vertices])


def _diameter(hull: Array) -> float:
    return float(np.sqrt(((hull[:, None] - hull[None]) ** 2).sum(-1)).max())
