"""Exponentials that are hyperbolic functions: ``(exp(2*x) - 1)/(exp(2*x) + 1)`` is the tangent of x."""

from __future__ import annotations

from collections.abc import Iterator

import symengine

from symmath.expr.operators import Expr, X
from symmath.expr.prefix import length
from symmath.odes.forms import shortest, spread, tidy

MAX_POWER = 4
_T, _C, _S = symengine.symbols("tangent cosine sine")


def hyperbolic_forms(e: Expr) -> Iterator[Expr]:
    """Yield shorter forms of what is rational in one exponential, by hyperbolic functions.

    Parameters
    ----------
    e : Expr
        In x and parameters.
    """
    found = _powers_of_one(e)
    if found is None:
        return
    rate, powers = found
    by_tangent = {power: ((1 + _T) / (1 - _T)) ** n for power, n in powers.items()}
    by_waves = {power: (_C + _S if n > 0 else _C - _S) ** abs(n) for power, n in powers.items()}
    names = {_T: symengine.tanh(spread(rate / 2)), _C: symengine.cosh(rate), _S: symengine.sinh(rate)}
    tangents, waves = (tidy(e.xreplace(written)) for written in (by_tangent, by_waves))
    # The square of the tangent of u/2 by the cosine of u.
    cosines = tidy(tangents.subs({_T: symengine.sqrt((_C - 1) / (_C + 1))}))
    for form in (tangents, waves, cosines):
        shown = shortest(form.xreplace(names))
        # Nobody writes (2*tanh(x) + 1)/(tanh(x) + 1) for 3/2 - exp(-2*x)/2.
        below = (p.args[0] for p in shown.atoms(symengine.Pow) if p.args[1].is_Rational and p.args[1] < 0)
        if length(shown) < length(e) and not any(u.atoms(symengine.tanh) for u in below):
            yield shown


def _powers_of_one(e: Expr) -> tuple[Expr, dict[Expr, int]] | None:
    """Return u and the powers exp(n*u) in an expression, by n; None if there are others."""
    powers = [p for p in e.atoms(symengine.Pow) if p.args[0] == symengine.E and X in p.free_symbols]
    for power in powers:
        rate = power.args[1]
        multiples = {p: spread(p.args[1] / rate) for p in powers}
        if all(n.is_Integer and abs(n) <= MAX_POWER for n in multiples.values()):
            return rate, {p: int(n) for p, n in multiples.items()}
    return None
