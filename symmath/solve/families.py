"""Closed forms of integrals with parameters, from their digits at one choice of numbers for those.

The ansatz is one of `recognise`, over what parameters make: powers of them, of their sums and of sums of
their squares, exponentials, logarithms, arctangents, sines and gamma functions. At numbers of three digits
a relation with small coefficients is one between functions, or fails at the next choice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, permutations

import sympy
from flint import arb

from symmath.expr.bridge import SympyExpr
from symmath.solve.recognise import relation, value_of

MAX_PARAMETERS = 2
CHOICES = (("127/89", "181/97"), ("71/127", "83/103"))
"""Numbers for the parameters; some integrals need ones over 1, others under 1."""
MAX_HEIGHT = 24
"""Largest numerator and denominator of a coefficient or power: less than the numbers have."""
_PI, _TWO = sympy.pi, sympy.Integer(2)


def family_forms(value: arb, numbers: Mapping[SympyExpr, SympyExpr]) -> Iterator[SympyExpr]:
    """Yield expressions of parameters that have a value at those numbers, products before sums.

    Parameters
    ----------
    value : arb
        A ball around the integral.
    numbers : mapping of SymPy's symbols to rational numbers
    """
    if value.contains(0):
        return
    parameters = list(numbers)
    powers = [power for power in _powers(parameters) if _at(power, numbers) > 0]
    found = relation(abs(value).log(), [_at(sympy.log(power), numbers) for power in powers])
    if found is not None and _is_low(found):
        sign = 1 if value > 0 else -1
        yield sign * sympy.prod(power**q for power, q in zip(powers, found, strict=True))
    terms = _terms(parameters)
    values = [_at(term, numbers) for term in terms]
    for factor in _factors(parameters):
        found = relation(value / _at(factor, numbers), values)
        if found is not None and _is_low(found):
            yield factor * sum(q * term for q, term in zip(found, terms, strict=True))


def _at(e: SympyExpr, numbers: Mapping[SympyExpr, SympyExpr]) -> arb:
    return value_of(e.subs(numbers))


def _is_low(coefficients: Sequence[sympy.Rational]) -> bool:
    return all(max(abs(q.p), q.q) <= MAX_HEIGHT for q in coefficients)


def _powers(parameters: Sequence[SympyExpr]) -> list[SympyExpr]:
    """Return what is multiplied, in powers."""
    found = [_TWO, _PI, sympy.E]
    for p in parameters:
        found += [p, p + 1, _TWO**p, sympy.exp(p), sympy.exp(p**2), sympy.sin(_PI / p), sympy.sin(_PI * p)]
        found += [sympy.gamma(p), sympy.gamma(p / 2), sympy.gamma(1 / p)]
    if len(parameters) == 1:
        (p,) = parameters
        found += [p**2 + 1, abs(p - 1), sympy.cosh(_PI * p / 2), sympy.sinh(_PI * p)]
    for p, q in combinations(parameters, 2):
        found += [p + q, abs(p - q), p + q + 1, p**2 + q**2, sympy.gamma(p + q)]
        found += [sympy.exp(p * q), sympy.exp(sympy.sqrt(p * q))]
    for p, q in permutations(parameters, 2):
        found += [p**q, sympy.exp(p / q), sympy.exp(p**2 / q), sympy.cosh(_PI * p / (2 * q))]
    return found


def _terms(parameters: Sequence[SympyExpr]) -> list[SympyExpr]:
    """Return what is added, in multiples."""
    found = [sympy.S.One, _PI, sympy.log(2), sympy.EulerGamma]
    if len(parameters) == 1:
        (p,) = parameters
        arguments = (p, p**2)
        found += [f for u in arguments for f in (sympy.exp(-u), _PI * sympy.exp(-u))]
        found += [sympy.log(p), sympy.log(p + 1), sympy.log(p**2 + 1), sympy.atan(p), _PI * sympy.log(p)]
        found += [_PI * sympy.log(p + 1)]
    for p, q in combinations(parameters, 2):
        found += [sympy.exp(-p * q), _PI * sympy.exp(-p * q), sympy.log(p), sympy.log(q), sympy.log(p + q)]
        found += [sympy.log(p**2 + q**2), sympy.atan(q / p), _PI * sympy.log(p + q)]
        found += [_PI * sympy.log(p), _PI * sympy.log(q)]
    return found


def _factors(parameters: Sequence[SympyExpr]) -> list[SympyExpr]:
    """Return what a sum is multiplied by."""
    found = [sympy.S.One]
    for p in parameters:
        found += [1 / p, p, p**-2, p**2, sympy.sqrt(p), 1 / sympy.sqrt(p)]
    for p, q in permutations(parameters, 2):
        found += [p / q, p / q**2]
    for p, q in combinations(parameters, 2):
        found += [p * q, 1 / (p * q), 1 / (p**2 + q**2), 1 / (p + q)]
    return found
