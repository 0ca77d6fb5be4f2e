"""Bessel's functions of fractional orders near zero, where sums of them are finite though one is not.

``sqrt(x)*bessely(1/4, x**2/2)`` has a slope at zero, but SymPy finds no limit of it: Bessel's functions of
a fractional order are written by their first terms there, and those of the second kind by the first kind's
of the negative order.

References
----------
NIST Digital Library of Mathematical Functions, 10.2.2, 10.2.3, 10.6.1, 10.25.2, 10.27.4, 10.29.1.
"""

from __future__ import annotations

from symmath.expr.bridge import SympyExpr
from symmath.expr.operators import BESSEL, BY_TOKEN, Expr, whole_part
from symmath.expr.prefix import length
from symmath.expr.special import special_parts
from symmath.odes.forms import tidy

_FIRST_KIND = {"bessely": "besselj", "besselk": "besseli"}
_SIGNS = {"besselj": -1, "besseli": 1}
_TERMS = 3
"""So many that a slope's limit doesn't hang on the next one."""


def by_first_kind(solution: Expr) -> Expr:
    """Write a family of solutions by functions of the first kind, for other constants.

    Parameters
    ----------
    solution : Expr
        y in x and constants, from two of Bessel's functions whose order is a fraction.

    Returns
    -------
    Expr
        By functions of orders between -1 and 1; `solution` itself if it holds no such function.
    """
    written = {}
    for part in special_parts(solution):
        name = part.get_name()
        if name in BESSEL and _is_fraction(part.args[0]):
            order, u = part.args
            sign = 1
            if name in _FIRST_KIND:
                # One factor is the sine of n*pi, which has the other sign for the next order.
                sign = -1 if whole_part(order) % 2 else 1
                name, order = _FIRST_KIND[name], -order
            written[part] = sign * _of_small_order(name, order, u)
    return solution.xreplace(written) if written else solution


def shortest_by_first_kind(solution: Expr) -> Expr:
    """Return the same as one cancelled fraction, or the family as it is if that is no shorter."""
    written = by_first_kind(solution)
    return solution if written == solution else min(solution, tidy(written), key=length)


def _of_small_order(name: str, order: Expr, u: Expr) -> Expr:
    """Write a function of the first kind by two whose orders are from -1 to 1."""
    build, sign = BY_TOKEN[name].build, _SIGNS[name]
    if abs(order) < 1:
        return build(order, u)
    step = -1 if order > 0 else 1
    next_one, other = (_of_small_order(name, order + k * step, u) for k in (1, 2))
    return sign * other + (-sign if order > 0 else 1) * 2 * (order + step) / u * next_one


def _is_fraction(order: Expr) -> bool:
    return bool(order.is_Rational and not order.is_Integer)


def by_first_terms(e: SympyExpr) -> SympyExpr:
    """Write functions of the first kind and fractional order by their first terms at zero.

    Parameters
    ----------
    e : SympyExpr
        In positive symbols.

    Returns
    -------
    SympyExpr
        With the same limit at zero, if every function's argument is zero there.
    """
    import sympy

    def terms(name: str, order: SympyExpr, u: SympyExpr) -> SympyExpr:
        half = u / 2
        return sympy.Add(
            *(
                _SIGNS[name] ** k * half ** (order + 2 * k) / (sympy.factorial(k) * _gamma(order + k + 1))
                for k in range(_TERMS)
            )
        )

    def _gamma(n: SympyExpr) -> SympyExpr:
        """Return gamma(n) by that of a number from 0 to 1, so that what cancels does."""
        rest = n - sympy.floor(n)
        above, below = (sympy.ff(n - 1, n - rest), 1) if n > 0 else (1, sympy.rf(n, rest - n))
        return sympy.gamma(rest) * above / below

    functions = e.atoms(sympy.besselj, sympy.besseli)
    fractions = [f for f in functions if f.order.is_Rational and not f.order.is_Integer]
    return e.xreplace({f: terms(type(f).__name__, f.order, f.argument) for f in fractions})


def far_away(e: SympyExpr) -> SympyExpr:
    """Write Bessel's functions by what is like them far away, for limits at infinity.

    Parameters
    ----------
    e : SympyExpr
        In a variable and positive symbols.
    """
    import sympy

    def like(f: SympyExpr) -> SympyExpr:
        u = f.argument
        if isinstance(f, sympy.besselk):
            return sympy.sqrt(sympy.pi / (2 * u)) * sympy.exp(-u)
        if isinstance(f, sympy.besseli):
            return sympy.exp(u) / sympy.sqrt(2 * sympy.pi * u)
        turn = sympy.pi * f.order / 2 + sympy.pi / 4
        wave = sympy.cos if isinstance(f, sympy.besselj) else sympy.sin
        return sympy.sqrt(2 / (sympy.pi * u)) * wave(u - turn)

    functions = e.atoms(sympy.besselj, sympy.bessely, sympy.besseli, sympy.besselk)
    return e.xreplace({f: like(f) for f in functions})
