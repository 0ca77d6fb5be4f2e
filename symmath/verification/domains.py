"""From points on the real line to where an answer holds.

Between two breaks nothing changes its branch, so that the difference of two sides is analytic there, up
to poles: if it is not zero at one point, it is zero on no part of that stretch.
"""

from __future__ import annotations

import math
import random
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from symmath.expr.breaks import Breaks
from symmath.verification.check import Sample
from symmath.verification.domain import ALL_TRIED, EVERYWHERE, NOWHERE, Domain, part
from symmath.verification.points import UNIT, uniform

_NEAREST, _FURTHEST = 0.1, 0.4
_DIGITS, _MANY_DIGITS = 4, 7
_ROUNDING = 1e-11
_MAX_INTERVALS = 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the real line between two neighbouring breaks.

    Attributes
    ----------
    low, high : float, optional
        None at an end of the line.
    points : tuple of int
        Where it agrees, in units of 1 / UNIT, ascending.
    sample : Sample
        What the stretch as a whole says; silent where nothing is known of a part of the domain.
    """

    low: float | None
    high: float | None
    points: tuple[int, ...]
    sample: Sample


def beside(breaks: Sequence[float], rng: random.Random) -> list[int]:
    """Return points on both sides of each break, closer to it than its neighbours are."""
    points: list[int] = []
    for i, place in enumerate(breaks):
        reach = abs(place) or 1.0
        down = min(reach, place - breaks[i - 1]) if i else reach
        up = min(reach, breaks[i + 1] - place) if i + 1 < len(breaks) else reach
        points.append(uniform(rng, place - _FURTHEST * down, place - _NEAREST * down))
        points.append(uniform(rng, place + _NEAREST * up, place + _FURTHEST * up))
    return points


def stretches(samples: Mapping[int, Sample], breaks: Breaks) -> list[Stretch]:
    """Return the stretches between breaks with what the points there say together."""
    edges = [None, *breaks.places, None]
    columns: list[list[int]] = [[] for _ in range(len(edges) - 1)]
    for x in sorted(samples):
        columns[stretch_of(x, breaks)].append(x)
    found: list[Stretch] = []
    for i, column in enumerate(columns):
        heard = {samples[x] for x in column}
        points = tuple(x for x in column if samples[x] is Sample.AGREES)
        order = (Sample.DIFFERS, Sample.AGREES, Sample.SILENT)
        sample = next((s for s in order if s in heard), Sample.OUTSIDE)
        found.append(Stretch(edges[i], edges[i + 1], points, sample))
    return found


def stretch_of(x: int, breaks: Breaks) -> int:
    """Return the number of the stretch that a point is on."""
    return bisect(breaks.places, x / UNIT)


def described(parts: Sequence[Stretch], breaks: Breaks) -> Domain:
    """Say on which part of the real line an answer holds, if on any."""
    if all(part.sample in (Sample.AGREES, Sample.OUTSIDE) for part in parts):
        return EVERYWHERE if breaks.is_complete else ALL_TRIED
    text = intervals(parts)
    return part(text) if text else NOWHERE


def intervals(parts: Sequence[Stretch]) -> str:
    """Return the intervals on which an answer holds, those nearest to zero if they are many."""
    runs = [list(run) for holds, run in groupby(parts, key=lambda p: p.sample is Sample.AGREES) if holds]
    shown = sorted(runs, key=lambda run: min(abs(point) for part in run for point in part.points))
    ends = [_ends(run) for run in runs if run in shown[:_MAX_INTERVALS]]
    texts = [_between(*pair) for pair in ends]
    if len(runs) > len(texts):
        texts.append("...")
    is_exact = all(end.is_exact for pair in ends for end in pair)
    return ", ".join(texts) + ("" if is_exact else " at least")


class _End(NamedTuple):
    """An end of an interval in decimals, empty at an end of the line; rounded inwards if it isn't exact."""

    text: str
    is_exact: bool


def _ends(run: Sequence[Stretch]) -> tuple[_End, _End]:
    return _end(run[0].low, inwards=1), _end(run[-1].high, inwards=-1)


def _between(low: _End, high: _End) -> str:
    above, below = ("<" if end.is_exact else "<=" for end in (low, high))
    if not low.text:
        return f"x {below} {high.text}"
    if not high.text:
        return f"x {above.replace('<', '>')} {low.text}"
    return f"{low.text} {above} x {below} {high.text}"


def _end(place: float | None, inwards: int) -> _End:
    if place is None:
        return _End("", True)
    text = f"{place:.{_MANY_DIGITS}g}"
    if abs(float(text) - place) <= _ROUNDING * abs(place):
        return _End(text, True)
    unit = 10.0 ** (math.floor(math.log10(abs(place))) + 1 - _DIGITS)
    rounded = math.ceil(place / unit * inwards) * inwards * unit
    return _End(f"{rounded:.{_DIGITS}g}", False)
