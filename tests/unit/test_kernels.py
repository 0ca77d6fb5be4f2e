import pytest
import symengine

from symmath.errors import UnsupportedError
from symmath.expr.kernels import Field
from symmath.expr.parse import parse_expression
from symmath.expr.rational import factorised
from symmath.expr.rationalise import rationalise


def expr(text: str):
    return parse_expression(text).expr


@pytest.mark.parametrize(
    "text",
    [
        "1/x + 1/(x+1) - (2x+1)/(x^2+x)",
        "sqrt(x^2+1)^2 - x^2 - 1",
        "exp(x)*exp(-x) - 1",
        "exp(2x) - exp(x)^2",
        "(exp(x)-1)*(exp(x/2)+1)/(exp(x/2)+1) - exp(x) + 1",
        "x^(3/2) - x*sqrt(x)",
        "sqrt(8) - 2*sqrt(2)",
        "(sin(x)^2-1)/(sin(x)-1) - sin(x) - 1",
    ],
)
def test_algebra_proves_zero(text: str) -> None:
    e = expr(text)
    assert Field.of([e]).is_zero(e)


@pytest.mark.parametrize(
    "text",
    [
        "sqrt(x^2) - x",
        "log(x^2) - 2log(x)",
        "sqrt(x*(x+1)) - sqrt(x)*sqrt(x+1)",
        "x - sin(x)",
        "sqrt(exp(2x)) - exp(x)",
        "log(1/x) + log(x)",
        "log(exp(x)) - x",
        "(x^3)^(1/3) - x",
        "(x^2)^(1/4) - sqrt(x)",
        "(x^2)^x - x^(2x)",
        "(2^x)^x - 2^(x^2)",
        "(-1)^(1/3) + 1",
        "atan(x) + atan(1/x) - pi/2",
        "sqrt(sin(x)^2) - sin(x)",
        "acosh(cosh(x)) - x",
        "abs(x) - x",
    ],
)
def test_what_depends_on_a_branch_is_not_zero(text: str) -> None:
    e = rationalise(expr(text))
    assert not Field.of([e]).is_zero(e)


@pytest.mark.parametrize(
    "text",
    [
        "sin(x)^2 + cos(x)^2 - 1",
        "sin(2x) - 2sin(x)*cos(x)",
        "cos(x/2)^2 - (1+cos(x))/2",
        "tan(x) - sin(x)/cos(x)",
        "sin(x+3) - sin(x)*cos(3) - cos(x)*sin(3)",
        "cosh(2x) - cosh(x)^2 - sinh(x)^2",
        "tanh(x) - sinh(x)/cosh(x)",
    ],
)
def test_rationalised_identities_are_zero(text: str) -> None:
    e = rationalise(expr(text))
    assert e == 0 or Field.of([e]).is_zero(e)


def test_huge_multiples_are_refused() -> None:
    with pytest.raises(UnsupportedError):
        rationalise(expr("sin(1000x) + sin(x)"))


def test_expressions_come_back() -> None:
    e = expr("(x^2-1)*exp(x)/(x-1) + sqrt(x)")
    field = Field.of([e])
    assert symengine.expand(field.expr(field.fraction(e)) - expr("(x+1)*exp(x) + sqrt(x)")) == 0


def test_division_by_zero_and_foreign_kernels_are_refused() -> None:
    field = Field.of([expr("x")])
    with pytest.raises(UnsupportedError):
        field.fraction(expr("sin(x)"))
    with pytest.raises(UnsupportedError):
        zero = expr("(x+1)^2 - x^2 - 2x - 1")
        Field.of([1 / zero]).fraction(1 / zero)


def test_what_would_grow_beyond_the_cap_is_refused() -> None:
    e = expr("(x+sin(x)+cos(x)+exp(x)+log(x))^40*(x+tan(x))^40")
    with pytest.raises(UnsupportedError):
        Field.of([e]).fraction(e)


def test_factors_with_numbers_beyond_a_machine_word() -> None:
    e = expr("(10^20*x + 1)*(x + 10^22)^2")
    field = Field.of([e])
    poly = field.fraction(e).num
    content, factors = factorised(poly)
    product = poly.context().constant(content)
    for factor, n in factors:
        product *= factor**n
    assert product == poly
    assert symengine.expand(field.factored(poly) - e) == 0
