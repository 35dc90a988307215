from collections.abc import Iterable
from dataclasses import dataclass

from imaging.scoring.cases import Claim
from imaging.scoring.records import MOST_CONFIDENT
from imaging.scoring.shares import Share, share_of

EDGES = (0.0, 20.0, 40.0, 60.0, 80.0, MOST_CONFIDENT)


@dataclass(frozen=True)
class Bin:
    low: float
    high: float
    """Not of it, but for the last bin."""
    confidence: float | None
    """Mean of the claims in it."""
    right: Share


def calibrate(claims: Iterable[Claim], edges: tuple[float, ...] = EDGES) -> tuple[Bin, ...]:
    """Confidence against being right. ValueError for confidence outside the edges, or none."""
    bins: list[list[Claim]] = [[] for _ in edges[1:]]
    for claim in claims:
        if not edges[0] <= claim.confidence <= edges[-1]:  # NaN is refused, too
            raise ValueError(f"confidence {claim.confidence} lies outside {edges[0]} to {edges[-1]}")
        bins[sum(claim.confidence >= edge for edge in edges[1:-1])].append(claim)
    return tuple(
        Bin(low, high, _mean(inside), share_of([claim.is_right for claim in inside]))
        for low, high, inside in zip(edges[:-1], edges[1:], bins, strict=True)
    )


def _mean(claims: list[Claim]) -> float | None:
    return sum(claim.confidence for claim in claims) / len(claims) if claims else None
