"""The small mathematics that all parts share. Lengths are in mm, frequencies in cycles per mm, angles in radians."""

from typing import Any
from zlib import crc32

import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray
from scipy import fft

Array = NDArray[Any]
F = np.float32


def stream(seed: int, *names: object) -> Generator:
    """A generator of its own for each thing that is drawn, so that one more draw here changes nothing there."""
    return default_rng([seed, *(crc32(str(name).encode()) for name in names)])


def smooth(values: Array, low: float, high: float) -> Array:
    """0 at low, 1 at high, without a corner; low may be above high."""
    t = np.asarray(values - low)
    t = np.clip(t * (1 / (high - low)), 0, 1)
    curve = 3 - 2 * t
    curve *= t
    curve *= t
    return np.asarray(curve)


def unit(vectors: Array) -> Array:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9))


def power_law(
    shape: tuple[int, ...], pitch: float, beta: float, rng: Generator, low: float = 0.0, high: float = 0.0
) -> Array:
    """Periodic noise of unit variance whose power falls as 1/f**beta from `low` to `high` per mm (0: no end)."""
    half = (*shape[:-1], shape[-1] // 2 + 1)
    spectrum = rng.standard_normal(half, dtype=F) + 1j * rng.standard_normal(half, dtype=F)
    axes = [np.fft.fftfreq(n, pitch).astype(F) for n in shape[:-1]] + [np.fft.rfftfreq(shape[-1], pitch).astype(F)]
    squared = np.asarray(sum(axis * axis for axis in np.meshgrid(*axes, indexing="ij", sparse=True)))
    squared.flat[0] = 1
    amplitude = squared ** F(-beta / 4)
    if low:
        amplitude *= 1 - np.exp(-((squared / F(low * low)) ** 2))
    if high:
        amplitude *= np.exp(-squared / F(high * high))
    amplitude.flat[0] = 0
    noise: Array = fft.irfftn(spectrum * amplitude, s=shape)
    return np.asarray(noise / noise.std(), F)


def power_law_line(n: int, pitch: float, beta: float, rng: Generator, low: float = 0.0, high: float = 0.0) -> Array:
    """The same along a line of n samples that does not close."""
    return power_law((fft.next_fast_len(n + int(40 / pitch), real=True),), pitch, beta, rng, low, high)[:n]


def stretch(values: Array, *places: Array) -> Array:
    """Linear interpolation at separable places: one vector of fractional indices for each axis."""
    for axis, place in enumerate(places):
        at = np.clip(place, 0, values.shape[axis] - 1.001)
        index = at.astype(np.intp)
        part = (at - index).astype(F).reshape([-1 if k == axis else 1 for k in range(values.ndim)])
        first = np.take(values, index, axis)
        first += (np.take(values, index + 1, axis) - first) * part
        values = first
    return values


def splat(rows: Array, columns: Array, weights: Array, shape: tuple[int, int]) -> Array:
    """Sum of weighted points on a grid, each dealt out to its four neighbours; points outside are left out."""
    i, j = np.floor(rows).astype(np.int64), np.floor(columns).astype(np.int64)
    inside = (i >= 0) & (j >= 0) & (i < shape[0] - 1) & (j < shape[1] - 1)
    i, j, weights = i[inside], j[inside], weights[inside]
    down, right = rows[inside] - i, columns[inside] - j
    flat, n = i * shape[1] + j, shape[0] * shape[1]
    corners = (
        (0, (1 - down) * (1 - right)),
        (1, (1 - down) * right),
        (shape[1], down * (1 - right)),
        (shape[1] + 1, down * right),
    )
    total = np.zeros(n)
    for step, share in corners:
        total += np.bincount(flat + step, weights * share, n)
    return total.reshape(shape).astype(F)


def length(line: Array) -> float:
    return float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())


def resample(line: Array, step: float) -> Array:
    """Points of a polyline at equal distances along it."""
    along = np.r_[0, np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))]
    at = np.arange(0, along[-1], step)
    return np.stack([np.interp(at, along, line[:, k]) for k in range(line.shape[1])], 1)


def rotation(rng: Generator) -> Array:
    """A 3 by 3 rotation of no preferred direction."""
    q, r = np.linalg.qr(rng.normal(0, 1, (3, 3)))
    return q * np.sign(np.diag(r))


def cross_frame(line: Array) -> tuple[Array, Array]:
    """Two unit vectors across a polyline at each of its points."""
    along = unit(np.gradient(line, axis=0))
    first = unit(np.cross(along, [0.3, 0.9, 0.2]))
    return first, np.cross(along, first)


def apart(places: Array, gap: float) -> Array:
    """Those of the places that lie farther than gap from each one kept before."""
    kept: list[Array] = []
    for place in places:
        if all(np.linalg.norm(place - other) > gap for other in kept):
            kept.append(place)
    return np.array(kept).reshape(-1, 3)
