"""What every check shares: verdicts, points, comparison of balls, proof by exact algebra."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from flint import acb, arb

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.branches import Branches
from symmath.expr.canonical import canonical_tokens
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr
from symmath.expr.unify import Unifier
from symmath.verification.domain import NOWHERE, Domain

SCREEN_BITS = 64
DIGITS = (60, 120)
MIN_AGREEING = 8
MAX_PROOF_TOKENS = 2000
MAX_HIDDEN_BITS = 6000
BITS_A_DIGIT = 3.33


class Verdict(StrEnum):
    """What a check found.

    proved: the residual reduces to zero by exact algebra. numeric: it vanishes to 120 digits at
    random points. refuted: it certainly doesn't vanish. undecided: neither could be shown.
    """

    PROVED = "proved"
    NUMERIC = "numeric"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of a check; true if it is that an answer holds.

    Attributes
    ----------
    verdict : Verdict
    where : Domain
        Where the answer was found to hold.
    reason : str
        What the verdict rests on.
    is_general : bool
        For a differential equation, whether the answer has as many independent constants as the
        order; otherwise it is a particular solution.
    """

    verdict: Verdict
    where: Domain = NOWHERE
    reason: str = ""
    is_general: bool = True

    def __bool__(self) -> bool:
        return self.verdict in (Verdict.PROVED, Verdict.NUMERIC)

    @property
    def domain(self) -> str:
        """Where the answer was found to hold, in words; empty if it doesn't."""
        return str(self.where)


class Sample(StrEnum):
    """What one point says."""

    AGREES = "agrees"
    DIFFERS = "differs"
    SILENT = "silent"
    OUTSIDE = "outside"
    """Certainly no point of the question."""


Residual = Callable[[acb], tuple[acb, acb]]
"""Both sides of what should be equal, at a point."""


def compare(sides: Residual, point: acb, bits: int) -> Sample:
    """Compare both sides at a point; silent where they are undefined or too inaccurate."""
    try:
        left, right = sides(point)
    except PrefixError:
        return Sample.SILENT
    if not (left.is_finite() and right.is_finite()):
        return Sample.SILENT
    if not left.overlaps(right):
        return Sample.DIFFERS
    scale = max(abs(left).upper(), abs(right).upper())
    width = max(left.rad(), right.rad())
    # A wide ball overlaps everything: it is no evidence.
    return Sample.AGREES if width * arb(2) ** bits < scale or scale == 0 else Sample.SILENT


def is_proved_zero(e: Expr, *, near: Mapping[str, acb] | None = None) -> bool:
    """Whether exact algebra in the field of the kernels shows that an expression vanishes.

    Parameters
    ----------
    e : Expr
    near : mapping of str to acb, optional
        Values of the symbols. It is then shown for a neighbourhood of that point, with the branches
        that logarithms, roots and inverse functions take there; else wherever `e` is defined.
    """
    if e == 0:
        return True
    forms = [_as_it_is, Unifier().unify] if near is None else [Unifier(Branches(near)).unify]
    try:
        if len(canonical_tokens(e)) > MAX_PROOF_TOKENS:
            return False
    except (UnsupportedError, PrefixError):
        return False
    for form in forms:
        # RuntimeError is how symengine reports an undefined result.
        with suppress(UnsupportedError, PrefixError, RuntimeError):
            if _is_zero(form(e)):
                return True
    return False


def _as_it_is(e: Expr) -> Expr:
    return e


def _is_zero(e: Expr) -> bool:
    return bool(e == 0) or Field.of([e]).is_zero(e)
