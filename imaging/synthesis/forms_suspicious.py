"""The four suspicious forms. Sizes in mm.

Published: mean size of the particles of a group 0.19 benign, 0.21 to 0.23 cribriform and intermediate, 0.32 comedo with
a second peak at 0.5 to 0.7 (computer analysis of clustered calcifications against pathology, abstract only); 9 to 66
particles a specimen (Schrup et al., Breast Cancer Res Treat 214:49, 2025). Caliber of fine linear below 0.5, coarse
heterogeneous 0.5 to 1 (the lexicon, as imaging/evidence quotes it).
"""

from collections.abc import Iterator

import numpy as np

from imaging.synthesis.arrays import apart, length
from imaging.synthesis.distributions import Site
from imaging.synthesis.particles import Particle, casts, lump, powder, shard, soft, solid


def make_fine_linear(site: Site) -> Iterator[Particle]:
    """Casts of the ducts of one system, and granules between them."""
    rng, ducts = site.rng, site.breast.ducts
    for segment in _filled(site):
        line = ducts.lines[segment]
        radius = float(np.clip(rng.lognormal(np.log(0.130), 0.28), 0.08, 0.22))
        if site.is_terminal(segment):
            radius *= 0.75
        for cast in casts(rng, line, radius, (0.25, 2.4), (0.12, 1.4), 0.30):
            yield soft(cast, rng.uniform(0.22, 0.55))
        for _ in range(rng.poisson(length(line) * 0.16)):
            place = line[rng.integers(len(line))] + rng.normal(0, 0.18, 3)
            size = float(np.clip(rng.lognormal(np.log(0.36), 0.35), 0.18, 0.65))
            yield solid(place, shard(rng, size), rng.uniform(0.25, 0.6))


def _filled(site: Site) -> list[int]:
    """A branch stays filled or empty, mostly; what lies next to the finding's place is always filled."""
    rng, ducts = site.rng, site.breast.ducts
    segments, is_line = site.segments(), site.finding.distribution == "linear"
    is_group = site.finding.distribution == "grouped"
    filled: dict[int, bool] = {}
    for segment in sorted(segments):
        chance = 0.80 if filled.get(ducts.parents[segment]) else 0.30
        if is_group:
            chance = 0.80
        if site.is_terminal(segment):
            chance *= 0.55
        is_home = segment == segments[0] or ducts.parents[segment] == segments[0]
        filled[segment] = is_home or is_line or rng.random() < chance
    chosen = [segment for segment in segments if filled[segment]]
    if is_line:
        chosen += [k for k, parent in enumerate(ducts.parents) if parent in segments and rng.random() < 0.25]
    return list(dict.fromkeys(chosen))


def make_fine_pleomorphic(site: Site) -> Iterator[Particle]:
    """Shards, no two alike; sometimes a few short rods betray the duct."""
    rng = site.rng
    for place in site.places(site.count((26, 56), (80, 140)), 0.8):
        size = float(np.clip(rng.lognormal(np.log(0.38), 0.45), 0.14, 1.0))
        cloud = shard(rng, size) if rng.random() < 0.7 else lump(rng, size, step=0.028)
        yield solid(place, cloud, rng.uniform(0.45, 0.95))


def make_amorphous(site: Site) -> Iterator[Particle]:
    """Specks of powder about 0.2 wide without an edge, and dust between them."""
    rng = site.rng
    middle = site.places(site.count((50, 90), (150, 240)), 1.0)
    for place in middle:
        volume = rng.lognormal(0, 0.55) * 0.0024
        yield solid(place, powder(rng, rng.uniform(0.05, 0.105), int(rng.integers(40, 90)), volume))
    dust = site.places(9 * len(middle), 1.2)
    points = dust[:, None] + rng.normal(0, 0.07, (len(dust), 12, 3))
    yield soft((points.reshape(-1, 3), np.full(12 * len(dust), 0.00040 / 12)))


def make_coarse_heterogeneous(site: Site) -> Iterator[Particle]:
    """Irregular and conspicuous, with smaller ones that tend to run together."""
    rng = site.rng
    count = site.count((8, 14), (18, 30))
    for place in apart(site.places(count * 3, 2.2), 1.4)[:count]:
        size = float(np.clip(rng.lognormal(np.log(1.35), 0.25), 0.9, 2.2))
        yield solid(place, lump(rng, size, 0.42), rng.uniform(0.3, 0.6))
    for place in site.places(count, 1.4):
        yield solid(place, lump(rng, float(rng.uniform(0.60, 1.00)), 0.40, step=0.035), rng.uniform(0.25, 0.6))
