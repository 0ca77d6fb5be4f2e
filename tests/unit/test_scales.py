"""Parameters that are scales of the variable leave the integrals, and others don't."""

from __future__ import annotations

import pytest
import sympy

from symmath.solve.scales import without_parameters

a, b, k = sympy.symbols("a b k", positive=True)
x = sympy.Symbol("x")
ZERO, INFINITY = sympy.Integer(0), sympy.oo


@pytest.mark.parametrize(
    ("integrand", "limits", "terms", "scaled_limits"),
    [
        (
            x**3 / (sympy.exp(a * x) - 1),
            (ZERO, INFINITY),
            {a**-4: x**3 / (sympy.exp(x) - 1)},
            (ZERO, INFINITY),
        ),
        (x * sympy.exp(-x / a) * b, (ZERO, INFINITY), {a**2 * b: x * sympy.exp(-x)}, (ZERO, INFINITY)),
        (1 / (x**4 + a**4), (-INFINITY, INFINITY), {a**-3: 1 / (x**4 + 1)}, (-INFINITY, INFINITY)),
        (
            sympy.log(x) / (x**2 + a**2),
            (ZERO, INFINITY),
            {1 / a: sympy.log(x) / (x**2 + 1), sympy.log(a) / a: 1 / (x**2 + 1)},
            (ZERO, INFINITY),
        ),
        (
            sympy.exp(-sympy.Abs(x) / a),
            (-a, INFINITY),
            {a: sympy.exp(-sympy.Abs(x))},
            (-sympy.S.One, INFINITY),
        ),
        (
            x**2 * sympy.exp(-a * x**2 / b),
            (ZERO, INFINITY),
            {(b / a) ** 1.5: x**2 * sympy.exp(-(x**2))},
            None,
        ),
    ],
)
def test_scales(integrand, limits, terms, scaled_limits) -> None:
    found = next(without_parameters(integrand, x, limits))
    assert scaled_limits is None or found.limits == scaled_limits
    at = {a: sympy.Rational(7, 3), b: sympy.Rational(2, 5), x: sympy.Rational(3, 4)}
    value = sum(coefficient * part for coefficient, part in found.terms)
    expected = sum(coefficient * part for coefficient, part in terms.items())
    assert abs(sympy.N((value - expected).subs(at))) < 1e-12
    assert len(found.terms) == len(terms)
    assert all(part.free_symbols <= {x} for _, part in found.terms)


@pytest.mark.parametrize(
    ("integrand", "limits"),
    [
        (sympy.cos(k * x) / (x**2 + a**2), (ZERO, INFINITY)),
        ((sympy.exp(-a * x) - sympy.exp(-b * x)) / x, (ZERO, INFINITY)),
        (sympy.exp(-a * x), (ZERO, sympy.S.One)),
        (x**a, (ZERO, sympy.S.One)),
    ],
)
def test_other_parameters(integrand, limits) -> None:
    assert not list(without_parameters(integrand, x, limits))


def test_signs_of_the_variable_are_kept() -> None:
    integrand = sympy.sqrt(a**2 * x**2) * sympy.exp(-a * sympy.Abs(x))
    found = next(without_parameters(integrand, x, (-INFINITY, INFINITY)))
    ((coefficient, part),) = found.terms
    assert sympy.N((coefficient * part).subs({a: 2, x: -3})) > 0
