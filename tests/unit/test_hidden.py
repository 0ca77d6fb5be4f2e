import pytest
from flint import acb

from symmath.expr.balls import variable, working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.hidden import hidden_bits
from symmath.expr.parse import parse_expression


def bits(text: str, at: float = 1.5) -> int:
    tokens = canonical_tokens(parse_expression(text).expr)
    with working_precision(64):
        return hidden_bits(tokens, {"x": variable(acb(at), 2)}, 2)


@pytest.mark.parametrize(
    "text", ["x + sin(x)", "x + (sin(x)**2 + cos(x)**2 - 1)", "cos(0*x) + x", "x*exp(-x)"]
)
def test_nothing_hides(text: str) -> None:
    assert bits(text) == 0


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("1 + exp(-1000*x)", 2160),
        ("tanh(1000*x)", 4000),
        ("sinh(1000*x)", 4000),
        ("x + exp(-exp(exp(x + 5)))", 10**6),
        ("cos(exp(-exp(exp(x + 5))))", 10**6),
    ],
)
def test_what_is_small_is_counted(text: str, least: int) -> None:
    assert bits(text) >= least
