import subprocess
import sys
from pathlib import Path

import numpy
import pytest
import sympy

import symmath
from symmath.api import verify_solution
from symmath.errors import ParseError, UnsupportedError
from symmath.questions import read_equation, read_integrand
from symmath.verification import Verdict


def test_exported_names() -> None:
    assert symmath.__all__ == [
        "Solution",
        "Solver",
        "SymMathError",
        "Verdict",
        "dsolve",
        "dsolve_system",
        "integrate",
        "integrate_between",
        "verify",
        "verify_solution",
    ]


def test_import_is_light() -> None:
    code = "import sys, symmath; assert not {'torch', 'sympy', 'symengine'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_api_reads_sympy_when_it_is_needed() -> None:
    code = "import sys, symmath.api; assert 'sympy' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_extremes_and_steps_of_sympy_are_read() -> None:
    x = sympy.Symbol("x", real=True)
    assert (
        symmath.verify(sympy.Max(x, 1), "x + (x - 1)^2/4 + (x - 1)*abs(x - 1)/4").verdict
        is symmath.Verdict.PROVED
    )
    assert symmath.verify(sympy.Min(x, 1, 2), "x^3").verdict is symmath.Verdict.REFUTED
    assert symmath.verify(sympy.Heaviside(x - 1), "(x + abs(x - 1))/2").verdict is symmath.Verdict.PROVED
    with pytest.raises(UnsupportedError, match="a half at zero"):
        symmath.verify(sympy.Heaviside(x, 1), "x")


def test_verify_takes_text_and_sympy() -> None:
    x = sympy.Symbol("x")
    assert symmath.verify(x * sympy.cos(x), "x*sin(x) + cos(x)").verdict is symmath.Verdict.PROVED
    assert symmath.verify("2*t", sympy.Symbol("t") ** 3).verdict is symmath.Verdict.REFUTED


def test_the_unknown_says_what_it_is_a_function_of() -> None:
    t, f = sympy.Symbol("t"), sympy.Function("f")
    growth = sympy.Eq(f(t).diff(t), 2 * f(t))
    for solution in (
        symmath.dsolve(growth, mode="fit"),
        symmath.dsolve(growth, f(t), mode="fit"),
        symmath.dsolve("y' = 2*y", "y(t)", mode="fit"),
    ):
        assert solution.problem.variable == "t" and str(solution.expr) == "c1*exp(2*t)"
    assert symmath.dsolve(growth, f, mode="fit").problem.function == "f"
    with pytest.raises(symmath.SymMathError, match="no function of x"):
        read_equation("y' = y", "y(t)", var="x")


def test_a_check_that_takes_too_long_is_undecided() -> None:
    check = symmath.verify("sin(x)", "-cos(x)", timeout=0)
    assert check.verdict is symmath.Verdict.UNDECIDED and "time" in check.reason


@pytest.mark.parametrize(
    ("equation", "answer", "verdict", "is_general"),
    [
        ("(x^2 + y^2)*y' = x*y", "x**2/(2*y(x)**2) - log(x) - log(y(x)/x) = c1", Verdict.PROVED, True),
        ("y*y' + x = 0", "x^2 + y^2 = c1", Verdict.PROVED, True),
        ("2*y*y' = 1", "y^2 = x + c1", Verdict.PROVED, True),
        ("2*u*u' = 1", "u^2 = t + 2*c1", Verdict.PROVED, True),
        ("y*y' + x = 0", "x^2 + y^2", Verdict.PROVED, True),
        ("y*y' + x = 0", "x^2 + y^2 = c1*x", Verdict.REFUTED, True),
        ("y' = y", "y(x) = c1*exp(x)", Verdict.PROVED, True),
    ],
)
def test_solutions_are_read_as_they_are_printed(
    equation: str, answer: str, verdict: Verdict, is_general: bool
) -> None:
    found = verify_solution(equation, answer, var="t" if "t" in answer else None)
    assert (found.verdict, found.is_general) == (verdict, is_general)


def test_a_curve_that_cannot_be_solved_for_its_constant_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="linear in c1"):
        verify_solution("y' = y", "exp(x)*c1 + y^2*c1^2 = 1")


def test_conditions_are_taken_as_sympy_writes_them() -> None:
    f, t = sympy.Function("f"), sympy.Symbol("t")
    equation = sympy.Eq(f(t).diff(t, 2), -f(t))
    problem = read_equation(equation, ics={f(0): sympy.sqrt(2), f(t).diff(t).subs(t, 0): -1})
    assert problem.conditions == read_equation(equation, ics="f(0) = sqrt(2), f'(0) = -1").conditions
    with pytest.raises(UnsupportedError, match="no value"):
        read_equation(equation, ics={t: 1})


def test_symbols_of_sympy_keep_their_assumptions() -> None:
    x, a = sympy.Symbol("x", real=True), sympy.Symbol("a", positive=True)
    assert symmath.integrate(a * x**2, x, mode="fit").expr.diff(x) == a * x**2
    assert symmath.integrate_between(a * x, 0, a, x, mode="fit").expr == a**3 / 2
    y, t = sympy.Function("y"), sympy.Symbol("t", real=True)
    assert symmath.dsolve(sympy.Eq(y(t).diff(t), 2 * t), mode="fit").expr.diff(t) == 2 * t


def test_solutions_as_sympy_gives_them_are_checked() -> None:
    x, y = sympy.Symbol("x"), sympy.Function("y")
    equation = sympy.Eq(y(x).diff(x), -x / y(x))
    c1 = sympy.Symbol("C1")
    claims = [sympy.Eq(y(x), sympy.sqrt(c1 - x**2)), sympy.Eq(x**2 + y(x) ** 2, c1), -sympy.sqrt(c1 - x**2)]
    assert [verify_solution(equation, claim).verdict for claim in claims] == [Verdict.PROVED] * 3
    assert verify_solution(equation, sympy.Eq(y(x), c1 - x**2)).verdict is Verdict.REFUTED


def test_conditions_may_be_a_list() -> None:
    assert symmath.dsolve("y'' + y = 0", ics=["y(0)=1", "y'(0)=0"], mode="fit").expr == sympy.cos(
        sympy.Symbol("x")
    )


def test_names_of_the_inside_may_be_the_users() -> None:
    # y for the variable, x for the unknown.
    assert symmath.verify_solution("f'(y) = 2*y", "f - y^2 = c1").verdict is symmath.Verdict.PROVED
    assert symmath.verify_solution("x' = 2*y", "x = y^2 + c1", var="y").verdict is symmath.Verdict.PROVED
    assert symmath.dsolve("f'(y) = 2*y", mode="fit").text() == "c1 + y**2"
    with pytest.raises(UnsupportedError):
        read_equation("y' = 2*y", var="y")
    found = symmath.verify_solution("x' = x^2/t", "log(t) + 1/x + sqrt(x^2) - x = c1")
    assert found.domain == "a part of the values of t and x"


def test_a_mode_may_be_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symmath.Solver, "_loaded", pytest.fail)
    problem = read_integrand("exp(x^3)", "x")
    assert symmath.Solver(tmp_path).solve(problem, mode="fit").candidate is None


@pytest.mark.parametrize(
    ("equation", "answer", "is_general"),
    [
        ("y' = y", "C*exp(x)", True),
        ("y'' + y = 0", "A*cos(x) + B*sin(x)", True),
        ("y' = -x/y", "x^2 + y^2 = R^2", True),
        ("y' == k*y", "y == A*exp(k*x)", True),
        ("T' = -k*(T - T0)", "T = T0 + C*exp(-k*x)", True),
        # k is the equation's.
        ("y' = k*y", "exp(k*x)", False),
    ],
)
def test_constants_of_a_solution_may_have_usual_names(equation: str, answer: str, is_general: bool) -> None:
    found = symmath.verify_solution(equation, answer)
    assert (found.verdict, found.is_general) == (Verdict.PROVED, is_general)


def test_a_constant_of_integration_may_be_written() -> None:
    assert symmath.verify("a*x", "a*x^2/2 + C").verdict is Verdict.PROVED
    assert symmath.verify("x", "x^2/2 + C*x").verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("equation", "answer"),
    [
        ("y' = y", "y*exp(-x) = c1^y"),
        ("y' = 0", "y^2/2 = c1^x"),
        # x is neither the variable nor a constant.
        ("f'(y) = f", "f = c1*exp(x)"),
        ("y' = y", "y' = exp(x)"),
        ("y' = y", "y ="),
        ("y' = y", "y = x = c1"),
        # Without y these say nothing of it.
        ("y' = y", "0 = 0"),
        ("y' = y", "y*exp(-x) = y*exp(-x)"),
        ("y' = y", "exp(x) = C"),
    ],
)
def test_what_is_no_solution_is_not_read_as_one(equation: str, answer: str) -> None:
    with pytest.raises((ParseError, UnsupportedError)):
        symmath.verify_solution(equation, answer)


@pytest.mark.parametrize(
    ("equation", "answer"),
    [
        ("f'(y) = 2*y + 2", "f = y^2 + 2y + c1"),
        ("y*y' = -x", "x^2 + y^2 = 2C"),
        ("f'(x) = y*f", "f = c1*exp(y*x)"),
        ("y' = y*(1 - y)", "ln|y/(1 - y)| = x + C"),
        # t is the answer's.
        ("N' = r*N*(1 - N/K)", "N = K/(1 + A*exp(-r*t))"),
        ("y'' + y = 0", "K*sin(x + phi)"),
        ("A' = -k1*A", "A = C*exp(-k1*t)"),
    ],
)
def test_solutions_are_read_with_names_as_they_are_meant(equation: str, answer: str) -> None:
    assert symmath.verify_solution(equation, answer).verdict is Verdict.PROVED


def test_whether_a_claim_is_general() -> None:
    for equation, answer, is_general in (
        ("y' = 1 + y^2", "atan(y) = x", False),
        ("y' = -x/y", "x^2 + y^2 = 4", False),
        ("y' = -x/y", "x^2 + y^2 = C", True),
        # At large values nothing is left of cosh(u)**2 - sinh(u)**2 but at high precision.
        ("y'' = k^2*y", "A*cosh(k*x) + B*sinh(k*x)", True),
        ("y'' = y", "A*exp(x) + B*exp(x)", False),
    ):
        found = symmath.verify_solution(equation, answer)
        assert (found.verdict, found.is_general) == (Verdict.PROVED, is_general), answer


def test_constants_may_be_any_symbols_of_sympy() -> None:
    x, c, y = sympy.Symbol("x"), sympy.Symbol("C"), sympy.Function("y")
    for answer in (c * sympy.exp(x), sympy.Eq(y(x), c * sympy.exp(x))):
        found = symmath.verify_solution("y' = y", answer)
        assert found.verdict is Verdict.PROVED and found.is_general
    with pytest.raises(ParseError):
        symmath.verify("x", "t^2/2")


def test_numbers_and_conditions_by_name() -> None:
    x, c1 = sympy.symbols("x c1")
    assert symmath.integrate(numpy.float64(2.5), mode="fit").expr == 5 * x / 2
    assert symmath.integrate(c1 * x, x, mode="fit").expr == c1 * x**2 / 2
    assert symmath.dsolve("y' = y", ics={"y(0)": 1}, mode="fit").expr == sympy.exp(x)
    with pytest.raises(UnsupportedError, match="limits"):
        symmath.integrate_between("x", None, 1)
    with pytest.raises(ValueError, match="1 to 200"):
        symmath.integrate("x", beam_size=10**6)


def test_solutions_are_told_apart_at_a_glance() -> None:
    found, missed = (symmath.integrate(text, mode="fit") for text in ("2*x", "exp(x^3)"))
    assert found and repr(found).startswith("Solution(expr=x**2, verdict=proved")
    assert not missed and repr(missed).startswith("Solution(expr=None, reason=")
    assert (found._repr_latex_(), missed._repr_latex_()) == ("$x^{2}$", None)
    assert symmath.integrate_between("x", 0, 1, mode="fit")._repr_latex_() == r"$\frac{1}{2}$"
