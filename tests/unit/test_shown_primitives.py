import pytest
import sympy

import symmath
from symmath.expr.half_angles import in_whole_angles
from symmath.expr.parse import parse_expression
from symmath.expr.show import show


@pytest.mark.parametrize(
    ("by_half_angles", "written"),
    [
        ("log(tan(x/2) + 1) - log(tan(x/2) - 1)", "log((sin(x) + 1)/cos(x))"),
        ("log(tan(x/2)) + tan(x/2)^2/4 - 1/(4*tan(x/2)^2)", "log(tan(x/2)) - cos(x)/sin(x)**2"),
        ("x + tan(x/2)/(4*tan(x/2)^2 + 1)", "x - sin(x)/(3*cos(x) - 5)"),
        # These are shorter as they are.
        ("-2/(tan(x/2) + 1)", "-2/(tan(x/2) + 1)"),
        ("log(tan(x/2))", "log(tan(x/2))"),
        ("tan(x/2) + tan(x)", "tan(x/2) + tan(x)"),
        ("x*tan(x/2)", "x*tan(x/2)"),
    ],
)
def test_half_angles_are_written_by_whole_ones_if_shorter(by_half_angles: str, written: str) -> None:
    e = parse_expression(by_half_angles, "x").expr
    found = in_whole_angles(e)
    assert show(found) == show(parse_expression(written.replace("**", "^"), "x").expr)
    before, after = (sympy.lambdify(sympy.Symbol("x"), sympy.sympify(show(f)).diff("x")) for f in (e, found))
    assert [before(x) for x in (0.3, 1.1, 2.2)] == pytest.approx([after(x) for x in (0.3, 1.1, 2.2)])


@pytest.mark.parametrize(
    ("integrand", "primitive"),
    [
        ("sec(x)", "log((sin(x) + 1)/cos(x))"),
        ("sec(x)^3", "log((sin(x) + 1)/cos(x))/2 + sin(x)/(2*cos(x)**2)"),
        # It is sure to hold where the longer form was tried.
        (
            "sec(x)^7",
            "(15*cos(x)**4 + 10*cos(x)**2 + 8)*sin(x)/(48*cos(x)**6) + 5*log((sin(x) + 1)/cos(x))/16",
        ),
        ("coth(x)", "log(sinh(x))"),
        ("1/sin(x)", "log(tan(x/2))"),
        # A constant is added that makes a power.
        ("x^3*(x^4 + 3)^7", "(x**4 + 3)**8/32"),
        ("x*(x^2 + 1)^4 + 1", "x**10/10 + x**8/2 + x**6 + x**4 + x**2/2 + x"),
        ("x/sqrt(a^2 - x^2)^3", "1/sqrt(a**2 - x**2)"),
        # No constant is left of (x + 1)**2*(2*x + 7)/6.
        ("(x + 1)*(x + 2)", "x**3/3 + 3*x**2/2 + 2*x"),
    ],
)
def test_primitives_are_shown_so(integrand: str, primitive: str) -> None:
    assert str(symmath.integrate(integrand, "x", mode="fit").expr) == primitive


@pytest.mark.parametrize(
    ("integrand", "primitive"),
    [
        ("x^3/(x^4 - 1)", "log(x**4 - 1)/4"),
        ("(2*x + 1)/(x^2 + x - 2)", "log(x**2 + x - 2)"),
        ("1/(x^2 - 1)", "log(x - 1)/2 - log(x + 1)/2"),
        ("x^2*exp(-x)", "-(x**2 + 2*x + 2)*exp(-x)"),
        # No factor of two is left in the logarithms.
        ("1/(sin(x) + cos(x))", "sqrt(2)*(log(tan(x/2) - 1 + sqrt(2)) - log(tan(x/2) - sqrt(2) - 1))/2"),
    ],
)
def test_logarithms_and_signs_are_drawn_together(integrand: str, primitive: str) -> None:
    assert str(symmath.integrate(integrand, mode="fit").expr) == primitive


@pytest.mark.parametrize(
    ("integrand", "sign"),
    [("1/sqrt(1 - cot(x)^2)", "sign(tan(x))"), ("cos(x)/sqrt(sin(2*x))", "sign(cos(x))")],
)
def test_a_primitive_is_turned_where_its_negative_is_one(integrand: str, sign: str) -> None:
    solution = symmath.integrate(integrand, mode="fit")
    assert f"*{sign}" in str(solution.expr)
    assert solution.domain.startswith("all real x")
    primitive, f = (
        sympy.lambdify("x", e) for e in (solution.expr, sympy.sympify(integrand.replace("^", "**")))
    )
    # In both stretches of a period in which it is real.
    for x in (1.2, 4.4):
        assert (primitive(x + 1e-5) - primitive(x - 1e-5)) / 2e-5 == pytest.approx(f(x))


def test_signs_that_all_terms_share_are_drawn_out() -> None:
    shown = str(symmath.integrate("(1 + sec(x))^(3/2)", mode="fit").expr)
    assert shown.count("sign(cos(x/2))") == 1
