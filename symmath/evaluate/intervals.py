"""Intervals for shares."""

from __future__ import annotations

from math import sqrt

_Z95 = 1.959964


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Return the 95% interval of a share (Wilson 1927)."""
    if n == 0:
        return 0.0, 1.0
    share = successes / n
    scale = 1 + _Z95**2 / n
    centre = (share + _Z95**2 / (2 * n)) / scale
    half = _Z95 * sqrt(share * (1 - share) / n + _Z95**2 / (4 * n * n)) / scale
    return max(0.0, centre - half), min(1.0, centre + half)
