"""Primitives with special functions: found, proved, and right by quadrature that knows none of them."""

from __future__ import annotations

import random

import mpmath
import pytest
import sympy

from symmath import integrate
from symmath.ansatz import special
from symmath.ansatz.modular import Points
from symmath.errors import ParseError, UnsupportedError
from symmath.expr.bridge import from_sympy, to_sympy
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import SPECIAL_FUNCTIONS, TOKENS, Expr, Operator, X
from symmath.expr.parse import parse_expression
from symmath.expr.prefix import decode
from symmath.expr.special import holds_special, slope_of
from symmath.tasks import TASKS
from symmath.tasks.integrate import make_pair
from symmath.tasks.ode import encode_solution
from symmath.tasks.task import Rejection
from symmath.verification import Verdict
from symmath.verification.integrals import verify_integral
from tests.unit.test_command_line import shell

INTEGRANDS = [
    "exp(-x^2)",
    "x^2*exp(-x^2/2 + x)",
    "exp(x^2)*x^2",
    "exp(-x)*sqrt(x)",
    "exp(-1/x^2)",
    "exp(-log(x)^2)/x",
    "exp(-tan(x)^2)*sec(x)^2",
    "sqrt(log(x))",
    "x/sqrt(log(x))",
    "exp(x)/x^3",
    "exp(x)/(2*x - 15)",
    "exp(1/x)",
    "exp(exp(x))",
    "exp(sqrt(x))/x",
    "2^x/x",
    "exp(x)*log(x)",
    "x^3/log(x)",
    "1/(1 + log(x))",
    "log(log(x))",
    "1/log(x)^2",
    "sin(x)/x",
    "cos(2*x)/(3*x - 20)",
    "sin(x)^3/x^2",
    "sin(1/x)",
    "sin(x)*log(x)",
    "cosh(x)/x",
    "sinh(x)^2/x",
    "sin(x^2)",
    "sin(1 - 2*x - x^2)",
    "x^2*cos(x^2 + x)",
    "sin(x)/sqrt(x + 1)",
    "log(1 + x)/x",
    "log(x)/(x + 1)",
    "log(x)/(x + 7)",
    "log(x + 3)/(x^2 - x)",
    "x/(exp(x) - 1)",
    "x/(3*exp(2*x) + 1)",
    "x^3/(exp(x) - 1)",
    "log(1 + exp(-x))",
]
FAMILIES = [
    "exp(-a*x^2)",
    "exp(-(x - m)^2/(2*s^2))",
    "exp(-k*x)/x",
    "exp(-k*x)/(x + b)",
    "x^2*exp(-x^2/(2*s^2))",
    "cos(k*x^2)",
    "sin(k*x)/x",
    "exp(-k*x)/sqrt(x)",
]


def read(text: str) -> Expr:
    return parse_expression(text, "x", parameters=None).expr


@pytest.mark.parametrize("text", INTEGRANDS)
def test_primitives_are_proved_and_agree_with_quadrature(text: str) -> None:
    integrand = read(text)
    found = next(TASKS["integrate"].fit(integrand, ())).expr
    assert holds_special(found)
    assert verify_integral(integrand, found).verdict is Verdict.PROVED
    low, high = mpmath.mpf(2), mpmath.mpf(3)
    x = sympy.Symbol("x")
    value = sympy.lambdify(x, to_sympy(found), "mpmath")
    expected = mpmath.quad(sympy.lambdify(x, to_sympy(integrand), "mpmath"), [low, high])
    assert mpmath.almosteq(value(high) - value(low), expected, 1e-10)


@pytest.mark.parametrize("text", FAMILIES)
def test_families_are_proved(text: str) -> None:
    integrand = read(text)
    found = special.primitive(integrand)
    assert found is not None and holds_special(found)
    assert verify_integral(integrand, found).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    "text", ["sqrt(sin(x))", "exp(-x)*sin(x)/x", "x^x", "1/sqrt(x^3 + 1)", "x", "tan(x)*x"]
)
def test_nothing_is_made_up(text: str) -> None:
    found = special.primitive(read(text))
    assert found is None or not holds_special(found)


def test_elementary_primitives_stay_elementary() -> None:
    for text in ("x*exp(-x^2)", "exp(x)*(1/x - 1/x^2)", "log(x)/x", "2*x*sin(x^2)", "1/(x*log(x))"):
        assert not holds_special(next(TASKS["integrate"].fit(read(text), ())).expr), text


# gamma is of constants, see test_limits.py.
@pytest.mark.parametrize(
    "operator", [o for o in SPECIAL_FUNCTIONS if o.token != "gamma"], ids=lambda operator: operator.token
)
def test_every_special_function_is_read_written_and_derived(operator: Operator) -> None:
    name, order = operator.token, "" if operator.arity == 1 else "1/3, "
    text = f"{name}({order}x^2/9)"
    e = read(text)
    assert name not in TOKENS
    assert decode(canonical_tokens(e)) == e
    assert from_sympy(to_sympy(e)) == e
    x = sympy.Symbol("x")
    place = {x: sympy.Rational(7, 10)}
    expected = sympy.diff(to_sympy(e), x).subs(place).evalf(20)
    slope = to_sympy(slope_of(e)).subs(place).evalf(20)
    assert abs(slope - expected) < 1e-12
    assert verify_integral(slope_of(e), e).verdict is Verdict.PROVED
    assert verify_integral(slope_of(e), 2 * e).verdict is Verdict.REFUTED


def test_other_orders_of_polylogarithms_are_refused() -> None:
    with pytest.raises(ParseError, match="orders 2 to 4"):
        read("polylog(5, x)")
    with pytest.raises(UnsupportedError):
        from_sympy(sympy.polylog(5, sympy.Symbol("x")))


def test_slopes_of_nested_functions() -> None:
    e = read("x*erf(erf(x))")
    x = sympy.Symbol("x")
    assert sympy.simplify(to_sympy(slope_of(e)) - sympy.diff(to_sympy(e), x)) == 0
    assert slope_of(X**2) == 2 * X


@pytest.mark.parametrize(
    ("problem", "value"),
    [
        (r"\int_{-\infty}^{\infty} e^{-x^2} dx", "sqrt(pi)"),
        (r"\int_0^\infty \frac{\sin x}{x} dx", "pi/2"),
        (r"\int_0^\infty \frac{\sin^2 x}{x^2} dx", "pi/2"),
        (r"\int_0^\infty \frac{\cos x}{\sqrt{x}} dx", "sqrt(2)*sqrt(pi)/2"),
        (r"\int_0^\infty \frac{x}{e^x - 1} dx", "pi**2/6"),
        (r"\int_0^\infty \frac{x^3}{e^x - 1} dx", "pi**4/15"),
        (r"\int_0^\infty \frac{x^2}{e^x + 1} dx", "3*zeta(3)/2"),
        (r"\int_0^\infty e^{-x} \log x \, dx", "-EulerGamma"),
        (r"\int_{-\infty}^\infty \frac{e^{-(x-m)^2/(2 s^2)}}{s \sqrt{2\pi}} dx", "1"),
        (r"\int_0^\infty x^2 e^{-a x^2} dx", "sqrt(pi)/(4*a**(3/2))"),
    ],
)
def test_definite_integrals(problem: str, value: str) -> None:
    done = shell("integrate", problem, "--engine", "fit", "--timeout", "60")
    assert (done.exit_code, done.stdout.split(" = ")[0].strip()) == (0, value)


@pytest.mark.parametrize("problem", [r"\int_0^\infty \sin x \, dx", r"\int_0^\infty x \cos(x^2) dx"])
def test_what_goes_on_oscillating_has_no_integral(problem: str) -> None:
    done = shell("integrate", problem, "--engine", "fit", "--timeout", "60")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "the integral diverges: the primitive has no limit at oo" in done.stderr


def test_what_dies_away_slowly_does_not_diverge() -> None:
    done = shell(
        "integrate", "cos(x)/log(x) - sin(x)/(x*log(x)^2)", "--from", "2", "--to", "oo", "--engine", "fit"
    )
    assert done.exit_code == 1 and "quadrature did not converge" in done.stderr


def test_an_exponential_with_a_parameter_beside_a_logarithm() -> None:
    found = integrate("exp(-a*x)*log(x)", "x", mode="fit")
    assert found.verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("equation", "solution"),
    [
        ("y' = exp(-x^2)", "y = c1 + sqrt(pi)*erf(x)/2"),
        ("y' + 2*x*y = 1", "y = (c1 + sqrt(pi)*erfi(x))*exp(-x**2)/2"),
        ("y'' + y = 1/x", "y = c1*cos(x) + c2*sin(x) + sin(x)*Ci(x) - cos(x)*Si(x)"),
        ("y' = exp(y^2)", "-x + sqrt(pi)*erf(y(x))/2 = c1"),
    ],
)
def test_equations(equation: str, solution: str) -> None:
    done = shell("dsolve", equation, "--engine", "fit")
    assert (done.exit_code, done.stdout.strip()) == (0, solution)
    assert "proved" in done.stderr


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        ("sympy", "-polylog(2, -x)"),
        ("latex", r"- \operatorname{Li}_{2}\left(- x\right)"),
        ("mathematica", "-PolyLog[2, -x]"),
        ("maxima", "-li[2](-x)"),
    ],
)
def test_dilogarithms_in_every_style(style: str, shown: str) -> None:
    done = shell("integrate", "log(1 + x)/x", "--engine", "fit", "--format", style)
    assert done.stdout.strip() == f"{shown} + C"


def test_maxima_has_its_own_names() -> None:
    done = shell("integrate", "exp(x)/x + sin(x^2)", "--engine", "fit", "--format", "maxima")
    assert done.stdout.strip() == "expintegral_ei(x) + sqrt(2)*sqrt(%pi)*fresnel_s(sqrt(2)*x/sqrt(%pi))/2 + C"


def test_training_data_hold_no_special_functions() -> None:
    for integrand, primitive in (("sin(x)/x", "Si(x)"), ("erf(x)", "x*erf(x) + exp(-x^2)/sqrt(pi)")):
        assert make_pair(read(integrand), read(primitive), random.Random(1)) is Rejection.UNREPRESENTABLE
    assert encode_solution(read("erf(x)")) is Rejection.UNREPRESENTABLE


def test_functions_of_one_argument_are_told_apart() -> None:
    """They had one value in the field that coefficients are fitted over."""
    points = Points(8)
    values = [points.value(read(f"{name}(x)")).tolist() for name in ("Si", "Ci", "dilog", "trilog")]
    assert len({tuple(value) for value in values}) == 4
