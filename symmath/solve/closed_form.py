"""Definite integrals that need no primitive: SymPy's, checked by quadrature.

The integral of ``exp(-x**2)*cos(x)`` over the line, or of ``x**3/(exp(x) - 1)`` over half of it, has a closed
form though the integrand has no primitive that could be written. SymPy knows many (as Meijer's G-functions);
what it says is an answer where an enclosure of the integral agrees, at several choices of the parameters if
there are some.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sympy

from symmath.deadline import Deadline
from symmath.errors import NoSolutionError, PrefixError, UnsupportedError
from symmath.expr.balls import working_precision
from symmath.expr.bridge import SympyExpr, to_sympy
from symmath.expr.operators import PARAMETERS
from symmath.expr.prefix import Tokens, decode
from symmath.solve.enclosure import CHOICES, agrees, ball, integral_of, magnitude
from symmath.solve.quadrature import BITS, Integral
from symmath.verification.parameters import positive_choices, with_numbers
from symmath.verification.points import random_source

LEAST = 3
"""Choices of the parameters at which quadrature has to agree."""


class ClosedForm(NamedTuple):
    """What SymPy said, and how it was checked.

    Attributes
    ----------
    expr : SympyExpr
    quadrature : str
        In decimals; empty with parameters.
    checked, tried : int
        At how many choices of the parameters quadrature agreed, and of how many; it converged at no others.
    """

    expr: SympyExpr
    quadrature: str
    checked: int
    tried: int


def closed_form(
    problem: Tokens, names: Sequence[str], lower: SympyExpr, upper: SympyExpr, seconds: float
) -> ClosedForm:
    """Return SymPy's value of a definite integral that quadrature agrees with.

    Parameters
    ----------
    problem : Tokens
        The integrand.
    names : sequence of str
        What the variable is called, and the parameters, which stand for positive numbers.
    lower, upper : SympyExpr
    seconds : float

    Raises
    ------
    NoSolutionError
        If SymPy finds none, or quadrature disagrees or doesn't converge.
    """
    deadline = Deadline.after(seconds)
    variable, *parameters = names
    symbols = {sympy.Symbol(name): sympy.Symbol(name, positive=True) for name in parameters}
    x = sympy.Symbol(variable)
    integrand = to_sympy(decode(problem), variable, parameters=parameters).xreplace(symbols)
    limits = lower.xreplace(symbols), upper.xreplace(symbols)
    found = _without_cases(sympy.integrate(integrand, (x, *limits))).rewrite(sympy.zeta)
    if found.has(sympy.Integral, sympy.Piecewise, x, sympy.nan, sympy.zoo, sympy.oo):
        raise NoSolutionError("SymPy finds no closed form")
    with working_precision(BITS):
        known = _integrals(problem, limits, list(symbols.values()), deadline)
        if len(known) < (LEAST if symbols else 1):
            raise NoSolutionError("SymPy's closed form can't be checked: quadrature did not converge")
        if not all(agrees(found.subs(numbers), integral) for numbers, integral in known):
            raise NoSolutionError("SymPy's closed form doesn't agree with quadrature")
    quadrature = "" if symbols else in_decimals(known[0][1])
    tried = CHOICES if symbols else 1
    return ClosedForm(
        found.xreplace({new: old for old, new in symbols.items()}), quadrature, len(known), tried
    )


def in_decimals(integral: Integral) -> str:
    """Print an integral by quadrature."""
    middle = integral.value.real
    if middle.contains(0):
        return "0"
    return str(sympy.N(sympy.Float(middle.mid().str(25, radius=False), 25), 15))


def by_quadrature(problem: Tokens, lower: SympyExpr, upper: SympyExpr, seconds: float) -> str:
    """Return a definite integral without parameters in decimals; empty if quadrature doesn't converge."""
    with working_precision(BITS):
        known = _integrals(problem, (lower, upper), [], Deadline.after(seconds))
    return in_decimals(known[0][1]) if known else ""


def _without_cases(e: SympyExpr) -> SympyExpr:
    """Return the first of an expression's cases; whether it is the one that is meant, quadrature tells."""
    cases = e.atoms(sympy.Piecewise)
    return e.xreplace({piecewise: piecewise.args[0].expr for piecewise in cases})


def _integrals(
    problem: Tokens, limits: tuple[SympyExpr, SympyExpr], symbols: Sequence[SympyExpr], deadline: Deadline
) -> list[tuple[dict[SympyExpr, SympyExpr], Integral]]:
    """Return enclosures at choices of the parameters, with those; at one without, where there are none."""
    choices = positive_choices(len(symbols), CHOICES, random_source(problem)) if symbols else [()]
    found = []
    for choice in choices:
        numbers = dict(zip(symbols, map(sympy.sympify, choice), strict=True))
        low, high = (limit.subs(numbers) for limit in limits)
        try:
            for end in (low, high):
                magnitude(end)
            integrand = with_numbers(decode(problem), dict(zip(PARAMETERS, choice, strict=False)))
            ends, sign = (ball(low), ball(high)), 1
            if ends[0] > ends[1]:
                ends, sign = (ends[1], ends[0]), -1
            value, scale = integral_of(integrand, *ends, deadline)
        except (NoSolutionError, PrefixError, UnsupportedError):
            continue
        found.append((numbers, Integral(sign * value, scale)))
    return found
