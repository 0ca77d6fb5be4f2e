import ast
from pathlib import Path

import mpmath
import pytest

from symmath.evaluate import numeric_text, second_check
from symmath.evaluate.numeric_text import UnreadableTextError, compiled
from symmath.evaluate.second_check import second_check as judge

ODE1 = "Derivative(y(x), x) - y(x)"
ODE2 = "x**2*Derivative(y(x), (x, 2)) - 2*x*Derivative(y(x), x) + (x**2 + 2)*y(x)"


@pytest.mark.parametrize("module", [numeric_text, second_check])
def test_it_shares_no_code_with_what_it_checks(module: object) -> None:
    tree = ast.parse(Path(str(module.__file__)).read_text())  # type: ignore[attr-defined]
    imported = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    ours = [name for name in imported if name and name.startswith("symmath")]
    # The errors are names alone.
    assert set(ours) <= {"symmath.errors", "symmath.evaluate.numeric_text"}


@pytest.mark.parametrize(
    ("task", "problem", "answer", "verdict"),
    [
        ("integrate", "x*cos(x)", "x*sin(x) + cos(x)", "agrees"),
        ("integrate", "x*cos(x)", "x*sin(x) - cos(x)", "differs"),
        ("integrate", "1/x", "log(x)", "agrees"),
        ("integrate", "1/x", "log(abs(x))", "agrees"),
        ("integrate", "sqrt(x**2)", "x**2/2", "partly"),
        ("integrate", "-1", "abs(x-100)", "partly"),
        ("integrate", "1", "x + abs(x-1/1000)-abs(x+1/1000)", "partly"),
        ("integrate", "sqrt((x-30)**2)", "-(x-30)**2/2", "partly"),
        ("integrate", "exp(x)*x**2 + exp(x**2)*2*x", "exp(x**2) + exp(x)*(x**2 - 2*x + 2)", "agrees"),
        ("integrate", "x*cos(x)", "x*sin(x) + cos(x)*(1 + 1/10**6)", "differs"),
        ("integrate", "sqrt(-1 - x**2)", "x*sqrt(-1 - x**2)/2 - atan(x/sqrt(-1 - x**2))/2", "agrees"),
        ("integrate", "sqrt(-1 - x**2)", "x", "differs"),
        ("integrate", "exp(x)*sin(x)", "-I*(1 - I)*exp(x*(1 + I))/4 + I*(1 + I)*exp(x - I*x)/4", "agrees"),
        ("integrate", "1/(x - x)", "x", "silent"),
        ("integrate", "x", "erf(x)", "silent"),
        ("ode1", ODE1, "c1*exp(x)", "agrees"),
        ("ode1", ODE1, "c1*exp(2*x)", "differs"),
        # Right for two thirds of the constants drawn.
        ("ode1", "Derivative(y(x), x) - abs(y(x))", "c1*exp(x)", "partly"),
        ("ode2", ODE2, "x*exp(-I*x)*c1 + x*exp(I*x)*c2", "agrees"),
        ("ode2", ODE2, "x*sin(x)*c1 + cos(x)*c2", "differs"),
        ("ode2", "Derivative(y(x), (x, 2)) - y(x)", "c1*exp(x) + c2*exp(-x)", "agrees"),
        ("ode1", "Derivative(y(x), x)*(exp(y(x)) + y(x)) - x", "exp(y) + y**2/2 - x**2/2", "agrees"),
        ("ode1", "Derivative(y(x), x)*(exp(y(x)) + y(x)) - x", "exp(y) + y**2/2 - x**2", "differs"),
    ],
)  # fmt: skip
def test_verdicts(task: str, problem: str, answer: str, verdict: str) -> None:
    assert judge(task, problem, answer).verdict == verdict


def test_a_renamed_variable() -> None:
    assert judge("integrate", "t*cos(t)", "x*sin(x) + cos(x)", "t").verdict == "agrees"
    assert judge("integrate", "y*cos(y)", "x*sin(x) + cos(x)", "y").verdict == "agrees"


def test_a_name_without_values_is_no_opinion() -> None:
    assert judge("integrate", "x*y", "y*x**2/2").verdict == "silent"


def test_the_points_are_counted() -> None:
    assert judge("integrate", "x", "x**2/2").points == "32/32 real, 10/10 complex"


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "x.real", "x if x else 1", "[x]", "f(x)", "", "x +", "(" * 400 + "x", "True", "z",
     "'x'", "x@x", "Derivative(y(x), (x, 5))", "y(2*x)", "sin(x, x)", "exp()", "log(x=1)"],
)  # fmt: skip
def test_texts_are_read_by_whitelist(text: str) -> None:
    with pytest.raises(UnreadableTextError):
        compiled(text)


def test_numbers_are_rounded_to_the_precision_of_the_evaluation() -> None:
    third, tenth, large = compiled("1/3"), compiled("0.1"), compiled("123456789012345678901234567891")
    with mpmath.workdps(50):
        assert abs(third() - mpmath.mpf(1) / 3) < mpmath.mpf(10) ** -49
        assert abs(tenth() - mpmath.mpf(1) / 10) < mpmath.mpf(10) ** -49
        assert large() == 123456789012345678901234567891


def test_cancellation_of_large_values_is_no_disagreement() -> None:
    assert judge("integrate", "x + sinh(126)", "(x + sinh(126))**2/2").verdict == "agrees"


def test_numbers_too_large_to_be_computed_with_are_passed() -> None:
    assert judge("integrate", "exp(exp(x))*exp(x)", "exp(exp(x))").verdict == "agrees"
    with pytest.raises(OverflowError):
        compiled("sin(exp(exp(x)))")(x=mpmath.mpf(1000) ** 2)


def test_a_small_imaginary_part_is_one() -> None:
    # Left of -1 the integrand is complex, by little beside exp(x**2/5), and acosh has another branch.
    integrand = "2*x*exp(x**2/5)/5 + 1/sqrt(x**2 - 1) + 3*sqrt(x)/20000"
    opinion = judge("integrate", integrand, "exp(x**2/5) + acosh(x) + x**(3/2)/10000")
    assert opinion.verdict == "agrees", opinion
