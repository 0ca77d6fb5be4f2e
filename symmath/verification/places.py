"""Where a solution of a differential equation is looked at, and where it was found to hold."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flint import acb

from symmath.expr.breaks import Breaks
from symmath.expr.cuts import has_cuts
from symmath.expr.prefix import Tokens
from symmath.verification.check import MIN_AGREEING, Sample
from symmath.verification.domain import NEAR, ON_THE_LINE, Domain, part
from symmath.verification.domains import Stretch, beside, intervals, stretch_of, stretches
from symmath.verification.points import at, coordinate, random_source, uniform

_LEAST_A_SIDE = 2
"""Points on each side of a break."""

Point = Mapping[str, acb]
"""Values of x and of the constants; of x, y and the inner constant for an implicit answer."""


class Places(NamedTuple):
    """Where an answer is looked at.

    Attributes
    ----------
    names : sequence of str
        What a point gives values to.
    sequences : sequence of Tokens
        The functions of these.
    rng : random.Random
    has_branches : bool
        Whether there are functions that could explain why some points differ.
    """

    names: Sequence[str]
    sequences: Sequence[Tokens]
    rng: random.Random
    has_branches: bool

    @property
    def occurring(self) -> list[str]:
        """Those of the names that there is a function of."""
        named = {name for tokens in self.sequences for name in tokens}
        return [name for name in self.names if name in named]

    @classmethod
    def of(cls, names: Sequence[str], *sequences: Tokens) -> Places:
        """Return the places that problem and answer decide."""
        return cls(names, sequences, random_source(*sequences), has_cuts(*sequences))

    def points(self, count: int) -> list[Point]:
        """Return points on both sides of zero, half of them complex."""
        return [self._point(number) for number in range(count)]

    def beside(self, edges: Breaks) -> list[Point]:
        """Return real points on both sides of each break in x."""
        each = max(_LEAST_A_SIDE, -(-MIN_AGREEING // max(1, len(edges.places))))
        xs = [x for _ in range(each) for x in beside(edges.places, self.rng)]
        return [{**self._point(1), "x": at(x)} for x in xs]

    def _point(self, number: int) -> Point:
        """Return the point of a number, complex if that is even."""
        rng, turn = self.rng, 0 if number % 2 else 1
        side = -1 if number % 8 > 5 else 1
        point = {"x": at(side * uniform(rng, 1 / 6, 2), turn * uniform(rng, 1 / 20, 1))}
        for name in self.names[1:]:
            real = uniform(rng, -1 / 2, 2) if number % 4 < 2 else uniform(rng, -2, 1)
            point[name] = at(real, turn * uniform(rng, -1 / 2, 1 / 2))
        return point


class Found(NamedTuple):
    """What the points said."""

    agreeing: Sequence[Point]
    differing: Sequence[Point]

    @property
    def is_wrong_where_real(self) -> bool:
        """Whether it differs at real points and holds at complex ones only: on a branch nobody meant."""
        return any(map(is_real, self.differing)) and not any(map(is_real, self.agreeing))

    def on_whole_stretches(self, edges: Breaks) -> list[Point]:
        """Return the agreeing points, but for real ones of stretches on which others differ.

        That is if x alone decides on branches.
        """
        if not edges.is_complete or not self.differing:
            return list(self.agreeing)
        holds = [part.sample is Sample.AGREES for part in self._stretches(edges)]
        return [p for p in self.agreeing if not is_real(p) or holds[stretch_of(coordinate(p["x"]), edges)]]

    def where(self, edges: Breaks, names: Sequence[str]) -> Domain:
        """Say where an answer was found to hold: for which x, if x alone decides on branches."""
        if edges.is_complete and edges.places:
            parts = self._stretches(edges)
            if all(stretch.sample is Sample.AGREES for stretch in parts):
                return ON_THE_LINE
            text = intervals(parts)
            return part(text) if text else NEAR
        if not any(map(is_real, self.agreeing)):
            return part("around " + shown(self.agreeing[0], names))
        if any(map(is_real, self.differing)):
            return part(f"a part of the values of {' and '.join(names)}")
        return NEAR

    def _stretches(self, edges: Breaks) -> list[Stretch]:
        heard = [(p, Sample.AGREES) for p in self.agreeing] + [(p, Sample.DIFFERS) for p in self.differing]
        return stretches({coordinate(p["x"]): sample for p, sample in heard if is_real(p)}, edges)


def is_real(point: Point) -> bool:
    """Whether x is real at a point, and the constants, too."""
    return bool(point["x"].imag == 0)


def shown(point: Point, names: Sequence[str]) -> str:
    """Write the values that some names have at a point."""
    return ", ".join(f"{name} = {_number(point[name])}" for name in names)


def _number(value: acb) -> str:
    return f"{complex(value):.2g}".replace("j", "*I")
