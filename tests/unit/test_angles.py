import pytest
import symengine

from symmath.ansatz.angles import half_angle, odd, tangent, tangent_beside_sign
from symmath.ansatz.primitive import primitives
from symmath.expr.operators import X
from symmath.expr.parse import parse_expression
from symmath.verification import Verdict, verify_integral


@pytest.mark.parametrize(
    ("text", "new", "inner"),
    [
        ("1/(2 + sin(x)^2)", "1/(2 + 3*x^2)", "tan(x)"),
        ("sin(2*x)/(sin(x)^4 + cos(x)^4)", "2*x/(1 + x^4)", "tan(x)"),
        ("tanh(3*x)^2", "x^2/(3 - 3*x^2)", "tanh(3*x)"),
        ("(sin(x)^2/cos(x)^14)^(1/3)", "(1 + x^2)*(x^2)^(1/3)", "tan(x)"),
    ],
)
def test_even_degrees_are_functions_of_the_tangent(text: str, new: str, inner: str) -> None:
    ((found, angle),) = tangent(parse_expression(text).expr)
    assert angle == parse_expression(inner).expr
    ratio = found / parse_expression(new, "x").expr
    assert abs(complex(ratio.subs({X: symengine.Rational(3, 7)}).n()) - 1) < 1e-12


def test_odd_powers_drawn_out_of_roots_are_told_apart() -> None:
    integrand = parse_expression("cos(x)/sqrt(sin(2*x))").expr
    assert list(tangent(integrand)) == []
    ((found, _),) = tangent_beside_sign(integrand)
    ratio = found / parse_expression("1/(sqrt(2*x)*(1 + x^2))", "x").expr
    assert abs(complex(ratio.subs({X: symengine.Rational(3, 7)}).n()) - 1) < 1e-12


@pytest.mark.parametrize(
    "text", ["sqrt(sin(x))", "sin(x)", "x*tan(x)", "sin(x)*sin(sqrt(2)*x)", "sin(x^2)^2"]
)
def test_other_degrees_and_angles_are_left_alone(text: str) -> None:
    assert list(tangent(parse_expression(text).expr)) == []


def test_multiples_of_an_angle_are_written_out() -> None:
    ((new, inner),) = odd(parse_expression("sin(3*x)/(2 + cos(2*x))").expr)
    assert inner == symengine.cos(X)
    wanted = (1 - 4 * X**2) / (1 + 2 * X**2)
    assert symengine.expand((new - wanted) * (1 + 2 * X**2)).subs({X: 5}) == 0


def test_half_angles_need_one_angle_only() -> None:
    assert len(list(half_angle(parse_expression("1/(2 + sin(x) + cos(2*x))").expr))) == 1
    assert list(half_angle(parse_expression("1/(2 + sin(x) + cos(sqrt(2)*x))").expr)) == []


@pytest.mark.parametrize(
    "text",
    [
        "sin(2*x)/(sin(x)^4 + cos(x)^4)",
        "cos(x)/sqrt(sin(2*x))",
        "cosh(x)/sqrt(cosh(2*x))",
        "cos(2*x)^(3/2)/cos(x)^3",
        "(sin(x)^13*cos(x)^11)^(-1/4)",
    ],
)
def test_what_they_lead_to_is_found_and_holds(text: str) -> None:
    integrand = parse_expression(text).expr
    check = verify_integral(integrand, next(primitives(integrand)))
    assert check.verdict in (Verdict.PROVED, Verdict.NUMERIC)
