import pytest
import symengine

from symmath.ansatz.primitive import primitives
from symmath.ansatz.roots import binomial, innermost_root, roots_of_two_lines
from symmath.expr.operators import X
from symmath.expr.parse import parse_expression
from symmath.verification import Verdict, verify_integral

AT = symengine.Rational(2, 7)


@pytest.mark.parametrize(
    ("text", "new", "inner"),
    [
        ("(4*x^4 + 3)^(1/4)/x^2", "3/(x^2*(3 - 12*x^4))", "x/(4*x^4 + 3)^(1/4)"),
        ("1/((x^4 + 1)*(x^4 + 2)^(1/4))", "1/(1 + x^4)", "x/(x^4 + 2)^(1/4)"),
    ],
)
def test_binomials(text: str, new: str, inner: str) -> None:
    ((found, root),) = binomial(parse_expression(text).expr)
    assert root == parse_expression(inner).expr
    ratio = found / parse_expression(new, "x").expr
    assert abs(complex(ratio.subs({X: AT}).n()) - 1) < 1e-12


@pytest.mark.parametrize(
    "text", ["sqrt(x^3 + 1)", "x*(x^4 + 2)^(1/4)", "(x^2 + x + 1)^(1/2)", "(x^2 + 1)^(1/4)"]
)
def test_other_roots_are_no_such_binomials(text: str) -> None:
    assert list(binomial(parse_expression(text).expr)) == []


def test_the_root_inside_is_taken_first() -> None:
    ((_, root),) = innermost_root(parse_expression("sqrt(sqrt(sqrt(x) + 4) + 2)").expr)
    assert root == symengine.sqrt(X)
    assert list(innermost_root(parse_expression("sqrt(x^2 + 1)").expr)) == []


def test_products_of_powers_of_two_lines() -> None:
    ((found, root),) = roots_of_two_lines(parse_expression("((x - 1)^2*(x + 1))^(-1/3)").expr)
    assert root**3 == ((X - 1) / (X + 1)) or root**3 == ((X + 1) / (X - 1))
    assert "root" not in str(found)
    assert list(roots_of_two_lines(parse_expression("((x - 1)*(x + 1)*x)^(1/3)").expr)) == []
    assert list(roots_of_two_lines(parse_expression("sqrt(1 - x^4)/sqrt(1 - x^2)").expr)) == []


@pytest.mark.parametrize(
    "text",
    [
        "(4*x^4 + 3)^(1/4)/x^2",
        "(x^3 - 1)/(x^3 + 2)^(1/3)",
        "(1 - 2*x^(1/3))^(3/4)/x",
        "sqrt(sqrt(sqrt(x) + 4) + 2)",
        "(x^3 - 5*x^2 + 3*x + 9)^(-4/3)",
        "1/sqrt(-3*x^2 - 5*x - 2)",
        "1/(sqrt(1 - 2*x)*(3*x + 2)**2*sqrt(5*x + 3))",
        "(3*x + 2)*sqrt(5*x + 3)/(1 - 2*x)**(5/2)",
        "sqrt(x^4 + 1)/(1 - x^4)",
        "(x + 3)/((x^2 + 1)*sqrt(x^2 + x + 1))",
    ],
)
def test_they_lead_to_primitives(text: str) -> None:
    integrand = parse_expression(text).expr
    check = verify_integral(integrand, next(primitives(integrand)))
    assert check.verdict in (Verdict.PROVED, Verdict.NUMERIC)
