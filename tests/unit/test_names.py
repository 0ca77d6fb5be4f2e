import pytest

from symmath.errors import ParseError
from symmath.expr.parse import parse_equation


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("y(x)'' + y(x) = 0", "y'' + y = 0"),
        ("f(t)' = t*f(t)", "f' = t*f"),
        ("y''(x) = x*y(x)'", "y'' = x*y'"),
    ],
)
def test_primes_may_follow_the_variable(text: str, same: str) -> None:
    read, other = parse_equation(text), parse_equation(same, "t" if "t" in same else "x")
    assert (read.residual, read.order, read.variable) == (other.residual, other.order, other.variable)


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        ("r^2*R'' + 2*r*R' = n*R", "r"),
        ("T' = k*(s - T)", "x"),
        ("T' = k*(t - T)", "t"),
        # n is no customary variable, and r alone more often a rate.
        ("N' = n*N", "x"),
        ("y' = r*y", "x"),
        ("y' + z*y = 0", "z"),
        ("R' = -r*R + x", "x"),
        ("S' = s*S*cos(t)", "t"),
    ],
)
def test_the_variable_of_an_equation_that_never_shows_it(text: str, variable: str) -> None:
    assert parse_equation(text).variable == variable


@pytest.mark.parametrize("name", ["i", "I"])
def test_a_current_is_an_unknown(name: str) -> None:
    read = parse_equation(f"L*{name}' + R*{name} = V")
    assert (read.function, read.parameters) == (name, ("L", "R", "V"))
    assert "I" in str(parse_equation("y' = I*y").residual)


def test_two_letters_are_no_product_of_the_function_and_a_name() -> None:
    with pytest.raises(ParseError, match="T_a"):
        parse_equation("T' = -k*(T - Ta)")
    assert parse_equation("xy' = y").residual == parse_equation("x*y' = y").residual
    assert parse_equation("y' = yx").residual == parse_equation("y' = y*x").residual


def test_rates_may_have_a_number() -> None:
    assert parse_equation("B' = k1*A0*exp(-k1*t) - k2*B").parameters == ("A0", "k1", "k2")
    with pytest.raises(ParseError, match="x\\^2"):
        parse_equation("y' = x2")


def test_names_with_a_zero() -> None:
    assert parse_equation("T' = -k*(T - T0)").parameters == ("T0", "k")
    assert parse_equation("y' == k*y").parameters == ("k",)
