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
        # The primitive's terms at infinity are products of what goes to zero and what doesn't.
        ("exp(-a*abs(x))*cos(w*x)", "-oo", "oo", "2*a/(a**2 + w**2)"),
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
    assert "for which there is an integral (there is none for a = " in found.domain


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


@pytest.mark.parametrize(
    ("integrand", "lower", "upper", "value"),
    [
        ("x^(-a)", 1, "oo", "1/(a - 1)"),
        ("x^(-a)", 0, 1, "1/(1 - a)"),
        ("a^(-x)", 0, "oo", "1/log(a)"),
        ("1/sqrt(a - b*x^2)", 0, "sqrt(a/b)", "pi/(2*sqrt(b))"),
        ("sign(x - a)", 0, 1, "Abs(a - 1) - a"),
        ("exp(-abs(x - a))", "-oo", "oo", "2"),
        # The primitives jump.
        ("1/(a + b*cos(x))", 0, "2*pi", "2*pi/sqrt(a**2 - b**2)"),
        ("1/(a^2*cos(x)^2 + b^2*sin(x)^2)", 0, "pi", "pi/(a*b)"),
        ("a*abs(cos(x))", 0, "2*pi", "4*a"),
    ],
)
def test_values_of_powers_signs_and_roots(integrand: str, lower: str, upper: str, value: str) -> None:
    found = symmath.integrate_between(integrand, lower, upper, "x", mode="fit", timeout=40)
    assert sympy.simplify(found.expr - sympy.sympify(value)) == 0


def test_symbols_may_be_negative() -> None:
    x, a, b = sympy.Symbol("x"), sympy.Symbol("a", positive=True), sympy.Symbol("b", negative=True)
    for integrand, lower, upper, value in (
        (abs(x - b), 0, 1, sympy.Rational(1, 2) - b),
        (1 / (x**2 + b**2), -sympy.oo, sympy.oo, -sympy.pi / b),
        (a * sympy.exp(b * x), 0, sympy.oo, -a / b),
        (x, b, a, (a**2 - b**2) / 2),
    ):
        found = symmath.integrate_between(integrand, lower, upper, x, mode="fit")
        assert sympy.simplify(found.expr - value) == 0
        assert "negative b" in found.domain
    for given in (sympy.Symbol("k", imaginary=True), sympy.Symbol("k", zero=True)):
        with pytest.raises(UnsupportedError, match="neither positive nor negative"):
            symmath.integrate_between(sympy.exp(-given * x) if given != 0 else given * x, 0, 1, x)
