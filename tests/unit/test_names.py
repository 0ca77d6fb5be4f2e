import pytest

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
