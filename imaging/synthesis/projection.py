"""From the breast to the plane of a view. All views project the same structures.

A view looks along an angle: CC 0, MLO about 48 degrees, ML 90, any for a tangential one. In the picture
u = y cos(angle) + z sin(angle) points up and x away from the chest wall. Compression is a scale of x, u and the beam;
in the MLO the muscle also pulls the upper breast forward. There are no mechanics in it, and parallel beams.
"""

from dataclasses import dataclass

import numpy as np

from imaging.synthesis.arrays import Array, F, smooth, stream
from imaging.synthesis.breast import Breast
from imaging.synthesis.particles import Particle
from imaging.synthesis.tissue import VOXEL

ANGLES = {"CC": 0.0, "MLO": 48.0, "ML": 90.0}
UNSEEN = 7.0  # mm at the chest wall that a CC view does not reach
PULL = 34.0  # mm, by which the upper breast goes forward in the MLO
FIELD = 200.0  # mm, height of a picture
CONTACT_BLUR, SPOT_BLUR = 0.03, 0.019
"""mm in the breast, of detector and focal spot. MTF above 0.4 at 7.1 per mm (70 um selenium, Hoheisel 2004) and 0.42 at
4 per mm (100 um CsI, Vedantham 2000) bound it; the pixel itself adds to it."""
SPOT_FIELD, SPOT_PIXEL, MAGNIFICATION = 42.0, 0.07, 1.8


@dataclass(frozen=True)
class Geometry:
    """How a point becomes a row and a column. Lengths in mm."""

    projection: str
    angle: float
    """Degrees."""
    rows: int
    columns: int
    pixel: float
    scale_x: float
    scale_u: float
    scale_beam: float
    top: float
    """u of the first row."""
    left: float = 0.0
    pull: float = 0.0
    low: float = 0.0
    """u where the pull begins."""
    blur: float = CONTACT_BLUR
    base: "Geometry | None" = None
    """Of a spot view: what it enlarges a part of."""

    @property
    def u(self) -> Array:
        return self.top - np.arange(self.rows) * self.pixel

    @property
    def x(self) -> Array:
        return self.left + np.arange(self.columns) * self.pixel

    @property
    def beam(self) -> Array:
        """Unit vector."""
        angle = np.radians(self.angle)
        return np.array([0, -np.sin(angle), np.cos(angle)])

    @property
    def direction(self) -> str:
        """The projection; of a spot view that of its base, since the beam comes the same way."""
        return self.base.projection if self.base else self.projection

    @property
    def has_muscle(self) -> bool:
        return self.direction in ("MLO", "ML")

    def forward(self, u: Array) -> Array:
        """How far the muscle pushes what lies at u."""
        if not self.pull:
            return np.zeros_like(u)
        return self.pull * smooth(u, self.low, self.low + 120) * np.clip((u - self.low) / 110, 0, 1.2)

    def plane(self, points: Array) -> tuple[Array, Array]:
        """u and x of points of the breast, compressed."""
        angle = np.radians(self.angle)
        u = (points[:, 1] * np.cos(angle) + points[:, 2] * np.sin(angle)) * self.scale_u
        return u, points[:, 0] * self.scale_x + self.forward(u)

    def pixels(self, points: Array) -> tuple[Array, Array]:
        """Row and column, fractional."""
        u, x = self.plane(points)
        return (self.top - u) / self.pixel, (x - self.left) / self.pixel

    def particle_pixels(self, particle: Particle) -> tuple[Array, Array]:
        if not particle.is_rigid:
            return self.pixels(particle.points)
        row, column = self.pixels(particle.centre[None])
        angle, offset = np.radians(self.angle), particle.points
        up = offset[:, 1] * np.cos(angle) + offset[:, 2] * np.sin(angle)
        return row - up / self.pixel, column + offset[:, 0] / self.pixel


def screening_geometry(
    breast: Breast, projection: str, rows: int, columns: int, angle: float | None = None
) -> Geometry:
    """CC, MLO or ML of a whole breast; any angle for a tangential view. The technologist is off by 3 degrees (sd)."""
    kind = projection if projection in ANGLES else "CC"
    off = stream(breast.seed, "positioning", breast.side, kind, *breast.exam).normal(0, 3.0)
    angle = ANGLES[kind] + off if angle is None else angle
    up, down = (float(breast.shape.reach(np.radians(angle + turn))[0]) for turn in (0, 180))
    thickness = breast.shape.thickness * (1.09 if kind == "MLO" else 1.0)
    scale_beam = thickness / (1.55 * breast.shape.base)
    scale_u = (1.12 if kind == "CC" else 1.04) * (1 + 0.06 * (0.6 - scale_beam))
    middle = (up - down) / 2 * scale_u - (4 if kind == "MLO" else 0)
    return Geometry(
        projection=projection,
        angle=angle,
        rows=rows,
        columns=columns,
        pixel=FIELD / rows,
        scale_x=1.06 if kind == "CC" else 1.0,
        scale_u=scale_u,
        scale_beam=scale_beam,
        top=FIELD / 2 + middle,
        left=UNSEEN if kind == "CC" else 0.0,
        pull=PULL if kind == "MLO" else 0.0,
        low=-down * scale_u * 0.55,
    )


def spot_geometry(base: Geometry, centre: Array) -> Geometry:
    """Magnification of a small field: the same projection with finer pixels and the small focal spot."""
    u, x = base.plane(centre[None])
    return spot_at(base, float(u[0]), float(x[0]))


def spot_at(base: Geometry, u: float, x: float) -> Geometry:
    """The same around a place of the base view, or as near to it as the field stays on that picture.

    Which pixels it has does not depend on the place.
    """
    half = SPOT_FIELD / 2
    u = float(np.clip(u, base.u[-1] + half, base.top - half))
    x = float(np.clip(x, base.left + half, base.x[-1] - half))
    # As much coarser than the usual pixel as the base view is.
    pixel = SPOT_PIXEL / MAGNIFICATION * base.pixel / 0.1
    size = int(SPOT_FIELD / pixel)
    return Geometry(
        projection="MAG",
        angle=base.angle,
        rows=size,
        columns=size,
        pixel=pixel,
        scale_x=base.scale_x,
        scale_u=base.scale_u,
        scale_beam=base.scale_beam,
        top=u + half,
        left=x - half,
        pull=base.pull,
        low=base.low,
        blur=SPOT_BLUR,
        base=base,
    )


def sum_along_beam(breast: Breast, angle: float) -> tuple[Array, float]:
    """mm of gland along the beam, uncompressed, on a grid of one voxel (u, x); and u of its first row."""
    volume, half = breast.tissue.volume, -float(breast.tissue.origin[1])
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    if abs(cosine) < abs(sine):
        volume, cosine, sine = np.swapaxes(volume, 1, 2), sine, cosine
    count = volume.shape[1]
    u = np.arange(-1.5 * half, 1.5 * half, VOXEL)
    total = np.zeros((len(u), volume.shape[0]), F)
    slices = volume.transpose(2, 1, 0)
    for k in range(count):
        at = ((u - (k * VOXEL - half) * sine) / cosine + half) / VOXEL
        index = np.floor(at).astype(int)
        inside = np.flatnonzero((index >= 0) & (index < count - 1))
        if len(inside):
            first, last = inside[0], inside[-1] + 1
            part = (at[first:last] - index[first:last]).astype(F)[:, None]
            line = slices[k, index[first:last]]
            total[first:last] += line + (slices[k, index[first:last] + 1] - line) * part
    return total * F(VOXEL / abs(cosine)), float(u[0])
