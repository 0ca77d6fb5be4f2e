"""Where a primitive jumps though its integrand is bounded.

A primitive may be right on either side of such a place, and differences of its values across it are
still no integrals. Found in floating-point numbers; a clause of the domain, and no part of the verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import symengine
from flint import acb, arb

from symmath.errors import PrefixError
from symmath.expr.balls import ON_THE_REAL_LINE, constant, evaluate, working_precision
from symmath.expr.breaks import roots_and_poles
from symmath.expr.canonical import canonical_tokens
from symmath.expr.cuts import cuts, subexpressions
from symmath.expr.operators import Expr
from symmath.expr.prefix import Tokens, decode
from symmath.expr.show import show

_WITH_CORNERS = ("abs", "sign", "sqrt")
_WITH_LIMITS = ("exp", "tanh", "erf", "Si", "fresnels", "fresnelc")
"""Analytic functions that tend to something as their argument does to a pole."""
_STEPS = (1e-5, 1e-7)
_LEAST = 1e-3
"""Of a jump, beside the values on both sides."""
_REAL = 1e-9
"""Imaginary part of a real number, beside it."""
_MAX_SHOWN = 4
_BITS = 128


def jumps(integrand: Expr, target: Tokens, name: str = "it") -> tuple[str, ...]:
    """Name the real places at which an answer jumps and the integrand is bounded.

    Parameters
    ----------
    integrand : Expr
    target : Tokens
        Of the answer.
    name : str
        What the answer is called.

    Returns
    -------
    tuple of str
        A clause of its domain, or none.
    """
    suspects = list(_suspects(target))
    if not suspects:
        return ()
    sides = target, canonical_tokens(integrand)

    def values(x: float) -> Sequence[acb]:
        return [_value(side, x) for side in sides]

    clauses: list[str] = []
    places: set[float] = set()
    for clause, e in suspects:
        found = [place for place in roots_and_poles([e]).places if _is_jump(values, place)]
        if found and clause is not None:
            clauses.append(clause)
        elif found:
            places.update(found)
    if places:
        nearest = sorted(sorted(places, key=abs)[:_MAX_SHOWN])
        more = ", ..." if len(places) > _MAX_SHOWN else ""
        clauses.insert(0, "at x = " + ", ".join(f"{place:.4g}" for place in nearest) + more)
    return (f"{name} jumps {' and '.join(dict.fromkeys(clauses))}",) if clauses else ()


def _value(tokens: Tokens, x: float) -> acb:
    """Return the middle of a value's ball; not finite where there is none."""
    try:
        with working_precision(_BITS):
            return evaluate(tokens, {"x": constant(acb(x), 1)}, 1, unary=ON_THE_REAL_LINE)[0].mid()
    except PrefixError:
        return acb("nan")


def _suspects(target: Tokens) -> Iterator[tuple[str | None, Expr]]:
    """Yield what to find the roots and poles of, with words for them if they are those of a tangent."""
    for name, argument in cuts(target):
        if name in _WITH_CORNERS:
            yield None, decode(argument)
        elif name == "atan":
            u = decode(argument)
            waves = u.atoms(symengine.tan)
            for wave in waves:
                yield f"where {show(wave)} has poles", symengine.cos(wave.args[0])
                yield f"where {show(wave)} is zero", symengine.sin(wave.args[0])
            if not waves:
                yield None, u
    for name, arguments in subexpressions(target):
        if name == "tan":
            u = decode(arguments[0])
            yield f"where {show(symengine.tan(u))} has poles", symengine.cos(u)
        elif name in _WITH_LIMITS and _has_poles(u := decode(arguments[0])):
            yield None, u


def _has_poles(u: Expr) -> bool:
    """Whether an expression may have poles that aren't a tangent's, which have words of their own."""
    powers = [power for power in u.atoms(symengine.Pow) if power.args[0].free_symbols]
    return any(power.args[1].is_negative for power in powers) and not u.atoms(symengine.tan)


def _is_jump(values: Callable[[float], Sequence[acb]], place: float) -> bool:
    """Whether the answer's values differ across a place, and the integrand's don't grow towards it."""
    steps = [step * (abs(place) or 1.0) for step in _STEPS]
    (left, f1), (right, f2), (low, f3), (high, f4) = (
        values(place + sign * step) for step in steps for sign in (-1, 1)
    )
    if not all(value.is_finite() for value in (left, right, low, high, f1, f2, f3, f4)):
        return False
    if any(abs(value.imag) > _REAL * abs(value) for value in (f1, f2, f3, f4)):
        return False
    steep = max(abs(f1), abs(f2))
    least = _LEAST * (1 + abs(low) + abs(high)) + 4 * steps[0] * steep
    is_bounded = max(abs(f3), abs(f4)) <= arb(1.5) * steep + _LEAST
    return bool(is_bounded and min(abs(right - left), abs(high - low)) > least)
