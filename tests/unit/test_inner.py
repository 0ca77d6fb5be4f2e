import pytest

from symmath.ansatz.inner import retuned
from symmath.ansatz.primitive import primitives
from symmath.expr.operators import Expr, X
from symmath.expr.parse import parse_expression


def e(text: str) -> Expr:
    return parse_expression(text, "x").expr


@pytest.mark.parametrize(
    ("integrand", "candidate", "tuned"),
    [
        ("sin(2*x)", "cos(3*x)", "cos(2*x)"),
        ("x*exp(3*x)", "x*exp(2*x) + exp(2*x)", "x*exp(3*x) + exp(3*x)"),
        ("2*x/(x**2 + 5)", "log(x**2 + 3)", "log(x**2 + 5)"),
        ("exp(-x)*sin(2*x)", "exp(-x)*sin(x) + exp(-x)*cos(x)", "exp(-x)*sin(2*x) + exp(-x)*cos(2*x)"),
    ],
)
def test_numbers_inside_functions_are_found(integrand: str, candidate: str, tuned: str) -> None:
    assert retuned(e(integrand), e(candidate)) == e(tuned)


@pytest.mark.parametrize(
    ("integrand", "candidate"),
    [
        ("sin(x)", "cos(x)"),
        ("exp(x**2)", "exp(x)"),
        ("sin(sqrt(2)*x)", "cos(3*x)"),
        ("x", "x**2"),
        ("1/x", "log(x)"),
    ],
)
def test_nothing_to_change_or_no_rational_change(integrand: str, candidate: str) -> None:
    assert retuned(e(integrand), e(candidate)) is None


def test_a_candidate_with_wrong_numbers_is_repaired() -> None:
    answer = e("sin(x)*acos(x - 4*exp(x)/(x + acosh(acosh(x))))")
    wrong = e("sin(x)*acos(x - 3*exp(x)/(x + acosh(acosh(x))))")
    integrand = answer.diff(X)
    assert retuned(integrand, wrong) == answer
    assert answer in primitives(integrand, [wrong])
