import time

import pytest
from flint import arb

from symmath.deadline import Deadline
from symmath.errors import NoSolutionError
from symmath.expr.balls import working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.parse import parse_expression
from symmath.solve.quadrature import BITS, NotConvergedError, Quadrature, function_of

INFINITY = float("inf")


def over(text: str, low: float, high: float, seconds: float = 20.0) -> arb:
    function = function_of(canonical_tokens(parse_expression(text, "x").expr))
    with working_precision(BITS):
        return Quadrature(function, Deadline.after(seconds)).over(arb(low), arb(high)).value.real


@pytest.mark.parametrize(
    ("text", "low", "high", "value"),
    [
        ("1/(1 + 10^6*(x - 1/3)^2)", 0, 1, "0.003137092663714743120028"),
        ("exp(-10^6*(x - 1/3)^2)", -100, 100, "0.001772453850905516027298"),
        ("exp(x^2)", 0, 30, "1.222148765104476397963e389"),
        ("log(abs(x))", -1, 2, "-1.613705638880109381"),
        ("exp(-x)*sin(x)", 0, INFINITY, "0.5"),
        ("exp(-x^2)", -INFINITY, INFINITY, "1.772453850905516027298"),
        ("sqrt(x)*log(x)", 0, 1, "-0.444444444444444444444"),
        ("acosh(x) + asin(x/2) + atanh(x/3)", 1, 2, "2.34566693498889758"),
        ("sqrt(1 - cos(x)) + sqrt(1 - sin(x)) + sqrt(1 + cos(2*x))", 0, 6, "16.2448490444018512"),
        ("x^3*sign(x)", -1, 1, "0.5"),
        # An integer in the ball of an exponent is one of many numbers there.
        ("2^x", 0, 0.5, "0.59758385230461574"),
        ("(10^30)^x", 0, 0.5, "1.44764827301083938e13"),
        ("x^x", 1, 2, "2.0504462345347312"),
    ],
)
def test_integrals(text: str, low: float, high: float, value: str) -> None:
    found = over(text, low, high)
    assert abs(found - arb(value)) < abs(arb(value)) * arb("1e-9")
    assert found.rad() < abs(found) * arb("1e-14")


@pytest.mark.parametrize(
    ("text", "low", "high", "reason"),
    [
        ("1/(x - 5)^2", 0, INFINITY, "near 5.0000"),
        ("1/(x^2 - 2)", 0, 2, "near 1.41421"),
        ("log(x)", -1, 1, "not real near -"),
        ("1/(1 - x)", 0, 2, "no value, near 1.0000"),
    ],
)
def test_what_is_wrong_with_an_integrand(text: str, low: float, high: float, reason: str) -> None:
    with pytest.raises(NoSolutionError, match=reason):
        over(text, low, high)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("sin(x)/x", 1, INFINITY), ("1/x", 0, 1), ("sin(x)", 0, 1e30), ("1/(2 + cos(x))", 0, 1e30)],
)
def test_quadrature_ends_in_time(text: str, low: float, high: float) -> None:
    begin = time.monotonic()
    with pytest.raises(NotConvergedError):
        over(text, low, high, 1.0)
    assert time.monotonic() - begin < 3.0
