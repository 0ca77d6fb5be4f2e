"""What people write on paper: letters side by side, factors before brackets, conditions beside equations."""

import pytest
import symengine

import symmath
from symmath.errors import ParseError, UnsupportedError
from symmath.expr.differentials import split_limits
from symmath.expr.parse import parse_equation, parse_expression
from symmath.expr.systems import split_equations, split_off_conditions
from symmath.verification import Verdict


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("e^{ax} sin(bx)", "exp(a*x)*sin(b*x)"),
        ("sin kx", "sin(k*x)"),
        ("kx^2", "k*x^2"),
        ("1/sqrt(2 g (h-x))", "1/sqrt(2*g*(h - x))"),
        ("J_0(2x)", "besselj(0, 2*x)"),
        ("x K_1(x)^2", "x*besselk(1, x)^2"),
        ("J_0 x", "J_0*x"),
    ],
)
def test_integrands(text: str, plain: str) -> None:
    read, expected = (parse_expression(t, "x", parameters=None) for t in (text, plain))
    assert (read.expr, read.parameters) == (expected.expr, expected.parameters)


@pytest.mark.parametrize("text", ["sin kx^2", "xe^x", "f(x + 1)", "axb"])
def test_what_may_be_two_things_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        parse_expression(text, parameters=None)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("N' = r N (1 - N/K)", "N' = r*N*(1 - N/K)"),
        ("N' = r N(1-N/K)", "N' = r*N*(1 - N/K)"),
        ("V dc/dt = Q (c_in - c)", "V*c' = Q*(c_in - c)"),
        ("x'' + k x = F cos(wt)", "x'' + k*x = F*cos(w*t)"),
        ("y' = ax^2 + bx", "y' = a*x^2 + b*x"),
        ("x' = g(1 - x)", "x' = g*(1 - x)"),
    ],
)
def test_equations(text: str, plain: str) -> None:
    read, expected = parse_equation(text), parse_equation(plain)
    assert (read.residual, read.parameters) == (expected.residual, expected.parameters)


def test_the_radius_is_the_variable() -> None:
    assert parse_equation("T'' + T'/r = -q/k").variable == "r"
    assert parse_equation("P' = r*P*(1 - P/K)").parameters == ("K", "r")
    assert parse_equation("y'' + 2*r*y' + y = 0").variable == "x"


@pytest.mark.parametrize(
    ("text", "message"), [("y^(4) + y'' = 0", "power or a derivative"), ("y' = y(x+1)", "followed")]
)
def test_equations_that_may_be_two_things_are_refused(text: str, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        parse_equation(text)


@pytest.mark.parametrize(
    ("equation", "answer", "verdict"),
    [
        ("y'' + k^2 y = 0", "y = A cos(kx) + B sin(kx)", Verdict.PROVED),
        ("y'' + y = 0", "y = a e^{ix} + b e^{-ix}", Verdict.PROVED),
        ("N' = -k N", "N = N0 e^{-kt}", Verdict.PROVED),
        ("x y'' + y' + x y = 0", "y = C J_0(x)", Verdict.PROVED),
        ("x y' = y", "y = J_1(x)", Verdict.REFUTED),
        ("y'' = 0", "y = c1 + J_0(x)", Verdict.REFUTED),
    ],
)
def test_solutions(equation: str, answer: str, verdict: Verdict) -> None:
    assert symmath.verify_solution(equation, answer).verdict is verdict


@pytest.mark.parametrize(
    ("equation", "answer"),
    [
        ("y'' = 0", "y = sin(kx)"),
        ("x y' = y", "y = C ch x"),
        ("y' + y = x", "y = x - 1 + Ce^{-x}"),
        ("y'' - 3y' + 2y = 0", "C1e^x + C2e^{2x}"),
        ("x y' = y", "y = g(x)"),
    ],
)
def test_names_in_solutions_that_are_none_of_constants_are_refused(equation: str, answer: str) -> None:
    with pytest.raises(ParseError, match="unknown"):
        symmath.verify_solution(equation, answer)


@pytest.mark.parametrize(
    ("text", "plain", "limits"),
    [
        ("1/(1 + x^2) from 0 to 1", "1/(1 + x^2)", ("0", "1")),
        ("int(x*cos(x), x)", "∫ (x*cos(x)) dx", None),
        ("Integrate[x^2, x]", "∫ (x^2) dx", None),
        ("integrate(atan(x), x, 0, oo)", "∫ (atan(x)) dx", ("0", "oo")),
        ("Integral(log(x, 2), (x, 1, pi/2))", "∫ (log(x, 2)) dx", ("1", "pi/2")),
        ("sin(x)", "sin(x)", None),
        ("int(x)", "int(x)", None),
    ],
)
def test_integrals_as_others_write_them(text: str, plain: str, limits: tuple[str, str] | None) -> None:
    assert split_limits(text) == (plain, limits)


@pytest.mark.parametrize("text", [r"\int \frac{d\theta}{2 + \cos\theta}", "∫ dθ/(2 + cos θ)"])
def test_greek_differentials(text: str) -> None:
    read = parse_expression(text)
    assert read.expr == parse_expression("1/(2 + cos(x))").expr and read.variable in ("theta", "θ")


def test_greek_letters_with_a_zero() -> None:
    assert parse_equation("x'' + omega0^2 x = 0").parameters == ("omega0",)
    assert parse_expression("θ0*x", "x", parameters=None).parameters == ("θ0",)


def test_conditions_behind_equations() -> None:
    texts = split_equations("x' = y, y' = -x, x(0) = 1, y'(pi/2) = 0")
    assert split_off_conditions(texts) == (["x' = y", "y' = -x"], ["x(0) = 1", "y'(pi/2) = 0"])
    assert split_off_conditions(["y(x)' = 2"]) == (["y(x)' = 2"], [])


@pytest.mark.parametrize("equations", [["y' = y", "x' = x"], "x' = y; y' = -x"])
def test_several_equations_are_no_single_one(equations: object) -> None:
    with pytest.raises(UnsupportedError, match="dsolve_system"):
        symmath.dsolve(equations)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("((1-x^2) y')' + 2 y = 0", "(1 - x^2)*y'' - 2*x*y' + 2*y = 0"),
        ("(x y')'' = y", "x*y''' + 2*y'' - y = 0"),
        ("(EI w'')'' = q", "EI*w'''' = q"),
        ("((y')^2)' = 1", "2*y'*y'' = 1"),
        ("d/dx(y') + y = 0", "y'' + y = 0"),
    ],
)
def test_derivatives_of_brackets(text: str, plain: str) -> None:
    read, expected = parse_equation(text), parse_equation(plain)
    assert symengine.expand(read.residual - expected.residual) == 0 and read.order == expected.order


@pytest.mark.parametrize(
    "text", ["d/dr(r*dT/dr) = 0", r"\frac{d}{dr}\left(r \frac{dT}{dr}\right) = 0", "(1/r) d/dr (r dT/dr) = 0"]
)
def test_derivatives_of_brackets_name_the_variable(text: str) -> None:
    read = parse_equation(text)
    assert (read.variable, read.function, read.order) == ("r", "T", 2)


@pytest.mark.parametrize("text", ["(y'''')' = 0", "d/dx() = y'", "y' + x)' = 0", "(x)' = 1"])
def test_what_has_no_derivative_is_refused(text: str) -> None:
    with pytest.raises((ParseError, UnsupportedError)):
        parse_equation(text)
