"""Each trap of the verifier has a test."""

import pytest

from symmath.expr.parse import parse_equation, parse_expression
from symmath.tasks.task import Problem
from symmath.verification import Check, Verdict, verify, verify_integral, verify_ode


def check(integrand: str, answer: str) -> Check:
    return verify_integral(parse_expression(integrand).expr, parse_expression(answer).expr)


@pytest.mark.parametrize(
    ("integrand", "answer"),
    [
        ("x*cos(x)", "x*sin(x)+cos(x)"),
        ("1/x", "log(x)"),
        ("1/sqrt(1-x**2)", "asin(x)"),
        ("1/(x**2+1)", "atan(x)"),
        ("tan(x)", "-log(cos(x))"),
        ("sin(x)**2", "x/2-sin(2*x)/4"),
        ("sinh(x)*cosh(x)", "cosh(2*x)/4"),
        ("1/(x*log(x))", "log(log(x))"),
        ("exp(-1000-x)", "-exp(-1000-x)"),
        ("x**3", "x**4/4 + pi"),
        ("2**x", "2**x/log(2)"),
    ],
)
def test_right_answers_are_proved(integrand: str, answer: str) -> None:
    found = check(integrand, answer)
    assert found.verdict is Verdict.PROVED, found
    assert found.domain


@pytest.mark.parametrize(
    ("integrand", "answer"),
    [
        ("x*cos(x)", "x*sin(x)+2*cos(x)"),
        ("x", "x"),
        ("exp(-1000-x)", "0"),
        ("1", "x + x**2/10**30"),
        ("exp(pi*sqrt(163))", "262537412640768744*x"),
        ("sqrt(x-1)*sqrt(2-x)", "x"),
        ("1/(1-x)", "log(1-x)"),
        ("atan(x)", "x*atan(x)"),
    ],
)
def test_wrong_answers_are_refuted(integrand: str, answer: str) -> None:
    assert check(integrand, answer).verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("integrand", "answer", "domain"),
    [
        ("sqrt(x**2)", "x**2/2", "x > 0"),
        ("log(x**2)", "2*x*log(x)-2*x", "x > 0"),
        ("sqrt(x**2)", "-x**2/2", "x < 0"),
        ("abs(x)", "x**2/2", "x > 0"),
    ],
)
def test_an_answer_on_one_branch_says_so(integrand: str, answer: str, domain: str) -> None:
    found = check(integrand, answer)
    assert (found.verdict, found.domain) == (Verdict.NUMERIC, domain)


def test_both_sides_of_a_radicands_root_are_looked_at() -> None:
    found = check("sqrt((x-1)**2)", "x**2/2 - x")
    assert found.verdict is Verdict.NUMERIC
    assert found.domain.startswith("x >= 1")


def test_log_of_abs_holds_on_both_sides_of_zero() -> None:
    found = check("1/x", "log(abs(x))")
    assert (found.verdict, found.domain) == (Verdict.NUMERIC, "all real x where the integrand is")


def test_a_large_term_does_not_hide_where_an_answer_holds() -> None:
    # For x < -1 the slope of acosh has the other sign, which 64 bits don't show beside exp(2*x**2).
    integrand = "2*(x - exp(x**2))*(1 - 2*x*exp(x**2)) + 1/sqrt(x**2 - 1)"
    found = check(integrand, "(x - exp(x**2))**2 + acosh(x)")
    assert found.verdict is Verdict.PROVED
    assert found.domain.startswith("x >= 1")
    assert check(integrand, "(x - exp(x**2))**2").verdict is Verdict.REFUTED
    assert check(integrand, "(x - exp(x**2))**2 + 2*acosh(x)").verdict is Verdict.REFUTED


def test_a_small_interval_is_enough() -> None:
    integrand = "1/(sqrt(x-1)*sqrt(2-x))"
    assert check(integrand, "asin(2*x-3)").verdict in (Verdict.PROVED, Verdict.NUMERIC)


def test_what_overflows_everywhere_is_undecided() -> None:
    answer = "exp(exp(exp(exp(x**2 + 999))))"
    slope = f"{answer}*exp(exp(exp(x**2 + 999)))*exp(exp(x**2 + 999))*exp(x**2 + 999)*2*x"
    assert check(slope, answer).verdict is Verdict.UNDECIDED


def ode(equation: str, answer: str) -> Check:
    parsed = parse_equation(equation)
    expr = parse_expression(answer, "x", symbols=("c1", "c2")).expr
    return verify_ode(parsed.residual, expr, parsed.order)


@pytest.mark.parametrize(
    ("equation", "answer", "is_general"),
    [
        ("y' + y = x", "x - 1 + c1*exp(-x)", True),
        ("y' + y = x", "x - 1", False),
        ("y' + y = 0", "0", False),
        ("y'' + y = 0", "c1*sin(x) + c2*cos(x)", True),
        ("y'' + y = 0", "(c1+c2)*sin(x)", False),
        ("y'' + y = 0", "c1*sin(x)", False),
        ("y' = y**2", "1/(c1-x)", True),
    ],
)
def test_solutions_of_equations_are_told_from_general_ones(
    equation: str, answer: str, is_general: bool
) -> None:
    found = ode(equation, answer)
    assert found.verdict in (Verdict.PROVED, Verdict.NUMERIC)
    assert found.is_general is is_general


@pytest.mark.parametrize(("equation", "answer"), [("y' + y = 0", "c1*exp(x)"), ("y'' = y", "c1*sin(x)+c2")])
def test_wrong_solutions_of_equations_are_refuted(equation: str, answer: str) -> None:
    assert ode(equation, answer).verdict is Verdict.REFUTED


@pytest.mark.parametrize("task", ["ode1", "ode2"])
def test_the_task_of_an_equation_decides_how_it_is_checked(task: str) -> None:
    parsed = parse_equation("y' = y" if task == "ode1" else "y'' = y")
    problem = Problem(task=task, expr=parsed.residual)
    wrong, right = (
        parse_expression(text, "x", symbols=("c1", "c2")).expr for text in ("c1*sin(x)", "c1*exp(x)")
    )
    assert verify(problem, wrong).verdict is Verdict.REFUTED
    found = verify(problem, right)
    assert found.verdict in (Verdict.PROVED, Verdict.NUMERIC)
    assert found.is_general is (task == "ode1")
