"""Integrands with parameters: reading, fitting, verifying, showing."""

import math

import pytest
import symengine
import sympy
from sympy.polys.polyerrors import PolynomialError

import symmath
from symmath.ansatz.primitive import primitives
from symmath.engines import sympy_engine
from symmath.engines.engine import Refusal
from symmath.errors import ParseError, UnsupportedError
from symmath.expr.parse import parse_equation, parse_expression
from symmath.expr.prefix import encode
from symmath.solve.solver import Solver, shipped
from symmath.verification import Verdict, verify_integral

A, B, X = symengine.symbols("a b x")


def read(text: str):
    return parse_expression(text, parameters=None)


@pytest.mark.parametrize(
    ("text", "variable", "names", "expr"),
    [
        ("exp(k*x)", "x", ("k",), symengine.exp(A * X)),
        ("m*x + n", "x", ("m", "n"), A * X + B),
        ("b*x + a", "x", ("a", "b"), B * X + A),
        ("exp(-k*t)", "t", ("k",), symengine.exp(-A * X)),
        ("s*t", "t", ("s",), A * X),
        ("x + 1", "x", (), X + 1),
        ("z^2", "z", (), X**2),
    ],
)
def test_names_beside_the_variable_are_parameters(text, variable, names, expr) -> None:
    parsed = read(text)
    assert (parsed.variable, parsed.parameters, parsed.expr) == (variable, names, expr)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a*x + b + c + d + f + g + h", "more than 6 parameters"),
        ("a*b", "which of a, b is the variable"),
        ("f(x)*a", "unknown function 'f'"),
    ],
)
def test_what_can_not_be_read(text: str, message: str) -> None:
    with pytest.raises(ParseError, match=message):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        "exp(a*x)*cos(b*x)",
        "x*exp(a*x)*sin(b*x)",
        "exp(a*x)*sin(b*x + c)",
        "1/(a*x^2 + b*x + c)",
        "1/((x - a)*(x - b)*(x - c)*(x - d))",
        "x^a",
        "x^a*log(x)",
        "x^(a + b - 1)",
        "x^(2*a - 3*b)*log(x)",
        "x^(a + b + c)*(x + 1)",
        "a^x*sin(x)",
        "sin(a*x)*cos(b*x)",
        "sinh(a*x)*cosh(b*x)",
        "1/(a^2 + b^2*x^2)",
        "1/(x^2 + a*x + b)",
        "1/((x - a)*(x - b))",
        "sqrt(a^2 - x^2)",
        "sqrt(x^2 + a)",
        "log(x^2 + a^2)",
        "atan(a*x)",
        "tan(a*x)^2",
        "1/(a + b*cos(x))",
        "(a + b*x)^5",
        "x*(1 + x^2)^a",
        # Their coefficients hold roots of parameters.
        "1/(a - b*x^2)",
        "1/sqrt(a - b*x^2)",
        "sqrt(a + b*x^2)",
        "1/sqrt(a^2 + b^2*x^2)",
        "x/sqrt(a + b*x + c*x^2)",
        "1/(x*sqrt(a + b*x^2))",
        "sqrt(a*x - x^2)",
        "x^2*sqrt(a*x^2 + 1)",
        "exp(-x)*sign(x - a)",
        "1/(1 + abs(a*x - b))",
        "abs(x^2 - a^2)",
        # In the unit of a parameter, or of a root of two.
        "1/(x^4 + a^4)",
        "x/(a*x^3 + b)",
        "(a + b*x)^(1/3)/x",
    ],
)
def test_coefficients_are_functions_of_the_parameters(text: str) -> None:
    integrand = read(text).expr
    check = verify_integral(integrand, next(primitives(integrand)))
    assert check.verdict in (Verdict.PROVED, Verdict.NUMERIC)
    assert "parameters" in check.domain


@pytest.mark.parametrize("text", ["x^a*exp(x)", "exp(a*x)/x", "x^a/(x^2 + 1)"])
def test_non_elementary_families_have_none(text: str) -> None:
    integrand = read(text).expr
    assert all(verify_integral(integrand, e).verdict is Verdict.REFUTED for e in primitives(integrand))


@pytest.mark.parametrize(
    ("problem", "answer", "verdict", "domain"),
    [
        ("x^a", "x^(a+1)/(a+1)", Verdict.PROVED, "general parameters"),
        ("x^a", "x^(a+1)/a", Verdict.REFUTED, ""),
        ("a*cos(a*x)", "sin(a*x) + b", Verdict.PROVED, "general parameters"),
        ("sqrt(a^2)*cos(x)", "a*sin(x)", Verdict.NUMERIC, "a part of the parameters' values"),
        ("1/sqrt(a - x^2)", "asin(x/sqrt(a))", Verdict.NUMERIC, "the parameters tried"),
        ("1/(1 + a*x^2)", "atan(sqrt(a)*x)/sqrt(a)", Verdict.PROVED, "all real x where the integrand is"),
        ("sqrt(a^2)*cos(x)", "-a*sin(x)", Verdict.NUMERIC, "a part of the parameters' values"),
        ("sqrt((exp(x) + a)^2)", "exp(x) + a*x", Verdict.NUMERIC, "a part of the line, which depends"),
        ("1/sqrt((x - a)^2)", "log(x - a)", Verdict.NUMERIC, "a part of the line, which depends"),
        ("a^(b^9)*x", "a^(b^9)*x^2/2", Verdict.PROVED, "at which both have values"),
        ("1", "x*(1 + sin(1001*pi*a))", Verdict.REFUTED, ""),
        ("1", "x*(1 + sin(5040*pi*a))", Verdict.REFUTED, ""),
    ],
)
def test_families_of_primitives_are_judged_as_families(problem, answer, verdict, domain) -> None:
    check = verify_integral(read(problem).expr, parse_expression(answer, "x", parameters=("a", "b")).expr)
    assert check.verdict is verdict
    assert domain in check.domain


def test_answers_have_the_names_of_the_question() -> None:
    t, k, w = sympy.symbols("t k w")
    assert symmath.integrate("k*exp(-k*t)", "t", mode="fit").expr == -sympy.exp(-k * t)
    found = symmath.integrate(sympy.sin(w * t + k), t, mode="fit").expr
    assert sympy.simplify(found.diff(t) - sympy.sin(w * t + k)) == 0
    assert symmath.verify("1/(k*x)", "log(x)/k").verdict is Verdict.PROVED
    # A name that is the answer's alone is a constant in it.
    assert symmath.verify("1/(k*x)", "log(m*x)/k").verdict is Verdict.PROVED
    assert symmath.verify("1/(k*x)", "log(x)/m").verdict is Verdict.REFUTED


def test_sympy_symbols_are_told_apart() -> None:
    t, k, w = sympy.symbols("t k w")
    assert symmath.integrate(t**2, mode="fit").expr == t**3 / 3
    assert symmath.integrate(sympy.sin(w * t), mode="fit").expr == -sympy.cos(w * t) / w
    with pytest.raises(UnsupportedError, match="two different symbols"):
        symmath.integrate(k * t - sympy.Symbol("k", positive=True) * t)
    with pytest.raises(UnsupportedError, match="which of k, w is the variable"):
        symmath.integrate(k * w)


def test_the_network_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("asked")

    solver = Solver.load(shipped())
    monkeypatch.setattr(solver, "_decode", fail)
    assert symmath.integrate("exp(a*x^3)/x^2", mode="ansatz", solver=solver, timeout=5).expr is None


def test_whatever_sympy_raises_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise PolynomialError("contains an element of the set of generators")

    monkeypatch.setattr(sympy, "integrate", fail)
    monkeypatch.setattr(sympy, "dsolve", fail)
    assert sympy_engine._integrate(encode(X), False) == (None, Refusal.UNSOLVED)
    equation = encode(symengine.Symbol("y'") - X)
    assert sympy_engine._dsolve(equation, 1) == (None, Refusal.UNSOLVED)


def test_domains_are_in_the_users_variable() -> None:
    solution = symmath.integrate("log(k*t)/t", mode="fit")
    assert "all real t" in (solution.domain or "")
    assert "all real t" in symmath.verify("1/t", "log(t)").domain
    xi = sympy.Symbol(r"\xi")
    assert r"all real \xi" in symmath.verify(xi**2, xi**3 / 3, xi).domain


@pytest.mark.parametrize(
    ("equation", "variable", "names"),
    [
        ("y' = k*y", "x", ("k",)),
        ("y' = r*y*(1 - y/K)", "x", ("K", "r")),
        ("y'' + w^2*y = cos(t)", "t", ("w",)),
        ("x'' + w^2*x = 0", "t", ("w",)),
        ("y' = t*y", "t", ()),
        ("y' = r*y", "x", ("r",)),
        ("N' = -N/tau", "x", ("tau",)),
        ("y' = theta*y", "x", ("theta",)),
        ("y' = y*sin(2*theta)", "theta", ()),
        ("y' = lambda*y - mu_1", "x", ("lambda", "mu_1")),
    ],
)
def test_names_in_equations(equation: str, variable: str, names: tuple[str, ...]) -> None:
    parsed = parse_equation(equation)
    assert (parsed.variable, parsed.parameters) == (variable, names)


@pytest.mark.parametrize(
    "equation",
    [
        "y' = k*y",
        "y' + k*y = m",
        "y' = r*y*(1 - y/K)",
        "y' = a*y^2 + b",
        "y' + a*y = sin(b*x)",
        "y'' + w^2*y = 0",
        "y'' + w^2*y = cos(t)",
        "y'' + 2*c*y' + w^2*y = 0",
        "x^2*y'' + a*x*y' + b*y = 0",
        "m*y'' + c*y' + k*y = f*cos(x)",
        "y' = r*y*(1 - y/K) - h",
        "v' = g - k*v^2",
        "y'^2 = a^2 - b*y^2",
    ],
)
def test_equations_with_parameters(equation: str) -> None:
    solution = symmath.dsolve(equation, mode="fit")
    assert solution.verdict is Verdict.PROVED and solution.is_general
    assert "parameters" in (solution.domain or "")


def test_real_solutions_for_positive_parameters() -> None:
    fall = symmath.dsolve("v' = g - k*v^2", ics="v(0)=0", mode="fit").expr
    at = {"g": 9.8, "k": 0.3, "x": 0.7}
    assert complex(fall.subs(at)) == pytest.approx(math.sqrt(9.8 / 0.3) * math.tanh(0.7 * math.sqrt(2.94)))
    wave = symmath.dsolve("y' = sqrt(a - b*y^2)", mode="fit").expr
    assert str(wave) == "sqrt(a)*sin(sqrt(b)*x + c1)/sqrt(b)"


def test_the_exponent_of_bernoulli_may_be_a_parameter() -> None:
    solution = symmath.dsolve("y' + P*y = Q*y^n", mode="fit")
    assert solution.verdict in (Verdict.PROVED, Verdict.NUMERIC) and solution.is_general


def test_conditions_beside_parameters() -> None:
    t, w = sympy.symbols("t w")
    assert symmath.dsolve("x'' + w^2*x = 0", ics="x(0)=1, x'(0)=0", mode="fit").expr == sympy.cos(w * t)
    found = symmath.dsolve("x'' + w^2*x = 0", ics="x(0)=0, x'(0)=V", mode="fit").expr
    assert sympy.simplify(found - sympy.Symbol("V") * sympy.sin(w * t) / w) == 0


def test_four_parameters_are_tried_with_some_choices_of_signs() -> None:
    solution = symmath.dsolve("L*y' + R*y = V", ics="y(0) = A", mode="fit")
    R, V, L, A, x = sympy.symbols("R V L A x")
    assert sympy.simplify(solution.expr - V / R - (A - V / R) * sympy.exp(-R * x / L)) == 0
    assert symmath.integrate_between("exp(-a*x)*sin(b*x + c)*d", 0, "oo").expr is not None


def test_solutions_are_judged_for_all_parameters() -> None:
    assert symmath.api.verify_solution("y' = k*y", "c1*exp(k*x)").verdict is Verdict.PROVED
    assert symmath.api.verify_solution("y' = k*y", "c1*exp(x)").verdict is Verdict.REFUTED
    assert not symmath.api.verify_solution("y' = k*y", "exp(k*x)").is_general
    k, x = sympy.symbols("k x")
    y = sympy.Function("y")(x)
    assert symmath.api.verify_solution(y.diff(x) - k * y, sympy.exp(k * x)).verdict is Verdict.PROVED


def test_what_is_complex_for_some_parameters_keeps_its_domain_on_the_line() -> None:
    check = verify_integral(read("a^x").expr, read("a^x/log(a)").expr)
    assert check.verdict is Verdict.PROVED
    assert check.domain == "all real x where the integrand is, for general parameters"


def test_an_arctangent_is_of_the_variable_over_the_parameter() -> None:
    found = symmath.integrate("1/(x^2 + a^2)", mode="fit")
    assert str(found.expr) == "atan(x/a)/a" and "jumps" not in found.candidate.check.domain


def test_oscillators_with_five_and_six_parameters() -> None:
    circuit = symmath.dsolve("L*Q'' + R*Q' + Q/C = E0*sin(w*t)", mode="fit", timeout=60)
    assert circuit.is_general and circuit.verdict is Verdict.PROVED
    spring = symmath.dsolve("m*x'' + k*x = F*cos(w*t)", ics="x(0) = A, x'(0) = V", mode="fit", timeout=60)
    t, k, m = sympy.symbols("t k m")
    assert spring.expr is not None
    assert sympy.simplify(spring.expr.subs(t, 0)) == sympy.Symbol("A")
    assert sympy.simplify(spring.expr.diff(t).subs(t, 0)) == sympy.Symbol("V")
