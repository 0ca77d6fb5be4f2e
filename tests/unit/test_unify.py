import pytest
from flint import acb

from symmath.expr.branches import Branches
from symmath.expr.kernels import Field
from symmath.expr.parse import parse_expression
from symmath.expr.unify import Unifier


def is_zero(text: str, branches: Branches | None = None) -> bool:
    e = Unifier(branches).unify(parse_expression(text, "x").expr)
    return bool(e == 0) or Field.of([e]).is_zero(e)


@pytest.mark.parametrize(
    "text",
    [
        "sin(x)^2 + cos(x)^2 - 1",
        "sin(2x) - 2sin(x)*cos(x)",
        "cos(x/2)^2 - (1+cos(x))/2",
        "sin(1000x) - 2sin(500x)*cos(500x)",
        "sin(x+3) - sin(x)*cos(3) - cos(x)*sin(3)",
        "sin(pi/3) - sqrt(3)/2",
        "cos(pi*x+pi/4) - sqrt(2)/2*(cos(pi*x)-sin(pi*x))",
        "tanh(x) - sinh(x)/cosh(x)",
        "tanh(log(x)) - (x^2-1)/(x^2+1)",
        "exp(x)*sin(x)*exp(x)*cos(x) - exp(2x)*sin(2x)/2",
        "4^x - 2^(2x)",
        "6^x - 2^x*3^x",
        "(2/3)^x - 2^x*3^(-x)",
        "(3x)^x - 3^x*x^x",
        "exp(3*log(x+1)) - (x+1)^3",
        "exp(x*log(x)) - x^x",
        "exp(x*log(2)) - 2^x",
        "sqrt(4x+4) - 2sqrt(x+1)",
        "sqrt(1-x^2/9) - sqrt(9-x^2)/3",
        "sqrt(x*(x+4)) - sqrt(x^2+4x)",
        "(x^(1/3))^(1/2) - x^(1/6)",
        "log(2x) - log(2) - log(x)",
        "log(4) - 2log(2)",
        "log(sqrt(x)) - log(x)/2",
        "sin((x+1)^2) - sin(x^2+2x+1)",
        "tan(tan(x)) - tan(sin(x)/cos(x))",
        "sin(1+sin(x)^2) - sin(2-cos(x)^2)",
        "x^(sin(2x)) - x^(2sin(x)cos(x))",
        "asin(x) + acos(x) - pi/2",
        "acos(-2x) + acos(2x) - pi",
        "asinh(x/3) - log(x+sqrt(x^2+9)) + log(3)",
        "atanh(2x) - log(1+2x)/2 + log(1-2x)/2",
        "cosh(acosh(x)) - x",
        "cos(2*asin(x)) - 1 + 2x^2",
        "sin(2atan(x)) - 2x/(1+x^2)",
        "exp(2*asinh(x)) - (x+sqrt(1+x^2))^2",
        "abs(2x) - 2abs(x)",
    ],
)
def test_identities_of_the_whole_plane_are_used(text: str) -> None:
    assert is_zero(text)


@pytest.mark.parametrize(
    "text",
    [
        "sqrt(x^2) - x",
        "sqrt(x^3) - x^(3/2)",
        "sqrt(exp(2x)) - exp(x)",
        "sqrt(exp(x)) - exp(x/2)",
        "sqrt(1-cos(x)^2) - sin(x)",
        "sqrt(x)*sqrt(x+1) - sqrt(x^2+x)",
        "sqrt(-4x) - 2*sqrt(x)",
        "(-x)^(1/3) + x^(1/3)",
        "cosh(x/2) - sqrt((1+cosh(x))/2)",
        "log(x^2) - 2log(x)",
        "log(1/x) + log(x)",
        "log(-2x) - log(2) - log(x)",
        "log(x*(x+1)) - log(x) - log(x+1)",
        "log(exp(x)) - x",
        "(x^2)^x - x^(2x)",
        "(exp(x))^x - exp(x^2)",
        "asin(sin(x)) - x",
        "acos(cos(x)) - x",
        "atan(tan(x)) - x",
        "asinh(sinh(x)) - x",
        "acosh(cosh(x)) - x",
        "acosh(-x) - acosh(x)",
        "atan(1/x) + atan(x) - pi/2",
        "atan(2x) - 2atan(x)",
        "abs(x) - x",
        "exp(pi*sqrt(163)) - 262537412640768744",
    ],
)
def test_what_holds_on_one_branch_only_is_not_used(text: str) -> None:
    assert not is_zero(text)


RIGHT, LEFT = acb("0.7", "0.3"), acb("-0.7", "0.3")


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("sqrt(x^2) - x", RIGHT),
        ("sqrt(x^2) + x", LEFT),
        ("log(x^2) - 2log(x)", RIGHT),
        ("log(x^2) - 2log(-x)", LEFT),
        ("log(exp(x)) - x", RIGHT),
        ("sqrt(1-cos(x)^2) - sin(x)", RIGHT),
        ("sqrt(1-cos(x)^2) + sin(x)", LEFT),
        ("asin(sin(x)) - x", RIGHT),
        ("atan(tan(x+pi)) - x", RIGHT),
        ("acos(cos(x)) + x", LEFT),
        ("(x^2)^x - x^(2x)", RIGHT),
    ],
)
def test_branches_are_told_at_a_point(text: str, point: acb) -> None:
    other = LEFT if point is RIGHT else RIGHT
    assert is_zero(text, Branches({"x": point}))
    if "exp" not in text and "asin" not in text and "tan" not in text:
        assert not is_zero(text, Branches({"x": other}))


def test_a_point_on_a_cut_tells_nothing_false() -> None:
    assert not is_zero("log(x^2) - 2log(x)", Branches({"x": acb(-2)}))
