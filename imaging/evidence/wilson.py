from math import sqrt

Z = 1.959963984540054  # 95 percent lie within so many standard deviations


def wilson_interval(share: float, n: int) -> tuple[float, float]:
    """The 95 percent score interval of a share of n, as shares (Wilson 1927)."""
    if n <= 0 or not 0 <= share <= 1:
        raise ValueError((share, n))
    squared = Z * Z / n
    middle = (share + squared / 2) / (1 + squared)
    half = Z * sqrt(share * (1 - share) / n + squared / (4 * n)) / (1 + squared)
    return max(0.0, middle - half), min(1.0, middle + half)
