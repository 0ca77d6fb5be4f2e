import pytest

from datagen.suite import has_imaginary_constant
from symmath.expr.parse import parse_expression


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("x*acos(5)", True),
        ("exp(x) + atanh(2)", True),
        ("sin(x*log(-sin(1)))", True),
        ("x*acos(1/5) + log(2)", False),
        # What is complex at some x only may be real elsewhere.
        ("sqrt(x - 5)*acosh(x)", False),
    ],
)
def test_a_constant_without_a_real_value_is_found(text: str, has: bool) -> None:
    assert has_imaginary_constant(parse_expression(text).expr) == has
