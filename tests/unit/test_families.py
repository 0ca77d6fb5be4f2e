"""Integrals with parameters, recognised by their digits at one choice of numbers and checked at others."""

from __future__ import annotations

import pytest
import sympy
from flint import arb

from symmath.errors import NoSolutionError
from symmath.expr.balls import working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.parse import parse_expression
from symmath.solve.closed_form import ClosedForm, recognised_form
from symmath.solve.families import CHOICES, family_forms
from symmath.solve.quadrature import BITS

a, b, n = sympy.symbols("a b n", positive=True)
ZERO, ONE, INFINITY = sympy.Integer(0), sympy.S.One, sympy.oo


def recognised(text: str, names: str, lower: sympy.Expr, upper: sympy.Expr) -> ClosedForm:
    tokens = canonical_tokens(parse_expression(text, "x", parameters=names.split()).expr)
    return recognised_form(tokens, ["x", *names.split()], lower, upper, 60.0)


@pytest.mark.parametrize(
    ("text", "names", "limits", "expected"),
    [
        ("cos(b*x)/(x^2 + a^2)", "a b", (-INFINITY, INFINITY), sympy.pi * sympy.exp(-a * b) / a),
        ("exp(-a*x)*sin(b*x)/x", "a b", (ZERO, INFINITY), sympy.atan(b / a)),
        ("log(x^2 + a^2)/(x^2 + b^2)", "a b", (ZERO, INFINITY), sympy.pi * sympy.log(a + b) / b),
        (
            "sin(x)^n",
            "n",
            (ZERO, sympy.pi / 2),
            sympy.sqrt(sympy.pi) * sympy.gamma((n + 1) / 2) / 2 / sympy.gamma(n / 2 + 1),
        ),
        (
            "x^a*(1 - x)^b",
            "a b",
            (ZERO, ONE),
            sympy.gamma(a + 1) * sympy.gamma(b + 1) / sympy.gamma(a + b + 2),
        ),
        ("n*x^a*log(x)/b", "a b n", (ZERO, ONE), -n / b / (a + 1) ** 2),
        ("x^n*exp(-a*x)", "n a", (ZERO, INFINITY), sympy.gamma(n + 1) / a ** (n + 1)),
    ],
)
def test_families(text: str, names: str, limits: tuple[sympy.Expr, sympy.Expr], expected: sympy.Expr) -> None:
    found = recognised(text, names, *limits)
    assert found.checked == found.tried == 7 and found.digits > 45
    plain = {symbol: sympy.Symbol(symbol.name) for symbol in (a, b, n)}
    numbers = {plain[a]: sympy.Rational(9, 7), plain[b]: sympy.Rational(3, 5), plain[n]: sympy.Rational(7, 3)}
    difference = found.expr - expected.xreplace(plain)
    assert abs(sympy.N(difference.subs(numbers), 30)) < 1e-25


@pytest.mark.parametrize(
    ("text", "names", "limits"),
    [
        ("x^(a*x)", "a", (ZERO, ONE)),
        ("exp(a*sin(x))", "a", (ZERO, ONE)),
        ("1/(x - a)", "a", (-INFINITY, INFINITY)),
        ("exp(-a*x - b*x^2 - c*x^3)", "a b c", (ZERO, INFINITY)),
    ],
)
def test_what_is_no_family_known(text: str, names: str, limits: tuple[sympy.Expr, sympy.Expr]) -> None:
    with pytest.raises(NoSolutionError):
        recognised(text, names, *limits)


@pytest.mark.parametrize("choice", CHOICES)
def test_numbers_in_place_of_parameters_are_no_coefficients(choice: tuple[str, ...]) -> None:
    # As a number 127/89*pi is a multiple of pi; as a function it is p times pi.
    p = sympy.Symbol("p", positive=True)
    number = sympy.Rational(choice[0])
    with working_precision(BITS):
        value = arb(str(sympy.N(number * sympy.pi, 100))) + arb(0, 1) * arb(2) ** -180
        assert next(family_forms(value, {p: number})) == p * sympy.pi
        value = arb(str(sympy.N(number * sympy.pi**2 + 1, 100))) + arb(0, 1) * arb(2) ** -180
        assert not list(family_forms(value, {p: number}))
