"""The outer shape of a breast. Both of a person come from one draw and differ a little, as breasts do.

Axes of either side, in mm: x from the chest wall to the nipple, y lateral, z superior. Right views are mirrored in the
end. The shape is a free drawing after published sizes; compressed it is 59 (sd 16) mm thick or so in the CC view (Yaffe
2009, PMC2787062), and 4 mm more in the MLO view (4.4 cm against 4.8 cm in 250 pairs).
"""

from dataclasses import dataclass

import numpy as np

from imaging.synthesis.arrays import Array, stream

NIPPLE_HEIGHTS = (0.4, 2.0, 3.5, 5.5)  # mm: flat, short, medium, prominent


@dataclass(frozen=True)
class Nipple:
    height: float
    radius: float
    tilt: float
    areola: float
    """mm by which the areola stands out."""


@dataclass(frozen=True)
class Shape:
    depth: float
    """mm from the chest wall to the nipple, before compression."""
    base: float
    """mm, mean radius at the chest wall."""
    thickness: float
    """mm between the paddles in the CC view."""
    cone: float
    """0 round, 1 conical."""
    lobes: Array
    nipple: Nipple

    @property
    def tip(self) -> Array:
        return np.array([self.depth, 0.0, 0.0])

    def reach(self, phi: Array | float) -> tuple[Array, Array]:
        """Radius at the chest wall, and exponent of the profile, in direction phi (0 lateral, pi/2 superior)."""
        phi = np.asarray(phi)
        tail = np.exp(-((np.angle(np.exp(1j * (phi - 0.9))) / 0.8) ** 2))
        waves = sum(size * np.cos(k * phi + 9 * turn) for k, (size, turn) in enumerate(self.lobes, 2))
        radius = self.base * (1 + 0.20 * tail - 0.06 * np.cos(phi - np.pi) + waves)
        return radius, 2.15 - 0.55 * self.cone - 0.32 * np.sin(phi) - 0.12 * tail

    def skin(self, rho: Array | float, phi: Array | float) -> Array:
        """x of the skin, rho mm from the axis through the nipple."""
        radius, power = self.reach(phi)
        inside = np.clip(1 - np.clip(np.asarray(rho) / radius, 0, 1) ** power, 0, None)
        x: Array = self.depth * inside ** (1 / (1.75 - 0.50 * self.cone))
        return x

    def holds(self, point: Array, margin: float = 7.0) -> bool:
        """Whether a point lies in the part that ducts may reach, margin mm below the skin."""
        rho, phi = np.hypot(point[1], point[2]), np.arctan2(point[2], point[1])
        within = point[0] > margin and rho < 0.84 * self.reach(phi)[0]
        return bool(within and point[0] < self.skin(rho, phi) - margin)

    def skin_point(self, rho: float, phi: float) -> tuple[Array, Array]:
        """A point of the skin and the outward normal there."""
        step = 0.5
        x = float(self.skin(rho, phi))
        slope = (float(self.skin(rho + step, phi)) - x) / step
        normal = np.array([1, -slope * np.cos(phi), -slope * np.sin(phi)])
        return np.array([x, rho * np.cos(phi), rho * np.sin(phi)]), normal / np.linalg.norm(normal)


def draw_shape(seed: int, side: str) -> Shape:
    pair, own = stream(seed, "shape"), stream(seed, "shape", side)
    return Shape(
        depth=pair.uniform(76, 102) + own.normal(0, 1.6),
        base=pair.uniform(68, 80) + own.normal(0, 1.2),
        thickness=pair.uniform(46, 66) + own.normal(0, 1.5),
        cone=float(np.clip(pair.uniform(0, 0.75) + own.normal(0, 0.06), 0, 1)),
        lobes=pair.normal(0, 0.020, (3, 2)) + own.normal(0, 0.006, (3, 2)),
        nipple=Nipple(
            height=pair.choice(NIPPLE_HEIGHTS) * own.uniform(0.75, 1.2),
            radius=pair.uniform(3.8, 6.5),
            tilt=own.normal(0, 0.25),
            areola=pair.uniform(1.0, 2.6),
        ),
    )
