"""Definite integrals that need no primitive: recognised by their digits, or SymPy's, checked by quadrature.

The integral of ``exp(-x**2)*cos(x)`` over the line, or of ``log(sin(x))`` from 0 to pi/2, has a closed form
though the integrand has no primitive that could be written. Some are combinations of known constants, which
50 digits tell; SymPy knows many others (as Meijer's G-functions). Either is an answer where an enclosure of
the integral agrees, at several choices of the parameters if there are some.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

import sympy
from flint import arb

from symmath.deadline import Deadline
from symmath.errors import NoSolutionError, PrefixError, UnsupportedError
from symmath.expr.balls import working_precision
from symmath.expr.bridge import SympyExpr, from_sympy, to_sympy
from symmath.expr.operators import PARAMETERS
from symmath.expr.prefix import Tokens, decode, encode
from symmath.solve.enclosure import CHOICES, agrees, ball, in_decimals, integral_of, magnitude
from symmath.solve.families import CHOICES as NUMBERS
from symmath.solve.families import MAX_PARAMETERS, family_forms
from symmath.solve.quadrature import BITS, GOAL_BITS, Integral
from symmath.solve.recognise import integers_in, recognise
from symmath.solve.scales import without_parameters
from symmath.solve.symmetry import is_odd
from symmath.verification.parameters import positive_choices, with_numbers
from symmath.verification.points import random_source

LEAST = 3
"""Choices of the parameters at which quadrature has to agree."""
RECOGNISING_BITS = 200
"""What quadrature aims at where a number is to be recognised."""


_Known = list[tuple[dict[SympyExpr, SympyExpr], Integral]]


class ClosedForm(NamedTuple):
    """A value, and how it was checked.

    Attributes
    ----------
    expr : SympyExpr
    quadrature : str
        In decimals; empty with parameters.
    checked, tried : int
        At how many choices of the parameters quadrature agreed, and of how many; it converged at no others.
    digits : int
        By how many digits it was recognised; 0 if it is SymPy's.
    missing : str
        A choice at which quadrature did not converge; empty if there is none.
    """

    expr: SympyExpr
    quadrature: str
    checked: int
    tried: int
    digits: int = 0
    missing: str = ""


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
    asked = _Asked(problem, names, (lower, upper), Deadline.after(seconds))
    found = _without_cases(sympy.integrate(asked.integrand, (asked.variable, *asked.limits)))
    found = found.rewrite(sympy.zeta)
    if found.has(sympy.Integral, sympy.Piecewise, asked.variable, sympy.nan, sympy.zoo, sympy.oo):
        raise NoSolutionError("SymPy finds no closed form")
    return asked.checked(found)


def recognised_form(
    problem: Tokens, names: Sequence[str], lower: SympyExpr, upper: SympyExpr, seconds: float
) -> ClosedForm:
    """Return the value of a definite integral as its digits tell it; with parameters, if they are scales.

    Parameters and errors are those of `closed_form`.
    """
    asked = _Asked(problem, names, (lower, upper), Deadline.after(seconds))
    if not asked.parameters:
        with working_precision(BITS):
            found, integral, digits = _recognised(problem, asked.integrand, asked.limits, asked.deadline)
        return ClosedForm(found, in_decimals(integral), 1, 1, digits)
    with suppress(NoSolutionError, UnsupportedError):
        return _by_scales(asked)
    return _by_choices(asked)


def _by_scales(asked: _Asked) -> ClosedForm:
    """Return the value of an integral whose parameters are scales.

    Raises
    ------
    NoSolutionError
    """
    for scaled in without_parameters(asked.integrand, asked.variable, asked.limits):
        value, fewest = sympy.Integer(0), RECOGNISING_BITS
        with working_precision(BITS), suppress(NoSolutionError, UnsupportedError):
            for coefficient, integrand in scaled.terms:
                tokens = encode(from_sympy(integrand, asked.variable.name))
                found, _, digits = _recognised(tokens, integrand, scaled.limits, asked.deadline)
                value, fewest = value + coefficient * found, min(fewest, digits)
            return asked.checked(value)._replace(digits=fewest)
    raise NoSolutionError("the integral is no known constant")


def _by_choices(asked: _Asked) -> ClosedForm:
    """Return the value of an integral by its digits at one choice of the parameters.

    Raises
    ------
    NoSolutionError
    """
    factor, integrand = asked.integrand.as_independent(asked.variable, as_Add=False)
    held = set().union(*(e.free_symbols for e in (integrand, *asked.limits)))
    parameters = [p for p in asked.parameters if p in held]
    if len(parameters) > MAX_PARAMETERS:
        raise NoSolutionError("the integral has many parameters")
    for choice in NUMBERS:
        numbers = dict(zip(parameters, map(sympy.Rational, choice), strict=False))
        with working_precision(BITS), suppress(NoSolutionError, UnsupportedError):
            value, digits = asked.value_at(integrand, numbers)
            for form in family_forms(value, numbers):
                with suppress(NoSolutionError):
                    return asked.checked(factor * form)._replace(digits=digits)
    raise NoSolutionError("the integral is no known constant")


class _Asked:
    """A definite integral as SymPy has it, its parameters positive."""

    def __init__(
        self,
        problem: Tokens,
        names: Sequence[str],
        limits: tuple[SympyExpr, SympyExpr],
        deadline: Deadline,
    ) -> None:
        variable, *parameters = names
        self._problem = problem
        self._positive = {sympy.Symbol(n): sympy.Symbol(n, positive=True) for n in parameters}
        self.deadline = deadline
        self.variable = sympy.Symbol(variable)
        integrand = to_sympy(decode(problem), variable, parameters=parameters)
        self.integrand = integrand.xreplace(self._positive)
        self.limits = limits[0].xreplace(self._positive), limits[1].xreplace(self._positive)
        self.parameters = list(self._positive.values())
        self._known: tuple[_Known, str] | None = None

    def value_at(self, integrand: SympyExpr, numbers: Mapping[SympyExpr, SympyExpr]) -> tuple[arb, int]:
        """Return an integral between the limits at a choice of the parameters, and how many digits are known.

        Raises
        ------
        NoSolutionError
            If quadrature doesn't converge.
        """
        tokens = encode(from_sympy(integrand.subs(numbers), self.variable.name))
        low, high = (limit.subs(numbers) for limit in self.limits)
        known, _ = _integrals(tokens, (low, high), [], self.deadline, RECOGNISING_BITS)
        if not known:
            raise NoSolutionError("quadrature did not converge")
        value = known[0][1].value.real
        return value, _digits(value, abs(value).mid())

    def checked(self, found: SympyExpr) -> ClosedForm:
        """Return a value that quadrature agrees with.

        Raises
        ------
        NoSolutionError
            If it doesn't, or doesn't converge.
        """
        with working_precision(BITS):
            if self._known is None:
                self._known = _integrals(self._problem, self.limits, self.parameters, self.deadline)
            known, missing = self._known
            if len(known) < (LEAST if self.parameters else 1):
                raise NoSolutionError("a closed form can't be checked: quadrature did not converge")
            if not all(agrees(found.subs(numbers), integral) for numbers, integral in known):
                raise NoSolutionError("a closed form doesn't agree with quadrature")
        quadrature = "" if self.parameters else in_decimals(known[0][1])
        value = found.xreplace({new: old for old, new in self._positive.items()})
        tried = CHOICES if self.parameters else 1
        return ClosedForm(value, quadrature, len(known), tried, missing=missing)


def _recognised(
    tokens: Tokens, integrand: SympyExpr, limits: tuple[SympyExpr, SympyExpr], deadline: Deadline
) -> tuple[SympyExpr, Integral, int]:
    """Return the constant that an integral is, the integral, and the digits that they agree by.

    Raises
    ------
    NoSolutionError
        If quadrature didn't converge, or it isn't a known one.
    """
    known, _ = _integrals(tokens, limits, [], deadline, RECOGNISING_BITS)
    if not known:
        raise NoSolutionError("quadrature did not converge")
    integral = known[0][1]
    value = integral.value.real
    # However small, a number isn't zero by its digits.
    if value.contains(0) and is_odd(tokens, *map(ball, limits)):
        return sympy.Integer(0), integral, _digits(value, integral.scale)
    found = recognise(value, integers_in(integrand, *limits))
    if found is None:
        raise NoSolutionError("the integral is no known constant")
    return found, integral, _digits(value, abs(value).mid())


def _digits(value: arb, size: arb) -> int:
    """Return how many digits of a number are known, beside a size."""
    share = value.rad() / size if size > 0 else arb(1)
    return int(-math.log10(float(max(share, arb(2) ** -BITS))))


def by_quadrature(problem: Tokens, lower: SympyExpr, upper: SympyExpr, seconds: float) -> str:
    """Return a definite integral without parameters in decimals; empty if quadrature doesn't converge."""
    with working_precision(BITS):
        known, _ = _integrals(problem, (lower, upper), [], Deadline.after(seconds))
    return in_decimals(known[0][1]) if known else ""


def _without_cases(e: SympyExpr) -> SympyExpr:
    """Return the first of an expression's cases; whether it is the one that is meant, quadrature tells."""
    cases = e.atoms(sympy.Piecewise)
    return e.xreplace({piecewise: piecewise.args[0].expr for piecewise in cases})


def _integrals(
    problem: Tokens,
    limits: tuple[SympyExpr, SympyExpr],
    symbols: Sequence[SympyExpr],
    deadline: Deadline,
    bits: int = GOAL_BITS,
) -> tuple[_Known, str]:
    """Return enclosures at choices of the parameters, with those, and a choice at which there is none.

    Without parameters there is one choice.
    """
    choices = positive_choices(len(symbols), CHOICES, random_source(problem)) if symbols else [()]
    found, missing = [], ""
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
            value, scale = integral_of(integrand, *ends, deadline, bits)
        except (NoSolutionError, PrefixError, UnsupportedError):
            missing = missing or ", ".join(f"{p} = {float(value):.4g}" for p, value in numbers.items())
            continue
        found.append((numbers, Integral(sign * value, scale)))
    return found, missing
