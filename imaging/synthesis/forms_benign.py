"""The nine typically benign forms of the lexicon, as imaging/evidence describes them. Sizes in mm.

Benign particles of groups are 0.19 wide in the mean (computer analysis against pathology, abstract only); round above
and punctate below 0.5, rods 0.5 or wider, dystrophic over 1, popcorn over 2 to 3 (the lexicon).
"""

from collections.abc import Iterator

import numpy as np
from scipy import ndimage

from imaging.synthesis.arrays import Array, apart, cross_frame, resample, rotation, unit
from imaging.synthesis.distributions import Site
from imaging.synthesis.particles import Particle, bead, casts, lump, sediment, shell, soft, solid
from imaging.synthesis.vessels import Vessel

VESSEL_STEP = 0.05
VESSEL_PIECE = 4.0
"""mm of vessel that the truth holds as one particle."""


def make_round(site: Site) -> Iterator[Particle]:
    """Punctate (below 0.5) unless the finding says round; none touches another."""
    rng = site.rng
    if site.finding.variant == "round":
        count = site.count((8, 13), (22, 40))
        for place in apart(site.places(count * 2, 1.8), 0.9)[:count]:
            yield solid(place, bead(rng, float(rng.uniform(0.5, 0.95))), rng.uniform(0.30, 0.55))
        return
    for place in site.places(site.count((10, 22), (45, 80)), 1.0):
        size = float(np.clip(rng.lognormal(np.log(0.25), 0.25), 0.15, 0.45))
        yield solid(place, bead(rng, size), rng.uniform(0.5, 0.85))


def make_rim(site: Site) -> Iterator[Particle]:
    """One to three thin shells, uneven and here and there open."""
    rng = site.rng
    for place in site.places(site.count((1, 2), (1, 3)), 4):
        axes = rng.uniform(1.5, 4.5) * rng.uniform(0.82, 1.18, 3)
        yield solid(place, shell(rng, axes, float(rng.uniform(0.14, 0.30)), 140_000, 0.75, 0.05), 0.17)


def make_popcorn(site: Site) -> Iterator[Particle]:
    """Lumps that grow together within a mass, where there is one."""
    rng, masses = site.rng, site.breast.masses
    centre, radius = (masses[0].centre, masses[0].radius) if masses else (site.anchor, 6.0)
    flat = rng.uniform(0.6, 1.0, 3)
    for _ in range(int(rng.integers(8, 14))):
        place = centre + unit(rng.normal(0, 1, 3)) * flat * radius * 0.75 * rng.random() ** 0.6
        size = float(np.clip(rng.lognormal(np.log(3.2), 0.35), 1.5, 6.0))
        yield solid(place, lump(rng, size, 0.42, step=0.11), rng.uniform(0.09, 0.20))


def make_rod_like(site: Site) -> Iterator[Particle]:
    """Smooth rods in large ducts, 0.5 to 0.9 wide, which point to the nipple."""
    rng, ducts = site.rng, site.breast.ducts
    if site.finding.distribution in ("diffuse", "regional"):
        candidates = [k for k, generation in enumerate(ducts.generations) if 1 <= generation <= 5]
    else:
        candidates = [k for k in site.subtree(75) if ducts.generations[k] <= 5]
    count = min(len(candidates), site.count((8, 14), (12, 26)))
    for segment in rng.choice(candidates, count, replace=False):
        line, radius = ducts.lines[segment], float(rng.uniform(0.31, 0.48))
        for cast in casts(rng, line, radius, (3, 10), (4, 12), 0.07)[:1]:
            yield soft(cast, rng.uniform(0.22, 0.36))


def make_vascular(site: Site) -> Iterator[Particle]:
    """Plaques in both walls of one or two arteries, in pieces of 4 mm for the truth."""
    rng, breast = site.rng, site.breast
    wish = site.wish * np.array([breast.shape.depth, 50, 50])

    def worth(vessel: Vessel) -> float:
        near = float(np.linalg.norm(vessel.line - wish, axis=1).min())
        return near - 40 * float(vessel.radii[0])

    for vessel in sorted(breast.vessels, key=worth)[: int(rng.integers(1, 3))]:
        yield from _plaques(site, vessel)


def _plaques(site: Site, vessel: Vessel) -> Iterator[Particle]:
    rng = site.rng
    line = resample(vessel.line, VESSEL_STEP)
    radii = 0.9 * np.interp(np.linspace(0, 1, len(line)), np.linspace(0, 1, len(vessel.radii)), vessel.radii)
    steps, around = len(line), 90
    angle = np.linspace(0, 2 * np.pi, around, endpoint=False) + rng.uniform(0, 0.1, (steps, around))
    plaque = ndimage.gaussian_filter(rng.standard_normal((steps, around)), (9, 4), mode=("nearest", "wrap"))
    plaque /= plaque.std()
    stretches = ndimage.gaussian_filter1d(rng.standard_normal(steps), 70) * 15
    is_hard = plaque + stretches[:, None] > 0.35
    first, second = cross_frame(line)
    out = (radii[:, None] * (1 + 0.05 * plaque))[..., None]
    points = line[:, None] + out * (
        first[:, None] * np.cos(angle)[..., None] + second[:, None] * np.sin(angle)[..., None]
    )
    volumes = VESSEL_STEP * 2 * np.pi * radii[:, None] / around * 0.13 * np.clip(0.5 + 0.4 * plaque, 0.1, 1.6)
    piece = (np.arange(steps) * VESSEL_STEP / VESSEL_PIECE).astype(int)
    for number in range(piece[-1] + 1):
        chosen = is_hard & (piece == number)[:, None]
        if chosen.sum() > 20:
            yield soft((points[chosen], volumes[chosen]), 0.28)


def make_dystrophic(site: Site) -> Iterator[Particle]:
    """Coarse plates and bags with lucent centres, and crumbs around them."""
    rng = site.rng
    for _ in range(site.count((3, 6), (5, 9))):
        place = site.anchor + rng.normal(0, 4, 3)
        axes = rng.uniform(0.8, 2.6) * rng.uniform(0.45, 1.35, 3)
        yield solid(place, shell(rng, axes, float(rng.uniform(0.30, 0.60)), 50_000, 1.1, 0.22), rng.uniform(0.12, 0.22))
        for crumb in place + rng.normal(0, 1.8, (int(rng.integers(1, 4)), 3)):
            size = float(rng.uniform(0.9, 2.2))
            yield solid(crumb, lump(rng, size, 0.55, hollow=rng.uniform(0, 0.7)), rng.uniform(0.2, 0.4))


def make_suture(site: Site) -> Iterator[Particle]:
    """Loops of thread along a line of surgery, each with a knot."""
    rng = site.rng
    scar = unit(rng.normal(0, 1, 3))
    for _ in range(int(rng.integers(3, 6))):
        centre = site.anchor + scar * rng.normal(0, 7) + rng.normal(0, 1.5, 3)
        thread = _loop(site, centre)
        for cast in casts(rng, thread, 0.14, (2, 8), (0.1, 1.2), 0.16):
            yield soft(cast, 0.5)
        yield solid(thread[-1], lump(rng, 0.8, 0.4, step=0.03), 0.4)


def _loop(site: Site, centre: Array) -> Array:
    rng = site.rng
    turn = np.linspace(0, rng.uniform(2.5, 7), 160)
    first, second, third = rotation(rng)
    size = rng.uniform(1.2, 2.6) * (1 + 0.12 * np.sin(turn * rng.uniform(0.7, 2.2) + rng.uniform(0, 6)))
    flat = np.outer(np.cos(turn), first) + np.outer(np.sin(turn) * rng.uniform(0.4, 0.8), second)
    return np.asarray(centre + (flat + np.outer(turn * 0.25, third)) * size[:, None])


def make_skin(site: Site) -> Iterator[Particle]:
    """Tiny rings close together in the skin, 0.6 to 1.1 mm below its surface."""
    rng, shape = site.rng, site.breast.shape
    phi = skin_angle(site.wish)
    middle = 0.62 * float(shape.reach(phi)[0])
    for _ in range(site.count((7, 14), (20, 34))):
        wide = 1.0 if site.finding.distribution == "grouped" else 3.5
        place, normal = shape.skin_point(middle + rng.normal(0, 3.5 * wide), phi + rng.normal(0, 0.05 * wide))
        radius = rng.uniform(0.28, 0.55) * rng.uniform(0.85, 1.15, 3)
        ring = shell(rng, radius, float(rng.uniform(0.10, 0.17)), 6000, 0.35, 0.06)
        yield solid(place - normal * rng.uniform(0.6, 1.1), ring, 0.18)


def skin_angle(wish: Array) -> float:
    """In which direction from the nipple the skin is looked for (radians, 0 lateral)."""
    return float(np.arctan2(wish[2], wish[1]))


def make_milk_of_calcium(site: Site) -> Iterator[Particle]:
    """Sediment in small cysts: a smudge from above, a line or cup from the side."""
    rng = site.rng
    count = site.count((8, 16), (18, 30))
    for place in apart(site.places(count * 3, 2.4), 2.2)[:count]:
        radius = float(np.clip(rng.lognormal(np.log(0.85), 0.45), 0.4, 3.0))
        level = float(rng.uniform(0.45, 0.78))
        density = min(0.60, 0.15 / (radius * (1 - level)))
        yield solid(place, sediment(rng, radius, level), density)
