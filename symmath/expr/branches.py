"""Logarithms and powers of products taken apart near one point, where their branch is known.

``log(u*v) = log(u) + log(v) + 2*pi*I*k`` with an integer k that is read off from balls around the
values at the point. All sides are analytic there, so what follows holds in a neighbourhood of it, and
no further.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import symengine
from flint import acb

from symmath.errors import UnsupportedError
from symmath.expr.balls import working_precision
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr
from symmath.expr.rational import factorised
from symmath.expr.values import BITS, Values

_MAX_FACTORED_TERMS = 300
_PARTS_OF_A_TURN = 12
"""Roots of unity are told apart up to these parts of half a turn."""
_ZERO, _ONE = symengine.Integer(0), symengine.Integer(1)

Known = Callable[[str, Expr], tuple[Expr, Expr]]
"""``known(kind, e)``: c and v with ``e = c*v``, c rational of any sign, v met before."""


@dataclass(frozen=True, slots=True)
class Parts:
    """``exp(exponent)`` times the product of ``base**times``, as the logarithm sees it.

    Attributes
    ----------
    exponent : Expr
    powers : mapping of Expr to Expr
        How often each base occurs, a rational number; positive numbers or no products.
    half_turns : Expr
        What the logarithm has beyond the sum of those of the parts, over pi*I; a rational number.
    """

    exponent: Expr
    powers: Mapping[Expr, Expr]
    half_turns: Expr


class Branches:
    """Takes apart what logarithms and powers are of, near one point.

    Parameters
    ----------
    point : mapping of str to acb
        Values of the symbols.
    """

    def __init__(self, point: Mapping[str, acb]) -> None:
        self._values = Values((point,))

    def parts(self, u: Expr, known: Known) -> Parts | None:
        """Return the parts of a unified expression, or None where the branch can't be told."""
        try:
            factors = _factors(u)
        except (UnsupportedError, RuntimeError):
            # RuntimeError is how symengine reports an undefined result.
            return None
        exponent, powers = _ZERO, dict[Expr, Expr]()
        for base, times in factors:
            while type(base) is symengine.Pow and base.args[1].is_Rational:
                base, times = base.args[0], times * base.args[1]
            if type(base) is symengine.Pow and base.args[0] == symengine.E:
                exponent += times * base.args[1]
            elif base in (-1, symengine.I):
                continue
            elif base.is_Rational:
                powers[base] = powers.get(base, _ZERO) + times
            else:
                ratio, base = known("factor", base)
                powers[abs(ratio)] = powers.get(abs(ratio), _ZERO) + times
                powers[base] = powers.get(base, _ZERO) + times
        powers = {base: times for base, times in powers.items() if times != 0 and base != 1}
        half_turns = self._half_turns(u, exponent, powers)
        return None if half_turns is None else Parts(exponent, powers, half_turns)

    def _half_turns(self, u: Expr, exponent: Expr, powers: Mapping[Expr, Expr]) -> Expr | None:
        total = exponent + symengine.Add(*(times * symengine.log(base) for base, times in powers.items()))
        whole, sum_of_parts = (self._values.at_points(e) for e in (symengine.log(u), total))
        if whole is None or sum_of_parts is None:
            return None
        with working_precision(BITS):
            turns = _PARTS_OF_A_TURN * (whole[0] - sum_of_parts[0]) / (acb.pi() * acb(0, 1))
            twelfths = turns.unique_fmpz()
        return None if twelfths is None else symengine.Integer(int(twelfths)) / _PARTS_OF_A_TURN


def _factors(u: Expr) -> list[tuple[Expr, Expr]]:
    """Return factors of an expression with their exponents; their product is u up to its sign.

    Raises
    ------
    UnsupportedError
        If it is zero or too large.
    """
    field = Field.of([u])
    fraction = field.fraction(u)
    if fraction.num.is_zero() or max(len(fraction.num), len(fraction.den)) > _MAX_FACTORED_TERMS:
        raise UnsupportedError("zero, or too many terms to factor")
    factors: list[tuple[Expr, Expr]] = []
    for side, sign in ((fraction.num, 1), (fraction.den, -1)):
        content, found = factorised(side)
        factors.append((symengine.Integer(abs(content)), sign * _ONE))
        factors += [(field.expr(factor), symengine.Integer(sign * n)) for factor, n in found]
    return factors
