"""Forms of answers for people to read."""

import pytest
import symengine

from symmath.expr.parse import parse_expression
from symmath.expr.show import show
from symmath.expr.signs import derivative, with_absolute_values
from symmath.expr.tidy import shorter_forms, shorter_primitives, wider_primitives


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x/sign(x)", "abs(x)"),
        ("x^2*sign(x)/2", "x*abs(x)/2"),
        ("x*log(x*sign(x)) - x", "x*log(abs(x)) - x"),
        ("x/abs(x)", "sign(x)"),
        ("-(x - 1)^2*sign(1 - x)/2", "(x - 1)*abs(x - 1)/2"),
        ("abs(2*x - 2)/(1 - x)", "-2*sign(x - 1)"),
        ("log(x)/sign(x)", "log(abs(x))*sign(x)"),
        ("sign(x)^2*exp(x)", "exp(x)"),
        ("sign(x)/x^2", "1/(x*abs(x))"),
        ("cos(x)*sign(sin(x))", "cos(x)*sign(sin(x))"),
        ("x^2/2", "x^2/2"),
    ],
)
def test_signs_become_absolute_values(text: str, expected: str) -> None:
    e = parse_expression(text).expr
    written = with_absolute_values(e)
    assert written == parse_expression(expected).expr
    assert with_absolute_values(written) == written
    for value in ("-7/3", "11/3"):
        point = {parse_expression("x").expr: parse_expression(value).expr}
        difference = complex((written - e).subs(point).n(60))
        assert abs(difference.real) < 1e-12, value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x*sqrt((1 - x)/(x + 1)) + sqrt((1 - x)/(x + 1)) - 2*x", "(x + 1)*sqrt((1 - x)/(x + 1)) - 2*x"),
        ("x**3/(2*sqrt(x**2 - 4)) - 2*x/sqrt(x**2 - 4) + log(x)", "x*sqrt(x**2 - 4)/2 + log(x)"),
        ("(2*x*log(x + 1) + 2*log(x + 1) - 1)/(x + 1)", "2*log(x + 1) - 1/(x + 1)"),
        ("tan(x) + x^2/(x+1) - 1/(x+1)", "tan(x) + x - 1"),
        ("x^2/2 - x + log(x)", None),
        ("sin(x)*tan(x)**4/(5*cos(x))", "tan(x)**5/5"),
        ("sin(x)/cos(x)", "tan(x)"),
        ("cos(x)**2*sinh(2*x)**2/cosh(2*x)**2", "cos(x)**2*tanh(2*x)**2"),
        ("c1*exp(x) + x*exp(x) - 2*exp(x)/3 + c2", "c1*exp(x) + (x - 2/3)*exp(x) + c2"),
    ],
)
def test_terms_that_share_a_function_are_collected(text: str, expected: str | None) -> None:
    symbols = ("c1", "c2")
    forms = shorter_forms(parse_expression(text, symbols=symbols).expr)
    assert forms[:1] == ([parse_expression(expected, symbols=symbols).expr] if expected else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("log(2*x + 2*sqrt(x**2 - 10000))", "log(x + sqrt(x**2 - 10000))"),
        ("-log((2*sqrt(1 - x**2) + 2)/x)", "-log((sqrt(1 - x**2) + 1)/x)"),
        ("log(8*x + 4*sqrt(4*x**2 - 9))/2", "log(2*x + sqrt(4*x**2 - 9))/2"),
        ("log(2*x/3)", "log(x)"),
        ("-log(1 - tanh(2*x)**2)/2 + x", "log(cosh(2*x)) + x"),
        ("-log(tan(x)**2 + 1)/2 + log(tan(x))", "log(sin(x))"),
        ("log(sqrt(4 - 2*x**2))", "log(2 - x**2)/2"),
        ("-log(-3*x - 3)", "-log(-x - 1)"),
        ("x + log(x - 1) - 1", "x + log(x - 1)"),
    ],
)
def test_a_primitive_loses_what_its_constant_takes(text: str, expected: str) -> None:
    assert show(shorter_primitives(parse_expression(text).expr)[0]) == show(parse_expression(expected).expr)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a*x/(a**2 + b**2) + b*log(a + b*tan(x))/(a**2 + b**2) - b*log(1 + tan(x)**2)/(2*a**2 + 2*b**2)",
            "(a*x + b*log(a*cos(x) + b*sin(x)))/(a**2 + b**2)",
        ),
        ("b*log(a + b*tanh(x)) + b*log(cosh(x))", "b*log(a*cosh(x) + b*sinh(x))"),
    ],
)
def test_logarithms_of_one_multiple_are_one(text: str, expected: str) -> None:
    first, wanted = (parse_expression(e, "x", parameters=["a", "b"]).expr for e in (text, expected))
    assert show(shorter_primitives(first)[0]) == show(wanted)


@pytest.mark.parametrize("text", ["x*log(2*x)", "log(2*x)**2", "log(x)", "exp(x)"])
def test_a_logarithm_that_is_no_term_keeps_its_constant(text: str) -> None:
    assert shorter_primitives(parse_expression(text).expr) == []


def test_a_solution_keeps_its_constants() -> None:
    assert shorter_forms(parse_expression("log(2*x + 2)").expr) == []


def test_an_area_cosine_has_a_form_for_both_sides() -> None:
    wider = wider_primitives(parse_expression("x - acosh(x)/2").expr)
    assert wider == [parse_expression("x - log(x + sqrt(x**2 - 1))/2").expr]
    assert wider_primitives(parse_expression("x - asinh(x)/2").expr) == []


@pytest.mark.parametrize(
    ("text", "slope"),
    [("x*abs(x)/2", "x*sign(x)"), ("log(abs(x))", "1/x"), ("abs(2 - abs(x))", "-sign(2 - abs(x))*sign(x)")],
)
def test_absolute_values_have_derivatives(text: str, slope: str) -> None:
    difference = derivative(parse_expression(text).expr) - parse_expression(slope).expr
    for value in ("-7/3", "11/3", "-1/5"):
        point = {parse_expression("x").expr: parse_expression(value).expr}
        assert abs(complex(difference.subs(point).n(60))) < 1e-12


def test_squares_that_add_to_one_go() -> None:
    x = symengine.Symbol("x")
    u = symengine.sin(2 * x)
    e = x + x * u**2 + x * symengine.cos(2 * x) ** 2
    assert x * 2 in shorter_forms(e)
    hyperbolic = symengine.cosh(x) ** 2 - symengine.sinh(x) ** 2 + symengine.log(x)
    assert 1 + symengine.log(x) in shorter_forms(hyperbolic)
    twice = symengine.sin(x) / symengine.cos(x) + symengine.tan(x)
    assert shorter_forms(twice)[0] == 2 * symengine.tan(x)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-log((x + 2*sqrt(x) + 1)/(x - 1))", "log((sqrt(x) - 1)/(sqrt(x) + 1))"),
        ("log((x + 2*sqrt(x + 1) + 2)/x)", "log((sqrt(x + 1) + 1)/(sqrt(x + 1) - 1))"),
        ("log((x + 2*sqrt(2)*sqrt(x) + 2)/(x - 2))", "log((sqrt(x) + sqrt(2))/(sqrt(x) - sqrt(2)))"),
        ("log((2*x + 2*sqrt(6)*sqrt(x) + 3)/(2*x - 3))", "log((2*sqrt(x) + sqrt(6))/(2*sqrt(x) - sqrt(6)))"),
        (
            "log((exp(x) + 2*sqrt(exp(x) + 1) + 2)*exp(-x))",
            "log((sqrt(exp(x) + 1) + 1)/(sqrt(exp(x) + 1) - 1))",
        ),
        ("atan((x - 1)/(2*sqrt(x)))", "2*atan(sqrt(x))"),
        ("atan((1 - x)/(2*sqrt(x)))", "-2*atan(sqrt(x))"),
        ("atan(sqrt(5)*(3*x - 4)/(10*sqrt(3*x + 1)))", "2*atan(sqrt(5)*sqrt(3*x + 1)/5)"),
        ("atan((exp(2*x) - 2)/(2*sqrt(exp(2*x) - 1)))", "2*atan(sqrt(exp(2*x) - 1))"),
        ("atan((x^4 - 2)/(2*sqrt(x^4 - 1)))", "2*atan(sqrt(x^4 - 1))"),
        ("-atan(3/sqrt(x^2 - 1))", "atan(sqrt(x^2 - 1)/3)"),
        ("log(x/2 - 1) + atanh(x/2)", "log(4 - x^2)/2"),
    ],
)
def test_logarithms_and_arctangents_of_one_root(text: str, expected: str) -> None:
    e, written = parse_expression(text).expr, parse_expression(expected).expr
    assert shorter_primitives(e)[0] == written
    # The difference is a constant, and so is zero beside its value at another point.
    x = parse_expression("x").expr
    left, right = (complex((e - written).subs({x: parse_expression(at).expr}).n(60)) for at in ("9/4", "9/2"))
    assert abs(left - right) < 1e-12


@pytest.mark.parametrize(
    "text",
    ["atan((x - 2)/(2*sqrt(x)))", "log(x^2 + x*sqrt(x) + 1)", "log(x + sqrt(x^2 + 1))", "atan(x*sqrt(x))"],
)
def test_others_stay_as_they_are(text: str) -> None:
    e = parse_expression(text).expr
    assert e in (shorter_primitives(e) or [e])[:1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Beside another logarithm that it cancels, it is not written so before.
        ("-log(x) - log((x + 2*sqrt(x + 1) + 2)/x)", "-2*log(sqrt(x + 1) + 1)"),
        ("log(x) - 2*log(x + sqrt(x))", "-2*log(sqrt(x) + 1)"),
        # Positive where it was, and no logarithm of a reciprocal.
        ("-log((2*sqrt(1 - x) - x + 2)/x)", "log((1 - sqrt(1 - x))/(sqrt(1 - x) + 1))"),
        ("-log(2*sqrt(x) + 2)", "-log(sqrt(x) + 1)"),
        ("-log(x + 2*sqrt(x) + 1)", "-2*log(sqrt(x) + 1)"),
        # What stands in another term as well.
        ("x*atan((x - 1)/(2*sqrt(x))) + atan((x - 1)/(2*sqrt(x)))", "(x + 1)*atan((x - 1)/(2*sqrt(x)))"),
    ],
)
def test_roots_in_sums(text: str, expected: str) -> None:
    e, written = parse_expression(text).expr, parse_expression(expected).expr
    assert shorter_primitives(e)[0] == written
