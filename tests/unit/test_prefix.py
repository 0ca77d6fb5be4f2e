import pytest
import symengine

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.operators import X
from symmath.expr.prefix import decode, encode


@pytest.mark.parametrize(
    ("e", "tokens"),
    [
        (symengine.Integer(-120), "- 1 2 0"),
        (symengine.Rational(-3, 4), "div - 3 + 4"),
        (X**2, "pow x + 2"),
        (-X, "neg x"),
        (1 / X, "div + 1 x"),
        (X / 2 + 1, "add + 1 div x + 2"),
        (symengine.exp(-X), "exp neg x"),
        (symengine.sqrt(X) ** 3, "pow x div + 3 + 2"),
        (-symengine.I, "neg I"),
        (symengine.I * 3 / 4 - 2, "add - 2 div mul + 3 I + 4"),
    ],
)
def test_encoding(e, tokens: str) -> None:
    assert encode(e) == tokens.split()
    assert decode(tokens.split()) == e


@pytest.mark.parametrize(
    "tokens",
    ["", "add x", "x x", "3", "+", "sin", "+ 1 2 x", "foo", "<integrate>", "div + 1 + 0 x", "add + x"],
)
def test_malformed_sequences_are_errors(tokens: str) -> None:
    with pytest.raises(PrefixError):
        decode(tokens.split())


def test_powers_that_would_fill_the_memory_are_errors() -> None:
    huge = "pow + 7 pow + 9 + 9 9".split()
    with pytest.raises(PrefixError):
        decode(huge)
    with pytest.raises(PrefixError):
        decode(["pow", "pow", "+", *"999999", "+", *"999", "+", *"999"])


@pytest.mark.parametrize("e", [symengine.oo, symengine.nan, symengine.Symbol("z"), symengine.RealDouble(0.5)])
def test_what_the_vocabulary_lacks_is_an_error(e) -> None:
    with pytest.raises(UnsupportedError):
        encode(e)
