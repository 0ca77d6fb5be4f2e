import pytest
import sympy

import symmath
from symmath.errors import NoSolutionError, UnsupportedError


@pytest.mark.parametrize(
    ("integrand", "lower", "upper", "value"),
    [
        ("exp(-x)", 0, "oo", sympy.Integer(1)),
        ("1/(1 + x^2)", "-oo", "oo", sympy.pi),
        ("x^2", 2, 0, sympy.Rational(-8, 3)),
        ("log(x)", 0, 1, sympy.Integer(-1)),
        ("sqrt(1 - x^2)", -1, 1, sympy.pi / 2),
        ("sin(t)", 0, "pi", sympy.Integer(2)),
    ],
)
def test_values(integrand: str, lower: str, upper: str, value: sympy.Expr) -> None:
    found = symmath.integrate_between(integrand, lower, upper, mode="fit")
    assert sympy.simplify(found.expr - value) == 0
    assert float(found.quadrature) == pytest.approx(float(value))


@pytest.mark.parametrize(
    ("integrand", "lower", "upper", "reason"),
    [
        ("1/x", -1, 1, "no value"),
        ("1/(x - 1/3)", 0, 1, "pole"),
        ("1/(x - 1/3)^2", 0, 1, "jump|no value"),
        ("tan(x)", 0, 2, "pole"),
        ("1/(2 + cos(x))", 0, "2*pi", "jump"),
        ("1/x", 1, "oo", "diverges"),
        ("sqrt(x - 1)", 0, 2, "not real"),
        ("exp(x^2)", 0, 1, "nothing"),
    ],
)
def test_what_newton_and_leibniz_would_get_wrong_is_refused(
    integrand: str, lower: str, upper: str, reason: str
) -> None:
    with pytest.raises(NoSolutionError, match=reason):
        symmath.integrate_between(integrand, lower, upper, mode="fit", timeout=20)


def test_limits_are_numbers() -> None:
    with pytest.raises(UnsupportedError, match="number"):
        symmath.integrate_between("x", 0, "y", mode="fit")
