"""Bessel's functions of fractional orders at zero, gamma of numbers, and what has no value at zero."""

import mpmath
import pytest
import sympy
from flint import acb

import symmath
from symmath.errors import ParseError, UnsupportedError
from symmath.expr.balls import evaluate, variable
from symmath.expr.bridge import from_sympy, to_sympy
from symmath.expr.canonical import canonical_tokens
from symmath.expr.conditions import parse_conditions
from symmath.expr.operators import BY_TOKEN, X
from symmath.expr.parse import parse_equation, parse_expression
from symmath.expr.special import slope_of
from symmath.odes.limits import by_first_kind, by_first_terms
from symmath.verification.equations import derivative_at
from symmath.verification.initial import meets


@pytest.mark.parametrize(
    ("text", "order"),
    [("asin(1 - x^2)", 1), ("acosh(1 + x^2)", 1), ("x^2*besselk(3, x)", 0), ("besseli(1/4, x^2/2)", 1)]
    + [("li(1 + x^2)", 1), ("x*log(x)", 0), ("polylog(2, 1 - x^2)", 1)],
)
def test_zero_times_what_has_no_value_has_none(text: str, order: int) -> None:
    tokens = canonical_tokens(parse_expression(text).expr)
    assert not derivative_at(tokens, {"x": acb(0)}, order).is_finite()
    beside = evaluate(tokens, {"x": variable(acb(0.25), order + 1)}, order + 1)
    assert all(beside[k].is_finite() for k in range(order + 1))


def test_the_gamma_function_is_of_constants() -> None:
    e = parse_expression("x*gamma(1/4) + Gamma(2/3)").expr
    x = sympy.Symbol("x")
    assert to_sympy(e) == x * sympy.gamma(sympy.Rational(1, 4)) + sympy.gamma(sympy.Rational(2, 3))
    assert from_sympy(to_sympy(e)) == e
    value = evaluate(canonical_tokens(e), {"x": variable(acb(2), 1)}, 1)[0]
    assert float(value.real) == pytest.approx(float(2 * mpmath.gamma(0.25) + mpmath.gamma(mpmath.mpf(2) / 3)))
    assert slope_of(e) == parse_expression("gamma(1/4)").expr
    # Where no bracket follows it is a name.
    assert parse_expression("gamma*x", parameters=None).parameters == ("gamma",)
    with pytest.raises(ParseError, match="of rational numbers"):
        parse_expression("gamma(x)")
    with pytest.raises(UnsupportedError, match="derivative of gamma"):
        slope_of(BY_TOKEN["gamma"].build(X))


@pytest.mark.parametrize(
    "text", ["besselj(5/4, x)", "besseli(7/3, x)", "besselj(-9/4, x)", "besseli(-5/4, x)"]
)
def test_orders_come_near_zero_by_their_recurrence(text: str) -> None:
    e = parse_expression(text).expr
    written = to_sympy(by_first_kind(e))
    assert all(abs(f.order) < 1 for f in written.atoms(sympy.besselj, sympy.besseli))
    x = sympy.Symbol("x")
    assert float((written - to_sympy(e)).subs(x, sympy.Rational(3, 2)).evalf(30)) == pytest.approx(
        0, abs=1e-20
    )


def test_first_terms_have_the_same_limit() -> None:
    x = sympy.Symbol("x", positive=True)
    e = sympy.sqrt(x) * sympy.besselj(sympy.Rational(-1, 4), x**2 / 2)
    assert sympy.limit(by_first_terms(e), x, 0) == sympy.sqrt(2) / sympy.gamma(sympy.Rational(3, 4))


@pytest.mark.parametrize(
    ("equation", "start", "slope"),
    [
        ("y' = x^2 + y^2", 0, lambda x, y: x**2 + y**2),
        ("y' = x^2 + y^2", 1, lambda x, y: x**2 + y**2),
        ("y' = x^2 - y^2", 1, lambda x, y: x**2 - y**2),
        ("y' = 1 + x*y^2", 0, lambda x, y: 1 + x * y**2),
    ],
)
def test_riccatis_equations_from_zero(equation: str, start: int, slope) -> None:
    found = symmath.dsolve(equation, ics=f"y(0) = {start}", mode="fit", timeout=30)
    assert found.expr is not None and found.candidate.is_verified
    right = mpmath.odefun(slope, 0, start)
    left = mpmath.odefun(lambda t, y: -slope(-t, y), 0, start)
    x = sympy.Symbol("x")
    for place, value in ((0.5, right(0.5)), (-0.5, left(0.5))):
        assert complex(found.expr.subs(x, place).evalf(20)) == pytest.approx(complex(value), abs=1e-9)


@pytest.mark.parametrize(
    ("equation", "conditions", "expected"),
    [
        ("y'' + x^2*y = 0", "y(0) = 1, y'(0) = 0", "gamma(3/4)*sqrt(x/2)*besselj(-1/4, x^2/2)"),
        ("y'' = x^2*y", "y(0) = 0, y'(0) = 1", "gamma(1/4)*sqrt(2*x)/4*besseli(1/4, x^2/2)"),
    ],
)
def test_values_and_slopes_at_zero(equation: str, conditions: str, expected: str) -> None:
    found = symmath.dsolve(equation, ics=conditions, mode="fit", timeout=30)
    assert found.expr is not None and found.candidate.is_verified
    x = sympy.Symbol("x")
    difference = found.expr - to_sympy(parse_expression(expected).expr)
    assert abs(difference.subs(x, sympy.Rational(4, 3)).evalf(30)) < 1e-20


def test_general_solutions_are_written_by_the_shorter_pair() -> None:
    found = symmath.dsolve("y' = x^2 + y^2", mode="fit", timeout=30)
    assert found.is_general
    orders = {abs(f.order) for f in found.expr.atoms(sympy.besselj)}
    assert orders == {sympy.Rational(1, 4), sympy.Rational(3, 4)} and not found.expr.has(sympy.bessely)


def test_a_solution_of_one_side_is_one_where_the_other_is_not_real() -> None:
    equation = parse_equation("y'' + x^2*y = 0").residual
    conditions = parse_conditions("y(0) = 1, y'(0) = 0")[0]
    real_on_the_right = parse_expression("gamma(3/4)*sqrt(x/2)*besselj(-1/4, x^2/2)").expr
    assert meets(equation, real_on_the_right, conditions)
    assert not meets(equation, 2 * real_on_the_right, conditions)
    # Odd, so that it is -1 on the left, and real there.
    c = "2*gamma(3/4)/gamma(1/4)"
    odd = parse_expression(
        f"-x*(besselj(-3/4, x^2/2) + {c}*besselj(3/4, x^2/2))"
        f"/(besselj(1/4, x^2/2) - {c}*besselj(-1/4, x^2/2))"
    ).expr
    riccati = parse_equation("y' = x^2 + y^2").residual
    assert not meets(riccati, odd, parse_conditions("y(0) = 1")[0])
    assert not meets(riccati, odd.subs({X: -X}), parse_conditions("y(0) = 1")[0])
