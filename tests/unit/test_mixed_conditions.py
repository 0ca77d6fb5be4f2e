"""Conditions that combine values of the unknown: Robin's, periodic ones, equal values at several points."""

import pytest
import sympy
from typer.testing import CliRunner

import symmath
from symmath.cli import app
from symmath.errors import ParseError, UnsupportedError
from symmath.expr.conditions import Condition, Term, parse_conditions
from symmath.expr.operators import SYMBOL_EXPRS
from symmath.expr.parse import parse_equation, parse_expression
from symmath.expr.systems import split_off_conditions
from symmath.questions import read_equation
from symmath.verification.initial import meets

ZERO, ONE = (parse_expression(text).expr for text in "01")


def test_a_condition_is_a_value_or_a_combination() -> None:
    (condition,), _ = parse_conditions("3 = 2*y(0) - 4*y'(1)")
    assert condition == Condition(0, ZERO, 3 * ONE / 2, (Term(-2 * ONE, 1, ONE),))
    assert parse_conditions("2y(0) = 4")[0] == parse_conditions("y(0) = 2")[0]
    assert parse_conditions("y(0) = y(1) = 3")[0] == parse_conditions("y(0) = 3, y(1) = 3")[0]
    (condition,), names = parse_conditions("-k*T'(L) = h*(T(L) - T_a)", "T")
    k, h, end, beyond = (SYMBOL_EXPRS["abpq"[names.index(name)]] for name in ("k", "h", "L", "T_a"))
    assert {term[1:] for term in condition.terms} == {(0, end, 0), (1, end, 0)}
    # Divided by the factor of the first term, whichever that is.
    by_order = {term.order: term.factor for term in condition.terms}
    assert (by_order[1] / by_order[0] - k / h).expand() == 0
    assert (condition.value / by_order[0] - beyond).expand() == 0


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("y(0)^2 = 4", 0, "linear"),
        ("y(0)*y'(0) = 4", 0, "linear"),
        ("y(0) - y(0) = 1", 0, "a condition such as"),
        ("y(0) = 1, 2 = 3", 10, "a condition such as"),
        ("y(y(0)) = 1", 2, "a number was expected"),
        ("x*y(0) = 1", 0, "a number was expected"),
        ("y(x) = 1", 2, "a number was expected"),
        ("y(0) + y''''(1) = 1", 7, "up to order 3"),
    ],
)
def test_what_is_none_is_pointed_at(text: str, position: int, message: str) -> None:
    with pytest.raises(ParseError, match=message) as caught:
        parse_conditions(text)
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("equation", "conditions", "expected"),
    [
        ("y'' = 0", "y(0) = 0, y'(1) + y(1) = 3", "3*x/2"),
        ("y'' + y = 0", "y(0) = y(pi/2) = 1", "sin(x) + cos(x)"),
        ("y' + y = sin(x)", "y(0) = y(2*pi)", "sin(x)/2 - cos(x)/2"),
        ("y'' + 4*y = sin(x)", "y(0) = y(2*pi), y'(0) = y'(2*pi)", "c1*cos(2*x) + c2*sin(2*x) + sin(x)/3"),
        ("y' = y^2", "y(0) = 2*y(1)", "-1/(x + 1)"),
        ("x^2*y'' + x*y' - y = 0", "y(1) = 1, y(2) = y'(2)", "4/x - 3*x"),
        ("T'' = 0", "T(0) = 1, -k*T'(L) = h*T(L)", "1 - h*x/(k + h*L)"),
        ("u'' = -s/k", "u(0) = 0, k*u'(L) = q", "(q + s*L)*x/k - s*x^2/(2*k)"),
        ("x*y'' + 2*y' + x*y = 0", "y(0) + y'(0) = 3", "3*sin(x)/x"),
    ],
)
def test_combinations_fix_constants(equation: str, conditions: str, expected: str) -> None:
    found = symmath.dsolve(equation, ics=conditions, mode="fit", timeout=20)
    assert found.expr is not None and found.candidate.is_verified
    names = {name: sympy.Symbol(name) for name in "ExTkhLsqu"}
    assert sympy.simplify(found.expr - sympy.sympify(expected.replace("^", "**"), names)) == 0


@pytest.mark.parametrize(
    ("equation", "conditions"),
    [("y'' = x", "y(0) = y(1), y'(0) + y'(1) = 2"), ("y' = y", "y(0) = 1, y(1) = 2*y(0)")],
)
def test_what_no_member_meets(equation: str, conditions: str) -> None:
    found = symmath.dsolve(equation, ics=conditions, mode="fit", timeout=20)
    assert found.expr is None and "meets the conditions" in found.reason


def test_combinations_are_verified() -> None:
    equation, answer = parse_equation("y'' = 0").residual, parse_expression("3*x/2").expr
    assert meets(equation, answer, parse_conditions("y(0) = 0, y'(1) + y(1) = 3")[0])
    assert not meets(equation, answer, parse_conditions("y(0) = 0, y'(1) + y(1) = 4")[0])
    assert not meets(equation, answer, parse_conditions("y'(1) - y(1) = 3")[0])
    curve = parse_expression("x^2 + y^2 - 1", symbols=("y",)).expr
    assert not meets(parse_equation("y' = -x/y").residual, curve, parse_conditions("y(0) + y(1/2) = 1")[0])


def test_conditions_beside_equations() -> None:
    texts = [
        "y'' + y = 0",
        "y(0) = y(2*pi)",
        "-k*y'(L) = h*y(L)",
        "y' = sin(2)*y",
        "y = k*(1 - x)",
        "d^2x/dt^2 = x",
    ]
    assert split_off_conditions(texts)[1] == ["y(0) = y(2*pi)", "-k*y'(L) = h*y(L)"]


def test_combinations_as_sympy_writes_them() -> None:
    x, end = sympy.symbols("x L")
    y = sympy.Function("y")
    slope = y(x).diff(x)
    given = [sympy.Eq(y(0), y(1) + 2), sympy.Eq(slope.subs(x, end) / 2, 3 - y(end))]
    asked = read_equation(sympy.Eq(slope.diff(x), 0), ics=given)
    assert asked.conditions == read_equation("y'' = 0", ics="y(0) = y(1) + 2, y'(L)/2 = 3 - y(L)").conditions


def test_conditions_of_systems() -> None:
    found = symmath.dsolve_system(["x' = y", "y' = -x"], ics="x(0) - 2*x'(0) = 1, y(0) = 1")
    t = sympy.Symbol("t")
    expected = {"x": 3 * sympy.cos(t) + sympy.sin(t), "y": sympy.cos(t) - 3 * sympy.sin(t)}
    assert {name: sympy.expand(expr) for name, expr in found.exprs.items()} == expected
    found = symmath.dsolve_system(["x' = y", "y' = -x"], ics="x(0) = x(pi) + 2*y(0), x(0) + y(0) = 1")
    at_zero = {name: sympy.simplify(expr.subs(t, 0)) for name, expr in found.exprs.items()}
    assert at_zero == {"x": sympy.Rational(1, 2), "y": sympy.Rational(1, 2)}
    with pytest.raises(UnsupportedError, match="at infinity"):
        symmath.dsolve_system(["x' = y", "y' = -x"], ics="x(oo) = 0")
    # Each is on one of the functions at least.
    with pytest.raises(ParseError, match="a condition on x or y"):
        symmath.dsolve_system(["x' = y", "y' = -x"], ics="x(0) = 1, k = 2")


@pytest.mark.parametrize(
    ("equation", "conditions", "expected"),
    [
        ("y'' = y", "y(0) = 1, y(oo) = 0", "exp(-x)"),
        ("y'' = 4*y", "y(-oo) = 0, y(0) = 3", "3*exp(2*x)"),
        ("y'' + 2*y'/r = 0", "y(1) = 1, y(∞) = 0", "1/r"),
        ("u'' + u' = 0", r"u(0) = 0, u(\infty) = U", "U - U*exp(-x)"),
        ("T'' = m^2*(T - T_a)", "T(0) = T_b, T(oo) = T_a", "T_a + (T_b - T_a)*exp(-sqrt(m^2)*x)"),
        ("D*c'' = k*c", "c(0) = q, c(oo) = 0", "q*exp(-x*sqrt(k/D))"),
        ("r^2*y'' + r*y' - r^2*y = 0", "y(1) = 1, y(oo) = 0", "besselk(0, r)/besselk(0, 1)"),
        ("y'' = x*y", "y(0) = airyai(0), y'(oo) = 0", "airyai(x)"),
    ],
)
def test_limits_at_infinity(equation: str, conditions: str, expected: str) -> None:
    found = symmath.dsolve(equation, ics=conditions, mode="fit", timeout=30)
    assert found.expr is not None and found.candidate.is_verified
    difference = found.expr - sympy.sympify(expected.replace("^", "**"))
    numbers = {s: sympy.Rational(4 + i, 3) for i, s in enumerate(sorted(difference.free_symbols, key=str))}
    assert abs(difference.subs(numbers).evalf(30)) < 1e-20


@pytest.mark.parametrize(
    ("answer", "conditions", "is_met"),
    [
        ("exp(-x)", "y(0) = 1, y(oo) = 0", True),
        ("exp(-x)", "y(oo) = 0, y'(oo) = 0", True),
        ("exp(-x)", "y(0) = 1, y(oo) = 1", False),
        ("exp(x)", "y(0) = 1, y(oo) = 0", False),
        ("exp(x)", "y(0) = 1, y(-oo) = 0", True),
        ("cosh(x)", "y(0) = 1, y(oo) = 0", False),
    ],
)
def test_limits_are_verified(answer: str, conditions: str, is_met: bool) -> None:
    equation = parse_equation("y'' = y").residual
    assert meets(equation, parse_expression(answer).expr, parse_conditions(conditions)[0]) is is_met


def test_what_goes_round_and_round_has_no_limit() -> None:
    equation = parse_equation("y'' + y = 0").residual
    assert not meets(equation, parse_expression("cos(x)").expr, parse_conditions("y(0) = 1, y(oo) = 0")[0])


@pytest.mark.parametrize("text", ["y(oo + 1) = 0", "y(0) = oo", "y(2*oo) = 0", "oo*y(0) = 1"])
def test_infinity_stands_alone(text: str) -> None:
    with pytest.raises(ParseError, match="not a finite number"):
        parse_conditions(text)


@pytest.mark.parametrize(
    ("equation", "conditions", "expected"),
    [
        ("y' = y*(1 - y)", "y(0) + y(1) = 1", "exp(x)/(exp(x) + exp(1/2))"),
        ("x*y'' + 2*y' = 0", "y(1) = 1, y(2) = 3", "5 - 4/x"),
        ("y' = 1 + y^2", "y(0) + y(pi) = 2", None),
        ("y' = y^2", "y(0) = 1, y(2) = -1", None),
        ("x*y'' + 2*y' = 0", "y(-1) = 1, y(1) = 3", None),
        ("y*y' = x", "y(-2) = 1, y(2) = 1", None),
        ("x*y'' + 2*y' = 0", "y(-1) = 1, y(oo) = 0", None),
        ("x*y'' + 2*y' = 0", "y(1) = 1, y(oo) = 0", "1/x"),
        ("y' = 2*x*exp(-y)", "y(-1) = 0, y(1) = 0", None),
        ("y' = -x*y^5/2", "y(-1) = 1, y(1) = 1", None),
        ("(x - 1)*y'' + y' = 0", "y(0) = 1, y(3) = 2", None),
        ("y'' = 6*x", "y(-1) = 1, y(1) = 3", "x^3 + 2"),
    ],
)
def test_solutions_go_on_between_their_conditions(
    equation: str, conditions: str, expected: str | None
) -> None:
    found = symmath.dsolve(equation, ics=conditions, mode="fit", timeout=20)
    if expected is None:
        assert found.expr is None
    else:
        assert sympy.simplify(found.expr - sympy.sympify(expected.replace("^", "**"))) == 0


def test_a_comma_that_lacks_is_asked_for() -> None:
    for text in ("y(0)=1 y'(0)=0", "y(0)=1, y'(0)=0 y(1)=5"):
        with pytest.raises(ParseError, match="comma"):
            parse_conditions(text)


def test_letters_that_are_one_name() -> None:
    assert str(symmath.dsolve("u' = nu*u", mode="fit").expr) == "c1*exp(nu*x)"
    assert symmath.verify("exp(-mu*u)", "-exp(-mu*u)/mu", "u")
    assert not symmath.verify("x", "x")
    assert len(parse_conditions("mu*u(1) + u'(1) = 1", "u")[0]) == 1
    assert parse_equation("psi'' + 2*m*E*psi/hbar^2 = 0").parameters == ("E", "hbar", "m")
    equations, conditions = split_off_conditions(["L*i' + R*i = V", "i(0) = 0", r"\dot{x}(0) = 0"])
    assert equations == ["L*i' + R*i = V"] and len(conditions) == 2
    assert parse_equation("L*i' + R*i = V").variable == "t"


@pytest.mark.parametrize("text", ["r*V'' + 2*V' = 0", "r^2*T'' + 2*r*T' = 0", "r^2 f'' + 2 r f' = 0"])
def test_a_factor_r_of_the_second_derivative_is_the_variable(text: str) -> None:
    assert parse_equation(text).variable == "r"


@pytest.mark.parametrize(
    ("problem", "answer", "options", "said"),
    [
        ("y''+y=0, y(0)=1", "cos(x)", [], "proved"),
        ("y''+y=0", "2*cos(x)", ["--ic", "y(0)=1"], "refuted"),
        ("y'=-x/y, y(0)=1", "x^2+y^2=1", [], "proved"),
        ("y'=-x/y, y(0)=2", "x^2+y^2=1", [], "refuted"),
        ("y''=y", "exp(-x)", ["--ic", "y(0)=1, y(oo)=0"], "proved"),
        ("y''=y", "exp(x)", ["--ic", "y(0)=1, y(oo)=0"], "refuted"),
        ("y''+y=0", "exp(x)", ["--ic", "y(0)=1"], "refuted"),
        # Limits that are far away in another sense, and such as are near but not there.
        ("y'=x^(-4/5)/5, y(0)=0", "x^(1/5)", [], "undecided"),
        ("y'=-y^2/x, y(1)=1", "1/(1+log(x))", ["--ic", "y(oo)=0"], "undecided"),
        ("y'=-y/(5*x), y(1)=1", "x^(-1/5)", ["--ic", "y(oo)=0"], "proved"),
        ("y'=cos(x)/10^40", "sin(x)/10^40", ["--ic", "y(oo)=0"], "refuted"),
        ("y'=log(x)+1, y(0)=10^(-50)", "x*log(x)", [], "refuted"),
        ("y'=log(x)+1, y(0)=0", "x*log(x)", [], "proved"),
    ],
)
def test_claims_with_conditions(problem: str, answer: str, options: list[str], said: str) -> None:
    run = CliRunner().invoke(app, ["verify", problem, answer, *options])
    assert run.stdout == f"{said}\n" and run.exit_code == (0 if said == "proved" else 1)


@pytest.mark.parametrize(
    ("equation", "conditions", "is_proved"),
    [
        ("y'' + y = 0", "y(0) = 0, y(pi) = 1", True),
        ("y'' + y = 0", "y(0) = A, y(pi) = B", True),
        ("y'' + y = cos(x)", "y(0) = y(2*pi), y'(0) = y'(2*pi)", True),
        ("y'' = 1", "y'(0) = y'(1)", True),
        ("y' = y", "y(0) = 1, y(0) = 2", True),
        # Solutions of either side of zero may be joined, and there may be others than the general one's.
        ("x*y' = 2*y", "y(1) = 1, y(-1) = 3", False),
        ("y' = y^2", "y(0) = 1, y(1/2) = 5", False),
    ],
)
def test_conditions_that_contradict_each_other(equation: str, conditions: str, is_proved: bool) -> None:
    found = symmath.dsolve(equation, ics=conditions, mode="fit", timeout=20)
    assert found.expr is None
    assert ("contradict each other" in found.reason) is is_proved


@pytest.mark.parametrize(
    "text",
    [
        r"\frac{dy}{dx} = k(y-1)",
        "d^2y/dx^2 = a(x-1)",
        "a(x+1) dx + b(y+1) dy = 0",
        "diff(y(x), x) = y(x)*k(1-x)",
        "y'(theta) + y(theta) = 0",
        "r'(θ) + r(θ) = 0",
        "y'(T) + y(T) = 0",
    ],
)
def test_equations_with_brackets_are_no_conditions(text: str) -> None:
    assert split_off_conditions([text]) == ([text], [])
    assert split_off_conditions([text, "y(0) = 1"])[0][0] == text


@pytest.mark.parametrize(
    ("text", "function"), [("nu' = nu", "nu"), ("xi'' + xi = 0", "xi"), ("T1' = k*T1", "T1")]
)
def test_names_of_two_characters_are_unknowns(text: str, function: str) -> None:
    assert parse_equation(text).function == function


def test_a_coefficient_r_is_none_without_the_first_derivative() -> None:
    assert parse_equation("r*q'' + q/C = 0").variable == "x"
