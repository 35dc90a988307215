"""How the tests measure breasts, particles and pictures."""

from functools import cache

import numpy as np
from scipy import ndimage

from imaging.synthesis import FindingRecipe
from imaging.synthesis.all_forms import make_particles
from imaging.synthesis.anatomy import draw_shape
from imaging.synthesis.arrays import splat, stream
from imaging.synthesis.breast import Breast
from imaging.synthesis.distributions import make_site
from imaging.synthesis.ducts import grow_ducts
from imaging.synthesis.masses import Mass
from imaging.synthesis.vessels import grow_vessels

FINE = 0.02  # mm


@cache
def anatomy(seed, side="L"):
    """A breast without tissue, which is what takes long."""
    shape = draw_shape(seed, side)
    ducts = grow_ducts(seed, side, shape)
    return Breast(seed, side, shape, ducts, None, grow_vessels(seed, side, shape), {})


@cache
def particles(morphology, distribution="grouped", variant="", seed=1):
    breast, finding = anatomy(seed), FindingRecipe(morphology, distribution, "L", variant)
    if morphology == "popcorn":
        mass = Mass("oval-mass", breast.lobule_near(np.array([0.5, 0.2, 0.2])), 7.0)
        breast = Breast(**{**vars(breast), "masses": [mass]})
    return make_particles(make_site(breast, finding, 0, stream(seed, "particles", 0)))


def centres(found):
    return np.array([particle.centre for particle in found])


def shadow(particle):
    """mm of calcium along z, on a grid of 0.02 mm."""
    at = (particle.points[:, :2] - particle.points[:, :2].min(0)) / FINE + 8
    shape = tuple((at.max(0) + 9).astype(int))
    # As blurred as a detector would, so that single points do not count.
    return ndimage.gaussian_filter(splat(at[:, 0], at[:, 1], particle.volumes, shape) / FINE**2, 2)


def outline(particle):
    """Where a particle is at least three tenths of its peak."""
    mm = shadow(particle)
    return mm >= 0.3 * mm.max()


def diameter(particle):
    """mm, of the disc as large as the particle's shadow."""
    return 2 * np.sqrt(outline(particle).sum() / np.pi) * FINE


def caliber(particle):
    """mm, shadow over length, for rods."""
    inside = outline(particle)
    rows, columns = np.nonzero(inside)
    spread = np.cov(np.c_[rows, columns].T)
    length = np.sqrt(12 * np.linalg.eigvalsh(spread)[-1])
    return inside.sum() / length * FINE


def exponent(pixels, mm_per_pixel, low=0.15, high=1.0):
    """b of power ~ 1/f**b from `low` to `high` cycles per mm, over squares of 51 mm inside the breast."""
    size = int(51.2 / mm_per_pixel)
    window = np.outer(np.hanning(size), np.hanning(size))
    power, n = np.zeros((size, size)), 0
    breast = pixels > 60
    for row in range(0, pixels.shape[0] - size, size // 3):
        for column in range(0, pixels.shape[1] - size, size // 3):
            part = pixels[row : row + size, column : column + size].astype(float)
            if breast[row : row + size, column : column + size].all():
                power += np.abs(np.fft.fft2((part - part.mean()) * window)) ** 2
                n += 1
    assert n >= 3
    f = np.hypot(*np.meshgrid(*[np.fft.fftfreq(size, mm_per_pixel)] * 2))
    chosen = (f >= low) & (f <= high)
    bins = np.digitize(np.log(f[chosen]), np.linspace(np.log(low), np.log(high), 13))
    mean = lambda values: np.array([values[bins == k].mean() for k in np.unique(bins)])  # noqa: E731
    return -np.polyfit(mean(np.log(f[chosen])), np.log(mean(power[chosen])), 1)[0]


def specks(values, mm_per_pixel, size=0.12):
    """How much each place is a bright dot of about that size (mm, sd): less its curvature along any line through it."""
    sd = size / mm_per_pixel
    xx, yy, xy = (ndimage.gaussian_filter(values, sd, order=order) for order in ((0, 2), (2, 0), (1, 1)))
    weakest = (xx + yy) / 2 + np.hypot((xx - yy) / 2, xy)
    return np.clip(-weakest, 0, None) * sd**2
