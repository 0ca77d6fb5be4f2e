"""Airy's and Bessel's functions: values, identities, and the equations that they solve."""

import mpmath
import pytest
import symengine
import sympy
from flint import acb

import symmath
from symmath.errors import ParseError, UnsupportedError
from symmath.expr.balls import constant, evaluate, variable, working_precision
from symmath.expr.bessel import of_least_order
from symmath.expr.breaks import breaks
from symmath.expr.canonical import canonical_tokens
from symmath.expr.kernels import Field
from symmath.expr.operators import BESSEL, BY_TOKEN, X
from symmath.expr.parse import parse_expression
from symmath.expr.prefix import decode, encode
from symmath.expr.show import STYLES, show
from symmath.expr.special import slope_of
from symmath.verification import Verdict

HALF, THIRD = symengine.Rational(1, 2), symengine.Rational(1, 3)
AIRY = ("airyai", "airybi", "airyaiprime", "airybiprime")
MPMATH = {"airyai": mpmath.airyai, "airybi": mpmath.airybi} | {name: getattr(mpmath, name) for name in BESSEL}


def close(value: acb, expected: complex) -> bool:
    return abs(complex(value) - complex(expected)) < 1e-12 * (1 + abs(complex(expected)))


@pytest.mark.parametrize("name", BESSEL)
@pytest.mark.parametrize("order", [symengine.Integer(0), symengine.Integer(2), THIRD, -HALF])
@pytest.mark.parametrize("point", [0.7, complex(1.25, 0.5)])
def test_values_and_derivatives_are_those_of_mpmath(name: str, order: sympy.Expr, point: complex) -> None:
    nu = float(order)
    with working_precision(100):
        s = evaluate(encode(BY_TOKEN[name].build(order, X)), {"x": variable(acb(point), 4)}, 4)
    of = MPMATH[name]
    for k in range(4):
        expected = mpmath.diff(lambda z: of(nu, z), point, k) / mpmath.factorial(k)
        assert abs(complex(s[k]) - complex(expected)) < 1e-8 * (1 + abs(complex(expected)))


@pytest.mark.parametrize("name", [*AIRY, *BESSEL])
def test_rules_of_differentiation_agree_with_series(name: str) -> None:
    operator = BY_TOKEN[name]
    u = 2 * X**2 + 1
    e = operator.build(u) if operator.arity == 1 else operator.build(THIRD, u)
    point = acb(0.375, 0.25)
    with working_precision(200):
        series = evaluate(canonical_tokens(e), {"x": variable(point, 2)}, 2)
        slope = evaluate(canonical_tokens(slope_of(e)), {"x": constant(point, 1)}, 1)
    assert close(series[1], complex(slope[0]))


@pytest.mark.parametrize("name", BESSEL)
@pytest.mark.parametrize("steps", [-3, -1, 0, 2, 4])
def test_orders_are_reduced(name: str, steps: int) -> None:
    order = THIRD + steps
    reduced = of_least_order(name, order, X)
    orders = {part.args[0] for part in reduced.atoms(symengine.FunctionSymbol)}
    assert orders <= {THIRD, THIRD + 1}
    with working_precision(200):
        environment = {"x": constant(acb(1.5, 0.5), 1)}
        values = [evaluate(encode(e), environment, 1)[0] for e in (reduced, BY_TOKEN[name].build(order, X))]
    assert close(values[0], complex(values[1]))


def test_an_order_far_away_is_left_alone() -> None:
    with pytest.raises(UnsupportedError, match="order"):
        of_least_order("besselj", symengine.Integer(40), X)


def test_an_order_that_varies_has_no_derivative() -> None:
    with pytest.raises(UnsupportedError, match="order"):
        slope_of(BY_TOKEN["besselj"].build(X, X))


@pytest.mark.parametrize(
    "text", ["besselj(1/2, 2*x)", "bessely(0, x)^2", "besselk(n, x)", "airyai(x)*airybiprime(2*x)"]
)
def test_texts_and_tokens_come_back(text: str) -> None:
    read = parse_expression(text, "x", parameters=None)
    assert decode(encode(read.expr)) == read.expr
    again = parse_expression(show(read.expr, "sympy", parameters=read.parameters), "x", parameters=None)
    assert again.expr == read.expr


@pytest.mark.parametrize("text", ["BesselJ(2, x)", "bessel_j(2, x)", "besselj(2, x)"])
def test_spellings(text: str) -> None:
    assert parse_expression(text).expr == BY_TOKEN["besselj"].build(symengine.Integer(2), X)


@pytest.mark.parametrize("text", ["besselj(x)", "besselj x", "besselj(1, 2, x)", "airyai(1, x)"])
def test_wrong_numbers_of_arguments_are_refused(text: str) -> None:
    with pytest.raises(ParseError, match="argument"):
        parse_expression(text)


@pytest.mark.parametrize("style", STYLES)
def test_styles(style: str) -> None:
    e = BY_TOKEN["besselj"].build(symengine.Integer(2), X) + BY_TOKEN["airybi"].build(X)
    assert show(e, style)  # type: ignore[arg-type]


def test_styles_of_maxima_and_mathematica() -> None:
    e = BY_TOKEN["bessely"].build(symengine.Integer(2), X) * BY_TOKEN["airyaiprime"].build(X)
    assert show(e, "maxima") == "airy_dai(x)*bessel_y(2, x)"
    assert show(e, "mathematica") == "AiryAiPrime[x]*BesselY[2, x]"


def test_cuts_begin_at_zero_but_for_entire_functions() -> None:
    def places(text: str) -> tuple[float, ...]:
        return breaks(encode(parse_expression(text).expr)).places

    assert places("besselj(1/3, x - 2)") == (2.0,) == places("bessely(0, x - 2)")
    assert places("besselj(3, x - 2)") == () == places("airyai(x - 2)")


SOLVED = {
    "y'' = x*y": {"airyai", "airybi"},
    "y'' = (2*x + 3)*y": {"airyai", "airybi"},
    "y'' + x*y = 0": {"airyai", "airybi"},
    "y'' - 2*y' + (1 + x)*y = 0": {"airyai", "airybi"},
    "x^2*y'' + x*y' + (x^2 - 1)*y = 0": {"besselj", "bessely"},
    "x^2*y'' + x*y' - (x^2 + 1/9)*y = 0": {"besseli", "besselk"},
    "x*y'' + y' + y = 0": {"besselj", "bessely"},
    "x*y'' + 2*y' + x^3*y = 0": {"besselj", "bessely"},
    "y'' + (exp(2*x) - 1)*y = 0": {"besselj", "bessely"},
    "y'' + y/x^5 = 0": {"besselj", "bessely"},
}


@pytest.mark.parametrize("text", SOLVED)
def test_equations(text: str) -> None:
    found = symmath.dsolve(text, mode="fit", timeout=20)
    assert found.is_general and found.verdict is Verdict.PROVED
    functions = {type(f).__name__ for f in found.expr.atoms(sympy.Function)}
    assert functions - {"exp", "sqrt"} == SOLVED[text]
    # By numbers that share no code with the verifier.
    x, c1, c2 = sympy.symbols("x c1 c2")
    y = sympy.lambdify(x, found.expr.subs({c1: 2, c2: sympy.Rational(1, 3)}), "mpmath")
    problem = symmath.questions.read_equation(text).expr
    residual = sympy.lambdify(sympy.symbols("x y0 y1 y2"), _residual(problem), "mpmath")
    with mpmath.workdps(40):
        at = mpmath.mpf("1.3")
        slopes = [mpmath.diff(y, at, k) for k in range(3)]
        assert abs(residual(at, *slopes)) < mpmath.mpf(10) ** -12


def _residual(problem: symengine.Basic) -> sympy.Expr:
    names = {"y": "y0", "y'": "y1", "y''": "y2"}
    symbols = {symengine.Symbol(old): symengine.Symbol(new) for old, new in names.items()}
    return sympy.sympify(str(problem.xreplace(symbols)))


@pytest.mark.parametrize(
    ("equation", "conditions", "expected"),
    [
        ("x*y'' + y' + x*y = 0", "y(0) = 1, y'(0) = 0", "besselj(0, x)"),
        ("x^2*y'' + x*y' + (x^2 - 1)*y = 0", "y(0) = 0, y'(0) = 1", "2*besselj(1, x)"),
        ("r*R'' + R' + k^2*r*R = 0", "R(0) = A", "A*besselj(0, k*r)"),
    ],
)
def test_members_that_are_finite_at_zero(equation: str, conditions: str, expected: str) -> None:
    found = symmath.dsolve(equation, ics=conditions, mode="fit", timeout=30)
    assert found.expr is not None, found.reason
    assert str(found.expr) == expected


def test_conditions_at_a_regular_point() -> None:
    found = symmath.dsolve("y'' = x*y", ics="y(0) = 1, y'(0) = 0", mode="fit", timeout=30)
    assert abs(found.expr.subs("x", 0).evalf() - 1) < 1e-12
    assert abs(found.expr.diff("x").subs("x", 0).evalf()) < 1e-12


def test_parameters() -> None:
    found = symmath.dsolve("x^2*y'' + x*y' + (x^2 - n^2)*y = 0", mode="fit", timeout=30)
    assert found.is_general and str(found.expr) == "c1*besselj(n, x) + c2*bessely(n, x)"


def test_riccati_and_products() -> None:
    assert symmath.dsolve("y' = x + y^2", mode="fit", timeout=30).expr.has(sympy.airyai)
    assert symmath.dsolve("y''' - 4*x*y' - 2*y = 0", mode="fit", timeout=30).is_general


@pytest.mark.parametrize(
    ("equation", "answer", "verdict"),
    [
        ("x^2*y'' + x*y' + (x^2 - 1)*y = 0", "A*besselj(1, x) + B*bessely(1, x)", Verdict.PROVED),
        ("x^2*y'' + x*y' + (x^2 - 1)*y = 0", "A*besselj(-1, x) + B*bessely(1, x)", Verdict.PROVED),
        ("x^2*y'' + x*y' + (x^2 - 1)*y = 0", "A*besselj(2, x) + B*bessely(1, x)", Verdict.REFUTED),
        ("y'' = x*y", "A*airyai(x) + B*airybi(-x)", Verdict.REFUTED),
    ],
)
def test_answers_are_judged(equation: str, answer: str, verdict: Verdict) -> None:
    assert symmath.verify_solution(equation, answer).verdict is verdict


def test_functions_of_half_an_order_are_elementary() -> None:
    found = symmath.dsolve("x^2*y'' + x*y' + (x^2 - 1/4)*y = 0", mode="fit", timeout=30)
    assert not found.expr.has(sympy.besselj) and found.is_general


def test_sympys_functions_are_read() -> None:
    x = sympy.Symbol("x")
    claimed = sympy.Symbol("C1") * sympy.besselj(0, x) + sympy.Symbol("C2") * sympy.bessely(0, x)
    assert symmath.verify_solution("x*y'' + y' + x*y = 0", claimed).verdict is Verdict.PROVED


def test_kernels_of_different_orders_are_different() -> None:
    first, second = (BY_TOKEN["besselj"].build(symengine.Integer(n), X) for n in (0, 1))
    assert not Field.of([first - second]).is_zero(first - second)


@pytest.mark.parametrize(
    ("integrand", "primitive"),
    [
        ("x*besselj(0, x)", "x*besselj(1, x)"),
        ("x^3*besselj(0, x)", "2*x^2*besselj(0, x) + (x^3 - 4*x)*besselj(1, x)"),
        ("x*besselj(0, x)^2", "x^2*(besselj(0, x)^2 + besselj(1, x)^2)/2"),
        ("exp(x)*besseli(0, x)", "x*exp(x)*(besseli(0, x) - besseli(1, x))"),
        ("besselk(1, 2*x)", "-besselk(0, 2*x)/2"),
        ("besselj(0, sqrt(x))", "2*sqrt(x)*besselj(1, sqrt(x))"),
        ("airyai(x)^2", "x*airyai(x)^2 - airyaiprime(x)^2"),
        ("x^2*airybi(x)", "x*airybiprime(x) - airybi(x)"),
    ],
)
def test_integrals(integrand: str, primitive: str) -> None:
    assert symmath.verify(integrand, primitive).verdict is Verdict.PROVED
    found = symmath.integrate(integrand, mode="fit", timeout=30)
    assert found.verdict is Verdict.PROVED, found.reason


def test_integrals_of_any_order() -> None:
    found = symmath.integrate("x^(n + 1)*besselj(n, x)", mode="fit", timeout=30)
    assert str(found.expr) == "x**(n + 1)*besselj(n + 1, x)"


@pytest.mark.parametrize("integrand", ["besselj(0, x)", "airyai(x)/x"])
def test_what_has_no_such_primitive(integrand: str) -> None:
    assert symmath.integrate(integrand, mode="fit", timeout=10).expr is None
