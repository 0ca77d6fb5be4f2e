"""Enclosures of integrals to infinity of what oscillates for ever: the path is turned upwards or downwards.

Along the real line ``cos(x)/(x**2 + 1)`` falls off too slowly for quadrature. It is a sum of waves,
``g(x)*exp(k*x)``; to the right of all singularities of g, and where g tends to zero, the integral of a wave
from A to infinity is the one from A to A + i*infinity or A - i*infinity (Jordan's lemma), along which the
wave falls off exponentially.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import factorial
from typing import NamedTuple

import symengine
from flint import acb, arb

from symmath.deadline import Deadline
from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.balls import evaluate as evaluate_balls
from symmath.expr.operators import Expr, X
from symmath.expr.prefix import encode
from symmath.solve.quadrature import Function, Integral, Quadrature, function_of, total

MAX_DEGREE = 12
"""Of polynomials in denominators."""
MAX_WAVES = 32
MAX_START = 1000
"""Up to there an integral is taken as it is."""
_MAX_EXPONENT = 12
_I = acb(0, 1)


class _Wave(NamedTuple):
    """The addend ``factor*amplitude*exp(rate*x)``, with a real amplitude and Im(rate) not zero."""

    factor: acb
    amplitude: Function
    rate: acb


class Tail(NamedTuple):
    """An integrand from `start`, a positive number, to infinity.

    Attributes
    ----------
    start : int
        Right of all singularities.
    waves : sequence of _Wave
        What oscillates.
    rest : Expr
        What doesn't.
    """

    start: int
    waves: Sequence[_Wave]
    rest: Expr

    def integral(self, start: arb, deadline: Deadline, bits: int) -> Integral:
        """Integrate from `start`, not left of the tail's own, to infinity, to so many bits.

        Raises
        ------
        NotConvergedError
        """

        def upright(t: acb, analytic: bool) -> acb:
            value = acb(0)
            for factor, amplitude, rate in self.waves:
                turn = _I if rate.imag > 0 else -_I
                z = start + turn * t
                value += turn * factor * amplitude(z, analytic) * (rate * z).exp()
            return value

        found = [Quadrature(upright, deadline, bits).over(arb(0), arb("inf"))]
        if self.rest != 0:
            found.append(Quadrature(function_of(encode(self.rest)), deadline, bits).over(start, arb("inf")))
        return total(found)


def tail_of(integrand: Expr) -> Tail | None:
    """Return an integrand as a sum of waves that fall off; None if it isn't seen to be one.

    Parameters
    ----------
    integrand : Expr
        In x, real on the real line, without parameters.
    """
    waves: list[_Wave] = []
    rest, start = symengine.Integer(0), Fraction(1)
    try:
        for factor, amplitude, exponent in _addends(integrand):
            rate, phase = _linear(exponent)
            growth, beyond = _growth(amplitude)
            start = max(start, beyond)
            if growth >= (-1 if rate == 0 else 0):
                return None
            if rate == 0:
                rest += factor * amplitude
            else:
                waves.append(_Wave(_ball(factor) * phase.exp(), function_of(encode(amplitude)), rate))
        if not waves or start > MAX_START:
            return None
        encode(rest)
    except (UnsupportedError, PrefixError):
        return None
    return Tail(int(start) + 1, waves, rest)


def _addends(integrand: Expr) -> list[tuple[Expr, Expr, Expr]]:
    """Return addends as numbers, amplitudes and exponents.

    Raises
    ------
    UnsupportedError
        If there are too many.
    """
    by_exponentials: dict[Expr, Expr] = {}
    for wave in integrand.atoms(symengine.sin, symengine.cos):
        up, down = (symengine.exp(turn * wave.args[0]) for turn in (symengine.I, -symengine.I))
        is_sine = type(wave) is symengine.sin
        by_exponentials[wave] = (up - down) / (2 * symengine.I) if is_sine else (up + down) / 2
    if any(abs(power.args[1]) > _MAX_EXPONENT for power in integrand.atoms(symengine.Pow) if _is_high(power)):
        raise UnsupportedError("a high power of a sum")
    expanded = symengine.expand(integrand.xreplace(by_exponentials))
    addends = expanded.args if type(expanded) is symengine.Add else [expanded]
    if len(addends) > MAX_WAVES:
        raise UnsupportedError("too many waves")
    return [_parts(addend) for addend in addends]


def _is_high(power: Expr) -> bool:
    return bool(power.args[1].is_Integer and not power.args[0].is_Number)


def _parts(addend: Expr) -> tuple[Expr, Expr, Expr]:
    """Return a number, an amplitude and an exponent."""
    factor = amplitude = symengine.Integer(1)
    exponent = symengine.Integer(0)
    for part in addend.args if type(addend) is symengine.Mul else [addend]:
        if part.is_Number:
            factor *= part
        elif type(part) is symengine.Pow and part.args[0] == symengine.E and part.has(X):
            exponent += part.args[1]
        else:
            amplitude *= part
    return factor, amplitude, exponent


def _linear(exponent: Expr) -> tuple[acb, acb]:
    """Return the slope of a linear exponent, and its value at zero; the slope is imaginary, or zero.

    What falls off by itself needs no turn.

    Raises
    ------
    UnsupportedError
        If it isn't linear, or the slope may have a real part, or may be zero.
    """
    slope = symengine.expand(exponent).diff(X)
    if slope.has(X) or _parts_of(slope)[0] != 0:
        raise UnsupportedError("an exponent that isn't linear and imaginary")
    rate = _ball(slope)
    if slope != 0 and rate.imag.contains(0):
        raise UnsupportedError("a rate that may be zero")
    return rate, _ball(symengine.expand(exponent - slope * X))


def _parts_of(number: Expr) -> tuple[Expr, Expr]:
    """Return the real and the imaginary part of a sum of real numbers with complex rational coefficients.

    (symengine's own function ends the process where there is a logarithm.)

    Raises
    ------
    UnsupportedError
    """
    expanded = symengine.expand(number)
    real = imaginary = symengine.Integer(0)
    for addend in expanded.args if type(expanded) is symengine.Add else [expanded]:
        factors = addend.args if type(addend) is symengine.Mul else [addend]
        numbers = [factor for factor in factors if factor.is_Number]
        rest = symengine.Mul(*(factor for factor in factors if not factor.is_Number))
        coefficient = _complex_parts(symengine.Mul(*numbers))
        real, imaginary = real + coefficient[0] * rest, imaginary + coefficient[1] * rest
    return symengine.expand(real), symengine.expand(imaginary)


def _complex_parts(number: Expr) -> tuple[Expr, Expr]:
    """Return the real and the imaginary part of a complex rational number."""
    if hasattr(number, "imaginary_part"):
        return number.real_part(), number.imaginary_part()
    return number, symengine.Integer(0)


def _ball(number: Expr) -> acb:
    """Return a ball around a complex number.

    Raises
    ------
    UnsupportedError
    """
    try:
        real, imaginary = (evaluate_balls(encode(part), {}, 1)[0] for part in _parts_of(number))
    except PrefixError as error:
        raise UnsupportedError(f"not a number: {number}") from error
    if not (real.imag == 0 and imaginary.imag == 0):
        raise UnsupportedError(f"not of real numbers: {number}")
    return real + _I * imaginary


def _growth(e: Expr) -> tuple[Fraction, Fraction]:
    """Return an exponent of growth that an expression has at most, and a number beyond which it is analytic.

    Analytic where the real part is greater. Logarithms count as bounded, so the exponent is only good
    where it isn't reached.

    Raises
    ------
    UnsupportedError
        If it isn't known.
    """
    if not e.has(X):
        return Fraction(0), Fraction(0)
    if e == X:
        return Fraction(1), Fraction(0)
    if isinstance(e, (symengine.Add, symengine.Mul)):
        known = [_growth(part) for part in e.args]
        exponents = [exponent for exponent, _ in known]
        exponent = max(exponents) if type(e) is symengine.Add else sum(exponents, Fraction(0))
        return exponent, max(beyond for _, beyond in known)
    if type(e) is symengine.log:
        return Fraction(0), _beyond_cuts(e.args[0])[1]
    if type(e) is symengine.Pow and e.args[1].is_Rational:
        base, exponent = e.args[0], Fraction(int(e.args[1].p), int(e.args[1].q))
        if exponent.denominator == 1 and exponent > 0:
            growth, beyond = _growth(base)
        elif exponent.denominator == 1:
            growth, beyond = _beyond_roots(base)
        else:
            growth, beyond = _beyond_cuts(base)
        return exponent * growth, beyond
    raise UnsupportedError(f"not known to be analytic: {e}")


def _coefficients(e: Expr) -> list[arb]:
    """Return a polynomial's coefficients, the constant first.

    Raises
    ------
    UnsupportedError
        If it isn't one of degree `MAX_DEGREE` or less.
    """
    if not _is_polynomial(e):
        raise UnsupportedError(f"not a polynomial: {e}")
    derivatives = [symengine.expand(e)]
    while derivatives[-1] != 0:
        if len(derivatives) > MAX_DEGREE + 1:
            raise UnsupportedError(f"not a polynomial of degree {MAX_DEGREE} or less: {e}")
        derivatives.append(symengine.expand(derivatives[-1].diff(X)))
    return [
        _ball(derivative.subs({X: 0})).real / factorial(order)
        for order, derivative in enumerate(derivatives[:-1])
    ]


def _is_polynomial(e: Expr) -> bool:
    """Whether an expression is one as it is written."""
    if type(e) is symengine.Pow and e.has(X):
        return bool(e.args[1].is_Integer and e.args[1] > 0) and _is_polynomial(e.args[0])
    if isinstance(e, (symengine.Add, symengine.Mul)):
        return all(map(_is_polynomial, e.args))
    return bool(e == X or not e.has(X))


def _beyond_roots(e: Expr) -> tuple[Fraction, Fraction]:
    """Return a polynomial's degree, and a number that no root exceeds in size (Cauchy's bound).

    Raises
    ------
    UnsupportedError
    """
    *lower, leading = _coefficients(e)
    largest = max([abs(c / leading).upper() for c in lower], default=arb(0))
    if not largest.is_finite():
        raise UnsupportedError(f"no bound is known for the roots of {e}")
    return Fraction(len(lower)), Fraction(2 + int(float(largest)))


def _beyond_cuts(e: Expr) -> tuple[Fraction, Fraction]:
    """Return the degree of a polynomial, one or two, and a number beyond which its roots are analytic.

    Of x**2 + b*x + c the imaginary part is y*(2*x + b), so it isn't negative to the right of its roots.

    Raises
    ------
    UnsupportedError
    """
    degree, beyond = _beyond_roots(e)
    if degree > 2 or not _coefficients(e)[-1] > 0:
        raise UnsupportedError(f"may be on a branch cut: {e}")
    return degree, beyond
