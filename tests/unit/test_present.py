import random

import pytest

from datagen.pipeline import _equal_at_a_point
from symmath.expr.canonical import canonical_tokens
from symmath.expr.parse import parse_expression
from symmath.expr.present import PRESENTATIONS, all_presentations, present

TEXTS = (
    "x*(x+1)",
    "1/x + 1/(x+1)",
    "(x**2-1)/(x-1)**2",
    "tan(x)/x",
    "sinh(x)*x + cosh(x)",
    "exp(x)*(exp(2*x)+1)/x",
    "sqrt(x+1)*(x+sqrt(x+1))",
    "sin(x)*(log(x)+x)**2/cos(x)",
)


@pytest.mark.parametrize("name", PRESENTATIONS)
@pytest.mark.parametrize("text", TEXTS)
def test_presentations_are_equal_expressions(name: str, text: str) -> None:
    e = parse_expression(text).expr
    shown = present(e, name)
    if shown is not None:
        assert _equal_at_a_point(canonical_tokens(e), canonical_tokens(shown), random.Random(0))


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("expanded", "x*(x+1)", "x**2+x"),
        ("together", "1/x + 1/(x+1)", "(2*x+1)/(x**2+x)"),
        ("factored", "x**2+2*x+1", "(x+1)**2"),
        ("together", "(x**2-1)/(x-1)**2", "(x+1)/(x-1)"),
        ("exponential", "cosh(x)", "(exp(x)+exp(-x))/2"),
    ],
)
def test_known_forms(name: str, text: str, expected: str) -> None:
    assert present(parse_expression(text).expr, name) == parse_expression(expected).expr


def test_all_presentations_are_distinct_and_begin_with_the_expression() -> None:
    e = parse_expression("tan(x)*(x+1)/x + sinh(x)").expr
    shown = all_presentations(e, 5)
    assert shown[0] == ("raw", e)
    assert len({tuple(canonical_tokens(form)) for _, form in shown}) == len(shown) == 5


def test_what_grows_too_much_is_not_shown() -> None:
    assert present(parse_expression("(x+1)**40*(sin(x)+1)**40").expr, "expanded") is None
