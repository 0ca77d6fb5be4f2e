import pytest

from symmath.ansatz.by_parts import factors
from symmath.ansatz.primitive import primitives
from symmath.ansatz.rewriting import equal_forms, without_roots_below
from symmath.expr.operators import X
from symmath.expr.parse import parse_expression
from symmath.verification import Verdict, verify_integral


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("10^x*exp(x)", "exp((1 + log(10))*x)"),
        ("2^x/3^(2*x + 1)", "exp(x*(log(2) - 2*log(3)) - log(3))"),
        ("exp(2*atanh(x)/3)", "((1 + x)/(1 - x))^(1/3)"),
        ("exp(-asinh(x))", "1/(x + sqrt(1 + x^2))"),
        ("sqrt(1 - x^4)/sqrt(1 - x^2)", "sqrt(1 + x^2)"),
        ("(1 - cot(x)^2)^(3/2)", "(tan(x)^2 - 1)^(3/2)/tan(x)^3"),
        ("sqrt(x^2*(x + 1))", "x*sqrt(x + 1)"),
    ],
)
def test_forms_that_are_equal_for_positive_roots(text: str, form: str) -> None:
    assert parse_expression(form, "x").expr in list(equal_forms(parse_expression(text).expr))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("1/(sqrt(x + 1) + sqrt(x))", "sqrt(x + 1) - sqrt(x)"),
        ("x/(x + sqrt(x^2 + 1))", "x*(sqrt(x^2 + 1) - x)"),
        ("1/(1 + sqrt(x))", "1/(1 + sqrt(x))"),
        ("1/(x + 1)", "1/(x + 1)"),
    ],
)
def test_roots_below_a_line_go_up_where_nothing_stays(text: str, form: str) -> None:
    assert without_roots_below(parse_expression(text).expr) == parse_expression(form).expr


@pytest.mark.parametrize(
    "text", ["sqrt(x + 1)/sqrt(x)", "exp(x)*sin(x)", "2^(x^2)*exp(x)", "1/(x + 1)", "exp(x*atan(x))"]
)
def test_nothing_is_rewritten_for_nothing(text: str) -> None:
    assert list(equal_forms(parse_expression(text).expr)) == []


def test_factors_for_integration_by_parts() -> None:
    f = parse_expression("x*atan(x) + 1").expr
    arc = parse_expression("atan(x)").expr
    assert list(factors(f)) == [(arc, X, 1), (X, arc, 1)]
    assert list(factors(parse_expression("log(x)^2 + exp(x)").expr)) == []
    assert list(factors(parse_expression("x*sin(x)").expr)) == [(X, parse_expression("sin(x)").expr, 0)]
    beside = [parse_expression(text).expr for text in ("1/(1 + cos(x))", "sin(x)/(1 + cos(x))")]
    assert list(factors(parse_expression("(x + sin(x))/(1 + cos(x))").expr)) == [(X, *beside)]


@pytest.mark.parametrize(
    "text",
    [
        "10^x*exp(x)",
        "exp(2*atanh(x)/3)",
        "sqrt(1 - x^4)/sqrt(1 - x^2)",
        "asin(x)/(1 - x)^(5/2)",
        "x*asec(x)/sqrt(x^2 - 1)",
        "x*atan(x)/sqrt(1 - x^2)",
        "atan(x*sqrt(x^2 + 1))",
        "log(x^4 + x^(-4))",
        "x*sin(x)^3/cos(x)^4",
        "(x + sin(x))/(1 + cos(x))",
        "1/(sqrt(x + 1) + sqrt(x))^2",
        "log(sqrt(x) + sqrt(x + 1))",
        "sqrt(1 + sec(x))",
        "sqrt(sec(x) - 1)",
        "sqrt(cosh(3*x) - 1)",
        "1/(1 + sqrt(x) + sqrt(x + 1))",
    ],
)
def test_they_lead_to_primitives(text: str) -> None:
    integrand = parse_expression(text).expr
    check = verify_integral(integrand, next(primitives(integrand)))
    assert check.verdict in (Verdict.PROVED, Verdict.NUMERIC)
