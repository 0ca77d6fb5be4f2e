"""Integrals to infinity of what oscillates, against known values; what may not fall off is refused."""

from __future__ import annotations

import pytest
import sympy
from flint import arb

from symmath.deadline import Deadline
from symmath.expr.balls import working_precision
from symmath.expr.parse import parse_expression
from symmath.solve.enclosure import integral_of
from symmath.solve.oscillating import tail_of
from symmath.solve.quadrature import BITS

INFINITY = arb("inf")
PI, E = sympy.pi, sympy.E


@pytest.mark.parametrize(
    ("integrand", "low", "high", "expected"),
    [
        ("sin(x)/x", arb(0), INFINITY, PI / 2),
        ("sin(x)^2/x^2", arb(0), INFINITY, PI / 2),
        ("cos(x)/(x^2 + 1)", -INFINITY, INFINITY, PI / E),
        ("x*sin(x)/(x^2 + 1)", arb(0), INFINITY, PI / E / 2),
        ("sin(x)/sqrt(x)", arb(0), INFINITY, sympy.sqrt(PI / 2)),
        ("exp(-x)*sin(x)/x", arb(0), INFINITY, PI / 4),
        ("(cos(x) - cos(2*x))/x", arb(0), INFINITY, sympy.log(2)),
        ("cos(x)/sqrt(x^2 + 1)", arb(0), INFINITY, sympy.besselk(0, 1)),
        ("sin(pi*x)/(x*(1 - x^2))", arb(0), INFINITY, PI),
        # With x for -x: the sine of 1 - x is sin(1)*cos(x) - cos(1)*sin(x).
        (
            "sin(x + 1)/x",
            -INFINITY,
            arb(-1),
            sympy.cos(1) * (PI / 2 - sympy.Si(1)) + sympy.sin(1) * sympy.Ci(1),
        ),
        ("sin(x)/x", arb(100_000), INFINITY, PI / 2 - sympy.Si(100_000)),
        ("sin(log(2)*x)/x", arb(0), INFINITY, PI / 2),
        ("cos(x + log(3))/(x^2 + 1)", -INFINITY, INFINITY, PI * sympy.cos(sympy.log(3)) / E),
        (
            "exp(-x)*sin(x + log(3))",
            arb(0),
            INFINITY,
            (sympy.cos(sympy.log(3)) + sympy.sin(sympy.log(3))) / 2,
        ),
        ("exp(-x)*cos(x/1000)", arb(0), INFINITY, 1 / (1 + sympy.Rational(1, 10**6))),
        # From the residue at 1 + 2*I.
        (
            "sin(sqrt(2)*x + 1)/(x^2 - 2*x + 5)",
            -INFINITY,
            INFINITY,
            PI * sympy.sin(1 + sympy.sqrt(2)) * sympy.exp(-2 * sympy.sqrt(2)) / 2,
        ),
    ],
)
def test_integrals(integrand: str, low: arb, high: arb, expected: sympy.Expr) -> None:
    with working_precision(BITS):
        found = integral_of(parse_expression(integrand).expr, low, high, Deadline.after(60)).value.real
        assert abs(found - arb(str(sympy.N(expected, 60)))) < arb(10) ** -15 * abs(found)


@pytest.mark.parametrize(
    "integrand",
    [
        "sin(x)",
        "x*cos(x)/(x + 1)",
        "sin(x)^2/x",
        "exp(x)*sin(x)",
        "sin(x^2)/x",
        "sin(x)/sqrt(x^4 + 1)",
        "sin(x)/sqrt(3 - x)",
        "sin(x)/cosh(x)",
        "tan(x)/x",
        "1/x^2",
        # What falls off by itself needs no turn, and what may not oscillate gets none.
        "exp(-x)*cos(x/1000)",
        "cos(x)*exp((sqrt(2)*sqrt(3) - sqrt(6))*x)",
        "cos((sqrt(2)*sqrt(3) - sqrt(6))*x)/x",
        "sin(x)/(x + 10^6)",
        "sin(x)/(x + sqrt(x))",
        "sin(x)/log(x + 2)",
    ],
)
def test_what_is_not_known_to_fall_off(integrand: str) -> None:
    with working_precision(BITS):
        assert tail_of(parse_expression(integrand).expr) is None


def test_a_tail_begins_beyond_all_singularities() -> None:
    with working_precision(BITS):
        tail = tail_of(parse_expression("sin(x)*log(x - 3)/((x - 10)*sqrt(x^2 - 40))").expr)
    assert tail is not None and tail.start > 10
