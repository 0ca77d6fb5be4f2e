import pytest
import sympy

import symmath
from symmath.errors import NoSolutionError, UnsupportedError


@pytest.mark.parametrize(
    ("integrand", "lower", "upper", "value"),
    [
        ("a*x", 0, 1, "a/2"),
        ("exp(-k*t)", 0, "oo", "1/k"),
        ("exp(-s*t)*cos(w*t)", 0, "oo", "s/(s**2 + w**2)"),
        ("1/(x^2 + a^2)", "-oo", "oo", "pi/a"),
        # Limits with parameters, of the integrand or not.
        ("sqrt(a^2 - x^2)", 0, "a", "pi*a**2/4"),
        ("sqrt(a^2 - x^2)", "a", 0, "-pi*a**2/4"),
        ("x", 0, "2*b", "2*b**2"),
        ("x", 0, "p + q", "(p + q)**2/2"),
        ("1/x", "a", "a", "0"),
        ("sign(x)*exp(-a*abs(x))", 0, "oo", "1/a"),
        # To zero and from there.
        ("exp(-a*abs(x))", "-oo", "oo", "2/a"),
        ("1/cosh(a*x)^2", 0, "oo", "1/a"),
        ("x^n", 0, 1, "1/(n + 1)"),
    ],
)
def test_values_with_parameters(integrand: str, lower: str, upper: str, value: str) -> None:
    found = symmath.integrate_between(integrand, lower, upper, mode="fit", timeout=20)
    assert sympy.simplify(found.expr - sympy.sympify(value)) == 0
    assert found.value == ""
    assert found.domain.startswith("for general positive ")


@pytest.mark.parametrize(
    ("integrand", "lower", "upper", "value"),
    [
        ("3/(a*x - b)^2", 1, 2, "3/((a - b)*(2*a - b))"),
        ("1/(x - a)", 0, 1, "log(Abs(a - 1)/a)"),
        ("1/(x - a)^2", 3, 4, "1/((a - 4)*(a - 3))"),
        ("1/cos(x)^2", 0, "a/11", "tan(a/11)"),
    ],
)
def test_a_pole_between_limits_for_some_parameters_is_told(
    integrand: str, lower: str, upper: str, value: str
) -> None:
    found = symmath.integrate_between(integrand, lower, upper, mode="fit", timeout=20)
    assert sympy.simplify(found.expr - sympy.sympify(value)) == 0
    assert "for which there is an integral" in found.domain


def test_a_value_is_right_beyond_the_first_period() -> None:
    found = symmath.integrate_between("1/(2 + cos(x))", 0, "a/6", mode="fit", timeout=20)
    far = symmath.integrate_between("1/(2 + cos(x))", 0, "40/6", mode="fit")
    assert float(found.expr.subs("a", 40)) == pytest.approx(float(far.value))


@pytest.mark.parametrize(
    ("integrand", "lower", "upper", "reason"),
    [
        ("1/(x - a)", 0, 20, "pole.* for a ="),
        ("a/x", 1, "oo", "diverges"),
        # The primitive jumps once a is large enough.
        ("abs(cos(x))", 0, "a/11", "all choices"),
    ],
)
def test_what_does_not_hold_for_all_positive_parameters_is_refused(
    integrand: str, lower: str, upper: str, reason: str
) -> None:
    with pytest.raises(NoSolutionError, match=reason):
        symmath.integrate_between(integrand, lower, upper, mode="fit", timeout=20)


def test_limits_do_not_hold_the_variable() -> None:
    with pytest.raises(UnsupportedError, match="variable"):
        symmath.integrate_between("x", 0, "x", mode="fit")
