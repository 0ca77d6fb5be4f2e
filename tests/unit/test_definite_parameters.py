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
        # The primitive jumps where the sign depends on the parameter.
        ("sign(x)*exp(-a*abs(x))", 0, "oo", "1/a"),
    ],
)
def test_values_with_parameters(integrand: str, lower: str, upper: str, value: str) -> None:
    found = symmath.integrate_between(integrand, lower, upper, mode="fit", timeout=20)
    assert sympy.simplify(found.expr - sympy.sympify(value)) == 0
    assert found.value == ""
    assert found.domain.startswith("for positive ")


@pytest.mark.parametrize(
    ("integrand", "lower", "upper", "reason"),
    [
        ("1/(x - a)", 0, 20, "pole.* for a ="),
        ("a/x", 1, "oo", "converge"),
        ("log(x - a)", 0, 1, "not real|no value"),
        # An arctangent jumps once a is large enough.
        ("1/(2 + cos(x))", 0, "a", "all choices"),
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
