"""Where an answer was found to hold: a record to decide by, and its words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum, auto


class Extent(Enum):
    """How much of where a problem is defined an answer was found to hold on."""

    NONE = auto()
    WHOLE = auto()
    TRIED = auto()
    """All of it that was looked at, and something may have been missed."""
    NEAR = auto()
    """The points tried, and no more is known."""
    PART = auto()


@dataclass(frozen=True, slots=True)
class Domain:
    """Where an answer was found to hold.

    Attributes
    ----------
    extent : Extent
    text : str
        The same in words, in x and y.
    jumps : tuple of str
        Clauses that name the places at which the answer jumps, or its slope.
    parameters : str
        For which parameters that is said; empty if there are none.
    is_real : bool
        Whether the whole real line is meant, but for where the problem is not real.
    """

    extent: Extent
    text: str
    jumps: tuple[str, ...] = ()
    parameters: str = ""
    is_real: bool = False

    def __str__(self) -> str:
        return ", ".join(filter(None, ("; ".join((self.text, *self.jumps)), self.parameters)))

    @property
    def is_part(self) -> bool:
        """Whether it is a part only of where the problem is defined, or for some parameters only."""
        return self.extent is Extent.PART

    @property
    def is_whole(self) -> bool:
        """Whether it leaves no place where the answer may fail, as far as that was looked for."""
        return self.extent in (Extent.WHOLE, Extent.TRIED) and not self.parameters

    def is_at_least(self, other: Domain) -> bool:
        """Whether one answer was found to hold, and to go on without a jump, wherever another one was."""
        little = (Extent.PART, Extent.NEAR)
        if other.extent in little:
            return self == other or self.extent not in little
        is_sure = self.extent is Extent.WHOLE and other.extent is Extent.TRIED
        is_as_wide = is_sure or (self.extent, self.text) == (other.extent, other.text)
        return is_as_wide and self.jumps in ((), other.jumps) and self.parameters == other.parameters

    def in_names(self, variable: str, function: str) -> Domain:
        """Return it in the user's variable and unknown."""
        names = {"x": variable, "y": function}
        texts = (
            re.sub(r"\b[xy]\b", lambda letter: names[letter[0]], text) for text in (self.text, *self.jumps)
        )
        text, *jumps = texts
        return replace(self, text=text, jumps=tuple(jumps))


NOWHERE = Domain(Extent.NONE, "")
EVERYWHERE = Domain(Extent.WHOLE, "all real x where the integrand is", is_real=True)
ALL_TRIED = Domain(Extent.TRIED, "all real x tried where the integrand is", is_real=True)
COMPLEX_PLANE = Domain(Extent.WHOLE, "complex plane")
WHERE_DEFINED = Domain(Extent.WHOLE, "where both are defined")
ON_THE_LINE = Domain(Extent.WHOLE, "all real x where both are defined", is_real=True)
NEAR = Domain(Extent.NEAR, "near the points tried")


def part(text: str) -> Domain:
    """Return a part of where a problem is defined."""
    return Domain(Extent.PART, text)
